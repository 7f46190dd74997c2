import Diagnostics
import Syntax

extension Checker {
    /// The part of `domain` that lies in `[lower, upper]`.
    func narrow(_ domain: Domain?, to interval: Interval, in scope: Scope) -> Domain? {
        let isWhole = if case .integer = domain { true } else { false }
        let lower = bound(interval.lower, .lower, of: interval, isWhole ? .whole : .any, in: scope)
        let upper = bound(interval.upper, .upper, of: interval, isWhole ? .whole : .any, in: scope)
        guard let domain, let lower, let upper else { return nil }
        switch domain {
        case .real(let low, let high):
            guard let l = scalar(lower, .real), let u = scalar(upper, .real) else { return nil }
            return real(max(low, l), min(high, u), at: interval.span)
        case .integer(let low, let high):
            guard let l = integer(lower), let u = integer(upper) else { return nil }
            return integer(max(low, l), min(high, u), at: interval.span)
        case .tensor(let tensor, let low, let high):
            guard let l = elements(lower, tensor), let u = elements(upper, tensor) else { return nil }
            let isInteger = tensor.element == .int
            let lows = combine(low, isInteger ? l.map { $0.rounded(.up) } : l, max)
            let highs = combine(high, isInteger ? u.map { $0.rounded(.down) } : u, min)
            guard isInhabited(lows, highs, at: interval.span) else { return nil }
            return .tensor(tensor, lower: lows, upper: highs)
        case .bool, .enumeration, .set, .record, .text, .row:
            report(.unboundedType(domain.type, at: interval.span))
            return domain
        }
    }

    private enum Grid { case whole, any }

    private func bound(
        _ expression: Expression, _ side: OpenBound.Side, of interval: Interval, _ grid: Grid, in scope: Scope
    ) -> Term? {
        var value = check(expression, in: scope)
        value.term = known(value.term)
        guard !value.isUnknown else { return nil }
        guard value.term.constants != nil else { return widest(value.term, side, of: interval, grid) }
        guard value.type.isNumeric else {
            report(.boundType(value.term))
            return nil
        }
        return value.term
    }

    /// Of a bound that depends on a variable the least or the greatest that it may be, where a binder stands.
    private func widest(_ term: Term, _ side: OpenBound.Side, of interval: Interval, _ grid: Grid) -> Term? {
        guard term.type.isNumeric else {
            report(.boundType(term))
            return nil
        }
        guard openBounds != nil, let hull = hull(term) else {
            report(.boundNotConstant(term, interval))
            return nil
        }
        openBounds?.append(OpenBound(side: side, term: term))
        let end = side == .lower ? hull.lowerBound : hull.upperBound
        guard grid == .whole else { return .real(end, at: term.span) }
        let limit = Double(Bounds.integer)
        return .int(Int(min(max(end.rounded(side == .lower ? .down : .up), -limit), limit)), at: term.span)
    }

    private func scalar(_ term: Term, _ wanted: SayType) -> Double? {
        guard let term = fit(term, to: wanted, "a bound") else { return nil }
        return term.constants?.first
    }

    private func integer(_ term: Term) -> Int? {
        guard let value = scalar(term, .real) else { return nil }
        guard let integer = Int(exactly: value) else {
            report(.integerBound(term, value))
            return nil
        }
        return integer
    }

    /// One value per element, or one for all.
    private func elements(_ term: Term, _ tensor: SayType.Tensor) -> [Double]? {
        guard case .tensor = term.type else { return term.constants }
        let wanted = SayType.tensor(SayType.Tensor(.real, tensor.dimensions))
        return fit(term, to: wanted, "a bound")?.constants
    }

    private func combine(_ first: [Double], _ second: [Double], _ choose: (Double, Double) -> Double) -> [Double] {
        let count = max(first.count, second.count)
        return (0..<count).map { choose(first[first.count == 1 ? 0 : $0], second[second.count == 1 ? 0 : $0]) }
    }

    private func isInhabited(_ lows: [Double], _ highs: [Double], at span: Span) -> Bool {
        for index in 0..<max(lows.count, highs.count) {
            let low = lows[lows.count == 1 ? 0 : index]
            let high = highs[highs.count == 1 ? 0 : index]
            guard low <= high else {
                report(.emptyDomain("nothing lies between \(short(low)) and \(short(high))", at: span))
                return false
            }
        }
        return true
    }

    private func real(_ lower: Double, _ upper: Double, at span: Span) -> Domain? {
        isInhabited([lower], [upper], at: span) ? .real(lower: lower, upper: upper) : nil
    }

    private func integer(_ lower: Int, _ upper: Int, at span: Span) -> Domain? {
        guard lower <= upper || listing.isInside else {
            report(.emptyDomain("no integer lies between \(lower) and \(upper)", at: span))
            return nil
        }
        return .integer(lower: lower, upper: upper)
    }
}

extension Diagnostic {
    static func emptyDomain(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .emptyDomain, message, at: span, hints: [Hint("a property over no values would say nothing")])
    }

    fileprivate static func boundNotConstant(_ term: Term, _ interval: Interval) -> Diagnostic {
        Diagnostic(
            .boundNotConstant, "a bound of a type is known before the search, this one depends on a variable",
            at: term.span,
            hints: [Hint("leave the wide bounds here and narrow with `where`: `forall x: Real where x in [lo, hi]`")])
    }

    fileprivate static func boundType(_ term: Term) -> Diagnostic {
        Diagnostic(.boundType, "expected a number as a bound, found \(term.type.withArticle)", at: term.span)
    }

    fileprivate static func integerBound(_ term: Term, _ value: Double) -> Diagnostic {
        Diagnostic(
            .boundType, "the bound of an Int is an integer, not \(value)", at: term.span)
    }

    fileprivate static func unboundedType(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .boundType, "\(type) has no bounds: only Int, Real and tensors do", at: span,
            hints: [Hint("narrow with `where`")])
    }
}
