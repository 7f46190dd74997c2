extension SequenceShrinker {
    /// Puts simpler parts first: elements of a list, and parts of one name wherever they stand.
    mutating func reorder() {
        var first = 0
        while first < spans.count, !isSpent {
            let base = choices
            let others = spans.indices.filter { $0 > first && areExchangeable(first, $0) }
            let proposals = others.map { exchange(spans[first].range, spans[$0].range) }
            if take(proposals, on: base) == nil { first += 1 }
        }
    }

    private func areExchangeable(_ first: Int, _ second: Int) -> Bool {
        let (one, two) = (spans[first], spans[second])
        guard one.role == two.role, one.range.upperBound <= two.range.lowerBound else { return false }
        if case .named = one.role {} else if one.parent != two.parent { return false }
        return isSimpler(choices[two.range], than: choices[one.range])
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
}
