/// What a `where` says of an Int: an index that is read from it is in range by that.
struct Fact {
    let term: Term
    let range: ClosedRange<Double>
}

extension Checker {
    /// Keeps what a condition says of a number in itself: `i <= 3`, `2 <= i`.
    func learn(_ condition: Term) {
        guard case .compare(let comparison, let left, let right) = condition.kind else { return }
        if let constant = right.constant, let range = comparison.range(constant) {
            facts.append(Fact(term: left, range: range))
        } else if let constant = left.constant, let range = comparison.mirrored.range(constant) {
            facts.append(Fact(term: right, range: range))
        }
    }

    /// `range` narrowed by what is known of the term.
    func narrowed(_ range: ClosedRange<Double>?, _ term: Term) -> ClosedRange<Double>? {
        var range = range
        for fact in facts where areSame(fact.term, term) {
            let low = max(range?.lowerBound ?? -.infinity, fact.range.lowerBound)
            let high = min(range?.upperBound ?? .infinity, fact.range.upperBound)
            if low <= high { range = low...high }
        }
        return range
    }
}

extension Term.Comparison {
    fileprivate func range(_ constant: Double) -> ClosedRange<Double>? {
        guard constant.isFinite else { return nil }
        return switch self {
        case .less: -.infinity...constant.rounded(.up) - 1
        case .lessOrEqual: -.infinity...constant.rounded(.down)
        case .greater: constant.rounded(.down) + 1...(.infinity)
        case .greaterOrEqual: constant.rounded(.up)...(.infinity)
        case .equal: constant...constant
        case .notEqual: nil
        }
    }

    fileprivate var mirrored: Term.Comparison {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .equal, .notEqual: self
        }
    }
}
