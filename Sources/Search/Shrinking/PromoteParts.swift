extension SequenceShrinker {
    /// Puts a part inside another of the same name in its place: an operand for its expression, a branch for its tree.
    mutating func promoteParts() {
        var index = 0
        while index < spans.count, !isSpent {
            let span = spans[index]
            guard case .named = span.role else {
                index += 1
                continue
            }
            let parts = spans.indices.filter { inner in
                inner > index && spans[inner].role == span.role
                    && spans[inner].range.upperBound <= span.range.upperBound
                    && !spans[inner].range.isEmpty
            }
            let proposals = parts.map { part in
                Proposal([.init(range: span.range, steps: choices[spans[part].range].map(Step.choice))])
            }
            if take(proposals, on: choices) == nil { index += 1 }
        }
    }
}
