extension SequenceShrinker {
    /// Takes simpler branches: an earlier category with what hangs on it as simple as can be, or with all else kept.
    mutating func lowerBranches() {
        var index = 0
        while index < choices.count, !isSpent {
            if case .category(let value, let count) = choices[index], value > 0 {
                let lower = Array(lowerCategories(than: value))
                let spanEnd = spans.filter { $0.range.contains(index) }.map(\.range.upperBound).min() ?? choices.count
                let proposals = lower.flatMap { category in
                    let step = Step.choice(.category(category, of: count))
                    return [
                        Proposal([.init(range: index..<spanEnd, steps: [step, .simplestRest])]),
                        Proposal([.init(range: index..<index + 1, steps: [step])]),
                    ]
                }
                _ = take(proposals, on: choices)
            }
            if index < choices.count, choices[index] == .boolean(true) {
                _ = take(.set([(index, .boolean(false))]))
            }
            index += 1
        }
    }

    /// All of a few; of many, the first few and those just below.
    private func lowerCategories(than value: Int) -> [Int] {
        value <= 16 ? Array(0..<value) : Array(0..<8) + Array(value - 8..<value)
    }
}
