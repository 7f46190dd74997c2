extension SequenceShrinker {
    /// Makes whole parts as simple as they can be, outer parts first.
    mutating func resetSpans() {
        var index = 0
        while index < spans.count, !isSpent {
            let span = spans[index]
            if span.role != .element, choices[span.range].contains(where: { !$0.isSimplest }) {
                let skipped = spans[..<index].count { $0.range.lowerBound == span.range.lowerBound }
                _ = take(Proposal([.init(range: span.range, steps: [.simplestSpan(skipping: skipped)])]))
            }
            index += 1
        }
    }
}
