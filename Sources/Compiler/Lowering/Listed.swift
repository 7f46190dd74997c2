import Checker
import Diagnostics
import Tensors

/// Aggregates whose values are written out: one node after the other, in order, as a region would go through them.
extension Lowering {
    func listed(_ listed: Term.Listed, _ term: Term) throws(Diagnostic) -> Value {
        switch listed.kind {
        case .sum: return try total(listed, term)
        case .rate, .mean: return try add(Binary(.divide), [total(listed, term), members(of: listed, term)], for: term)
        case .all, .any: return try truth(term)
        case .least: return try extremum(listed, .minimum, without: .infinity, term)
        case .greatest: return try extremum(listed, .maximum, without: -.infinity, term)
        }
    }

    /// `all` and `any` as formulas. An entry that does not count is met by `all`, and not by `any`.
    func quantified(_ listed: Term.Listed, _ polarity: Polarity, _ term: Term) throws(Diagnostic) -> Value {
        guard listed.kind == .all || listed.kind == .any else { throw .unlowered(term, "as a condition") }
        let isLeast = (listed.kind == .all) == (polarity == .positive)
        var result = number(isLeast ? .infinity : -.infinity)
        for entry in listed.entries {
            var next = try margin(entry.value, polarity)
            if let condition = entry.condition {
                next =
                    isLeast
                    ? try greatest(next, passing(condition, term), term)
                    : try least(next, margin(condition, .positive), term)
            }
            result = isLeast ? try least(result, next, term) : try greatest(result, next, term)
        }
        return result
    }

    /// Negative exactly where the entry counts, and then by how much its condition holds.
    ///
    /// Not the condition's negative margin alone: where that compares NaN the entry does not count either.
    private func passing(_ condition: Term, _ term: Term) throws(Diagnostic) -> Value {
        let opposite = try margin(condition, .negative)
        let holds = try add(Cast(to: .bool), [truth(condition)], for: term)
        return try add(Select(), [holds, opposite, greatest(opposite, number(0), term)], for: term)
    }

    private func total(_ listed: Term.Listed, _ term: Term) throws(Diagnostic) -> Value {
        var result = number(0)
        for entry in listed.entries {
            let value = try counted(entry, otherwise: 0, term)
            result = try add(Binary(.add), [result, value], for: term)
        }
        return result
    }

    private func members(of listed: Term.Listed, _ term: Term) throws(Diagnostic) -> Value {
        var certain = 0
        var result = number(0)
        for entry in listed.entries {
            guard let condition = entry.condition else {
                certain += 1
                continue
            }
            result = try add(Binary(.add), [result, truth(condition)], for: term)
        }
        return try add(Binary(.add), [result, number(Double(certain))], for: term)
    }

    private func extremum(
        _ listed: Term.Listed, _ kind: Binary.Kind, without none: Double, _ term: Term
    ) throws(Diagnostic) -> Value {
        var result: Value?
        for entry in listed.entries {
            let value = try counted(entry, otherwise: none, term)
            result = if let sofar = result { try add(Binary(kind), [sofar, value], for: term) } else { value }
        }
        return result ?? number(none)
    }

    private func counted(_ entry: Term.Listed.Entry, otherwise none: Double, _ term: Term) throws(Diagnostic) -> Value {
        let value = try numbers(entry.value)
        guard let condition = entry.condition else { return value }
        let holds = try add(Cast(to: .bool), [truth(condition)], for: term)
        return try add(Select(), [holds, value, number(none)], for: term)
    }
}
