/// Whether one speaks of the share of inputs that count, or of their number.
package enum CountedMeasure: Sendable { case share, number }

extension Term {
    /// The rates and counts in it, the outermost ones, each once, in the order of reading.
    package var ratesAndCounts: [Term] {
        var (found, seen) = ([Term](), Set<ObjectIdentifier>())
        collectRatesAndCounts(&found, &seen)
        return found
    }

    private func collectRatesAndCounts(_ found: inout [Term], _ seen: inout Set<ObjectIdentifier>) {
        guard seen.insert(ObjectIdentifier(self)).inserted else { return }
        if isRateOrCount {
            found.append(self)
        } else {
            for child in children { child.collectRatesAndCounts(&found, &seen) }
        }
    }

    private var isRateOrCount: Bool {
        if case .drawn = kind { return true }
        return counted != nil
    }

    /// What a rate or a count is of, as if its values were drawn evenly; nil of any other term.
    package var counted: (drawn: Drawn, measure: CountedMeasure)? {
        switch kind {
        case .drawn(let it) where it.measure == .rate: return (it, .share)
        case .aggregate(let it) where it.kind == .sum:
            let innermost = it.innermost
            // What is counted is a truth value as a number.
            guard case .apply(.convert, let parts) = innermost.body.kind, let body = parts.first, body.type == .bool
            else { return nil }
            return (
                Drawn(measure: .rate, variables: innermost.variables, filter: innermost.filter, body: body), .number
            )
        default: return average.flatMap { $0.measure == .rate ? ($0, .share) : nil }
        }
    }
}

extension Term.Aggregate {
    /// Of sums of one another, one for each binder: all variables, and what the innermost one is of.
    fileprivate var innermost: (variables: [QuantifiedVariable], filter: Term?, body: Term) {
        var (it, variables) = (self, [binder])
        while it.filter == nil, case .aggregate(let next) = it.body.kind, next.kind == kind {
            it = next
            variables.append(next.binder)
        }
        return (variables, it.filter, it.body)
    }
}
