import Diagnostics
import Syntax

/// A bound that depends on a variable: `[0, x]`. It means a `where`; the domain keeps the widest that the bound may be.
struct OpenBound {
    enum Side { case lower, upper }

    let side: Side
    let term: Term
}

extension Checker {
    /// What a binder ranges over, and its bounds that depend on a variable.
    func collectingOpenBounds(_ resolve: () -> BinderRange?) -> (BinderRange?, [OpenBound]) {
        let outer = openBounds
        openBounds = []
        defer { openBounds = outer }
        let range = resolve()
        return (range, openBounds ?? [])
    }

    /// What has to hold of `place` for the bound to be met.
    func condition(of bound: OpenBound, on place: Term) -> Term? {
        let comparison: Term.Comparison = bound.side == .lower ? .greaterOrEqual : .lessOrEqual
        let value = compare(comparison, place, bound.term, at: bound.term.span)
        guard !value.isUnknown else { return nil }
        guard value.type.isTensor else { return value.term }
        return Term(.apply(.every, [value.term]), .bool, at: bound.term.span)
    }

    /// The least interval that is easily seen to hold a number's values; nil where none is.
    func hull(_ term: Term) -> ClosedRange<Double>? {
        if let constants = term.constants {
            guard let low = constants.min(), let high = constants.max(), low <= high else { return nil }
            return low...high
        }
        if term.type.element == .int, let range = integerRange(term) { return range }
        switch term.kind {
        case .binding(let binding): return hull(binding.term)
        case .variable(let id): return domains[id].flatMap(ends)
        case .field(let base, let index):
            guard case .variable(let id) = base.named.kind, case .record(_, let fields)? = domains[id] else {
                return nil
            }
            return ends(fields[index])
        case .index(let base, _), .reshape(let base): return hull(base)
        case .apply(.convert, let arguments): return hull(arguments[0])
        case .apply(.negate, let arguments): return hull(arguments[0]).map { -$0.upperBound...(-$0.lowerBound) }
        case .apply(.min, let arguments): return hull(arguments, min)
        case .apply(.max, let arguments): return hull(arguments, max)
        case .select(_, let a, let b):
            guard let first = hull(a), let second = hull(b) else { return nil }
            return min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
        case .arithmetic(let operation, let a, let b):
            guard let first = hull(a), let second = hull(b) else { return nil }
            return hull(operation, first, second)
        default: return nil
        }
    }

    private func hull(_ terms: [Term], _ choose: (Double, Double) -> Double) -> ClosedRange<Double>? {
        var result: ClosedRange<Double>?
        for term in terms {
            guard let next = hull(term) else { return nil }
            result =
                result.map { choose($0.lowerBound, next.lowerBound)...choose($0.upperBound, next.upperBound) } ?? next
        }
        return result
    }

    private func ends(_ domain: Domain) -> ClosedRange<Double>? {
        guard let (lower, upper) = domain.ends, let low = lower.min(), let high = upper.max(), low.isFinite,
            high.isFinite
        else { return nil }
        // Of no values, which others report, any interval holds all.
        return min(low, high)...max(low, high)
    }

    /// A little wider than the exact interval, for rounding.
    private func hull(
        _ operation: Term.Arithmetic, _ a: ClosedRange<Double>, _ b: ClosedRange<Double>
    ) -> ClosedRange<Double>? {
        let pairs = [a.lowerBound, a.upperBound].flatMap { x in [b.lowerBound, b.upperBound].map { (x, $0) } }
        switch operation {
        case .add, .subtract, .multiply: break
        case .divide: guard !b.contains(0) else { return nil }
        case .power, .remainder: return nil
        }
        let ends = pairs.map { operation.apply($0.0, $0.1) }
        guard let low = ends.min(), let high = ends.max(), low.isFinite, high.isFinite else { return nil }
        return low.nextDown...high.nextUp
    }
}
