extension SequenceShrinker {
    /// Joins lists that stand side by side: the end of one and the start of the next are left out.
    mutating func joinNeighbours() {
        while !isSpent {
            let seams = self.seams
            guard !seams.isEmpty else { return }
            let joined = repeatedly(upTo: seams.count) { count in
                Proposal(seams.prefix(count).map { Proposal.Replacement(range: $0..<$0 + 2, steps: []) })
            }
            if joined == 0 {
                _ = take(seams.dropFirst().map { .delete($0..<$0 + 2) }, on: choices)
                return
            }
        }
    }

    /// Where a "no more" is followed by an "another".
    private var seams: [Int] {
        choices.indices.dropLast().filter { choices[$0] == .boolean(false) && choices[$0 + 1] == .boolean(true) }
    }
}
