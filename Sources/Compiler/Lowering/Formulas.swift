import Checker
import Diagnostics
import Tensors

/// Whether a formula's margin is wanted, or its negation's.
enum Polarity: Hashable {
    case positive, negative

    var flipped: Polarity { self == .positive ? .negative : .positive }
}

extension Lowering {
    /// 1 where the Bool term holds, else 0.
    func truth(_ term: Term) throws(Diagnostic) -> Value {
        if case .aggregate(let aggregate) = term.named.kind, term.type == .bool, !isStored(term) {
            if let known = truths[ObjectIdentifier(term)] { return known }
            let truth = try add(Truth(), [quantified(aggregate, .positive, term, wanted: .sign)], for: term)
            truths[ObjectIdentifier(term)] = truth
            return truth
        }
        return try add(Truth(), [margin(term, .positive)], for: term)
    }

    /// Negation is pushed inward, so that a comparison with NaN is false whichever way it is asked.
    func formula(_ term: Term, _ polarity: Polarity) throws(Diagnostic) -> Value {
        if isStored(term) { return try stored(term, polarity) }
        switch term.kind {
        case .binding(let binding): return try margin(binding.term, polarity)
        case .not(let inner): return try margin(inner, polarity.flipped)
        case .and(let parts): return try join(parts.map { ($0, polarity) }, .all, polarity, term)
        case .or(let parts): return try join(parts.map { ($0, polarity) }, .any, polarity, term)
        case .implies(let first, let second):
            return try join([(first, polarity.flipped), (second, polarity)], .any, polarity, term)
        case .compare(let comparison, let a, let b):
            return try compare(polarity == .positive ? comparison : comparison.negated, a, b, term)
        case .select(let condition, let a, let b):
            let first = try least(margin(condition, .positive), margin(a, polarity), term)
            let second = try least(margin(condition, .negative), margin(b, polarity), term)
            return try greatest(first, second, term)
        case .apply(let function, let arguments) where function == .every || function == .some:
            let isLeast = (function == .every) == (polarity == .positive)
            return try add(Reduce(isLeast ? .minimum : .maximum), [margin(arguments[0], polarity)], for: term)
        case .text(let function, let arguments): return try textMargin(function, arguments, polarity, term)
        case .index(let tensor, let entries): return try index(margin(tensor, polarity), entries, term)
        case .reshape(let tensor): return try reshape(margin(tensor, polarity), for: term)
        case .stack(let parts):
            return try stack(parts.map { (part) throws(Diagnostic) in try margin(part, polarity) }, term)
        case .concat(let parts, let axis):
            return try concatenate(
                parts.map { (part) throws(Diagnostic) in try margin(part, polarity) }, axis: axis, term)
        case .aggregate(let aggregate): return try quantified(aggregate, polarity, term)
        case .listed(let listed): return try quantified(listed, polarity, term)
        default: throw .unlowered(term, "as a condition")
        }
    }

    private enum Joint { case all, any }

    private func join(
        _ parts: [(Term, Polarity)], _ joint: Joint, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value {
        let isLeast = (joint == .all) == (polarity == .positive)
        var result: Value?
        for (part, polarity) in parts {
            let next = try margin(part, polarity)
            guard let sofar = result else {
                result = next
                continue
            }
            result = isLeast ? try least(sofar, next, term) : try greatest(sofar, next, term)
        }
        return result ?? number(isLeast ? .infinity : -.infinity)
    }

    func least(_ a: Value, _ b: Value, _ term: Term) throws(Diagnostic) -> Value {
        try add(Binary(.minimum), [a, b], for: term)
    }

    func greatest(_ a: Value, _ b: Value, _ term: Term) throws(Diagnostic) -> Value {
        try add(Binary(.maximum), [a, b], for: term)
    }

    /// A Bool kept as 0 or 1 is half a unit from the other value.
    private func stored(_ term: Term, _ polarity: Polarity) throws(Diagnostic) -> Value {
        guard case .numbers(let value) = try lower(term) else { throw .unlowered(term, "as a condition") }
        let half = number(0.5)
        return try add(Binary(.subtract), polarity == .positive ? [value, half] : [half, value], for: term)
    }

    private func compare(
        _ comparison: Term.Comparison, _ a: Term, _ b: Term, _ term: Term
    ) throws(Diagnostic) -> Value {
        switch comparison {
        case .less: return try add(Compare(.less), [numbers(a), numbers(b)], for: term)
        case .lessOrEqual: return try add(Compare(.lessOrEqual), [numbers(a), numbers(b)], for: term)
        case .greater: return try add(Compare(.less), [numbers(b), numbers(a)], for: term)
        case .greaterOrEqual: return try add(Compare(.lessOrEqual), [numbers(b), numbers(a)], for: term)
        case .equal: return try equality(a, b, .positive, term)
        case .notEqual: return try equality(a, b, .negative, term)
        }
    }

    private func equality(_ a: Term, _ b: Term, _ polarity: Polarity, _ term: Term) throws(Diagnostic) -> Value {
        if a.type == .bool, b.type == .bool { return try equivalence(a, b, polarity, term) }
        if let margin = try answerEquality(a, b, polarity, term) { return margin }
        let (first, second) = (try numbers(a), try numbers(b))
        if let margin = try labelEquality(first, second, polarity, term) { return margin }
        return try numberEquality(first, second, polarity, term)
    }

    func numberEquality(
        _ first: Value, _ second: Value, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value {
        switch polarity {
        case .positive:
            let below = try add(Compare(.lessOrEqual), [first, second], for: term)
            return try least(below, add(Compare(.lessOrEqual), [second, first], for: term), term)
        case .negative:
            let below = try add(Compare(.less), [first, second], for: term)
            return try greatest(below, add(Compare(.less), [second, first], for: term), term)
        }
    }

    private func equivalence(_ a: Term, _ b: Term, _ polarity: Polarity, _ term: Term) throws(Diagnostic) -> Value {
        let both = try least(margin(a, .positive), margin(b, polarity), term)
        let neither = try least(margin(a, .negative), margin(b, polarity.flipped), term)
        return try greatest(both, neither, term)
    }
}

extension Term.Comparison {
    var negated: Term.Comparison {
        switch self {
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .equal: .notEqual
        case .notEqual: .equal
        }
    }
}
