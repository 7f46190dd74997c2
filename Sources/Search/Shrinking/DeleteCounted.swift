extension SequenceShrinker {
    /// Leaves out elements of a list whose length was chosen before it, and lowers that choice by as many.
    mutating func deleteCounted() {
        for group in best.recording.elementGroups.indices {
            while !isSpent, deleteCounted(fromGroup: group) {}
        }
    }

    private mutating func deleteCounted(fromGroup group: Int) -> Bool {
        let groups = best.recording.elementGroups
        guard group < groups.count, let first = groups[group].first else { return false }
        let elements = groups[group].map { spans[$0].range }
        let counters = choices.indices.prefix(spans[first].range.lowerBound).filter { index in
            if case .integer(elements.count, _, _) = choices[index] { true } else { false }
        }
        guard let counter = counters.last, case .integer(let count, let range, let aim) = choices[counter] else {
            return false
        }
        var proposals: [Proposal] = []
        for size in halvings(of: elements.count - 1) where range.contains(count - size) {
            for start in stride(from: 0, through: elements.count - size, by: size) {
                proposals.append(
                    Proposal([
                        .init(
                            range: counter..<counter + 1,
                            steps: [.choice(.integer(count - size, in: range, towards: aim))]),
                        .init(range: elements[start].lowerBound..<elements[start + size - 1].upperBound, steps: []),
                    ]))
            }
        }
        return take(proposals, on: choices) != nil
    }

    /// `count`, its half, and so on to 1.
    func halvings(of count: Int) -> [Int] {
        Array(sequence(first: count) { $0 > 1 ? $0 / 2 : nil }.filter { $0 > 0 })
    }
}
