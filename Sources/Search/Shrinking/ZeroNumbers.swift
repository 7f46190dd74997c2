extension SequenceShrinker {
    /// Every number at its simplest, the structure kept: one proposal that many properties do not mind.
    mutating func zeroNumbers() {
        let numbers = choices.indices.filter { choices[$0].isNumber && !choices[$0].isSimplest }
        guard !numbers.isEmpty else { return }
        _ = take(.set(numbers.map { ($0, choices[$0].simplest) }))
    }
}
