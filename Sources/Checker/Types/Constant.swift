import Diagnostics
import Syntax

extension Checker {
    /// The integer that an expression comes to before anything is run; nil, and a report, where it is none.
    func constantInteger(_ expression: Expression, in scope: Scope, _ role: String) -> Int? {
        let value = check(expression, in: scope)
        guard !value.isUnknown else { return nil }
        guard value.type == .int || value.type == .real else {
            report(.notAnInteger(value.term, role, "\(value.type.withArticle)"))
            return nil
        }
        guard let constant = value.term.constants?.first else {
            reportNotConstant(value.term, role)
            return nil
        }
        guard let integer = Int(exactly: constant) else {
            report(.notAnInteger(value.term, role, "\(constant)"))
            return nil
        }
        return integer
    }

    func reportNotConstant(_ term: Term, _ role: String) { report(.notConstant(term, role)) }

    /// Whether a constant, or each of its elements, lies in a domain; reports if not.
    func isInside(_ term: Term, _ domain: Domain, _ role: String) -> Bool {
        guard let values = term.constants, let (lower, upper) = domain.ends else { return true }
        for (index, value) in values.enumerated() {
            let low = lower[lower.count == 1 ? 0 : index]
            let high = upper[upper.count == 1 ? 0 : index]
            guard low <= value, value <= high else {
                report(.outsideDomain(term, value, low, high, role))
                return false
            }
        }
        return true
    }
}

extension Domain {
    /// The bounds, one or one per element, of what has any.
    var ends: (lower: [Double], upper: [Double])? {
        switch self {
        case .real(let lower, let upper): ([lower], [upper])
        case .integer(let lower, let upper): ([Double(lower)], [Double(upper)])
        case .tensor(_, let lower, let upper): (lower, upper)
        case .set(_, let values): ([values.min() ?? 0], [values.max() ?? 0])
        case .bool, .enumeration, .record, .text, .row: nil
        }
    }
}

extension Diagnostic {
    fileprivate static func notConstant(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notConstant, "\(role) must be known before the search, this one depends on a variable", at: term.span,
            hints: [Hint("use numbers, params and dimensions only")])
    }

    static func notAnInteger(_ term: Term, _ role: String, _ found: String) -> Diagnostic {
        Diagnostic(.notAnInteger, "expected an integer for \(role), found \(found)", at: term.span)
    }

    fileprivate static func outsideDomain(
        _ term: Term, _ value: Double, _ low: Double, _ high: Double, _ role: String
    ) -> Diagnostic {
        Diagnostic(
            .outsideDomain, "\(short(value)) is outside [\(short(low)), \(short(high))], the range of \(role)",
            at: term.span)
    }
}

/// A number without a fraction that is not there.
func short(_ value: Double) -> String {
    if let integer = Int(exactly: value), abs(value) < 1e15 { return "\(integer)" }
    return "\(value)"
}
