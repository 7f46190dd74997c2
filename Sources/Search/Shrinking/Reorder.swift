extension SequenceShrinker {
    /// Puts simpler parts first: elements of a list, and parts of one name wherever they stand.
    mutating func reorder() {
        _ = take(.rewrite(choices, as: best.recording.withSortedParts))
        var first = 0
        while first < spans.count, !isSpent {
            let others = spans.indices.filter { $0 > first && areExchangeable(first, $0) }
            let exchanges = others.map { exchange(spans[first].range, spans[$0].range) }
            let proposals = exchanges.flatMap { [$0, sorted($0)].compactMap { $0 } }
            if take(proposals, on: choices) == nil { first += 1 }
        }
    }

    private func areExchangeable(_ first: Int, _ second: Int) -> Bool {
        let (one, two) = (spans[first], spans[second])
        guard one.role == two.role, one.range.upperBound <= two.range.lowerBound else { return false }
        if case .named = one.role { return true }
        return one.parent == two.parent && isSimpler(choices[two.range], than: choices[one.range])
    }

    private func isSimpler(_ one: ArraySlice<Choice>, than other: ArraySlice<Choice>) -> Bool {
        for (mine, theirs) in zip(one, other) where mine != theirs { return mine.isSimpler(than: theirs) }
        return false
    }

    private func exchange(_ one: Range<Int>, _ two: Range<Int>) -> Proposal {
        Proposal([
            .init(range: one, steps: choices[two].map(Step.choice)),
            .init(range: two, steps: choices[one].map(Step.choice)),
        ])
    }

    /// The same with all parts in order afterwards; nil where the generator refuses.
    private func sorted(_ exchange: Proposal) -> Proposal? {
        property.replay(exchange.script(on: choices)).map { .rewrite(choices, as: $0.recording.withSortedParts) }
    }
}
