import Checker
import Diagnostics
import VNNLIB

/// In this module a term is one of a spec; a query's is `VNNLIB.Term`.
typealias Term = Checker.Term

/// A number over the variables of a query: a polynomial, or the greatest or least of such.
indirect enum Quantity {
    /// More alternatives than this, made by adding greatest and least numbers, are not written out.
    private static let alternativeLimit = 4096

    case polynomial(Polynomial)
    case greatest([Quantity])
    case least([Quantity])

    init(_ value: Double) { self = .polynomial(Polynomial(value)) }
    init(_ variable: VNNLIB.Variable) { self = .polynomial(Polynomial(variable)) }

    var polynomial: Polynomial? { if case .polynomial(let polynomial) = self { polynomial } else { nil } }

    var constant: Double? {
        guard let polynomial, polynomial.isConstant else { return nil }
        return polynomial.constant
    }

    func scaled(by factor: Double) -> Quantity {
        switch self {
        case .polynomial(let polynomial): .polynomial(polynomial.scaled(by: factor))
        case .greatest(let parts):
            factor < 0 ? .least(parts.map { $0.scaled(by: factor) }) : .greatest(parts.map { $0.scaled(by: factor) })
        case .least(let parts):
            factor < 0 ? .greatest(parts.map { $0.scaled(by: factor) }) : .least(parts.map { $0.scaled(by: factor) })
        }
    }

    /// nil where the sum has too many alternatives.
    static func sum(_ parts: [Quantity]) -> Quantity? {
        var (plain, others) = ([Polynomial](), [Quantity]())
        for part in parts {
            if let polynomial = part.polynomial { plain.append(polynomial) } else { others.append(part) }
        }
        guard others.reduce(1.0, { $0 * Double($1.alternatives) }) <= Double(alternativeLimit) else { return nil }
        return others.reduce(.polynomial(.sum(plain))) { $1.adding($0) }
    }

    private var alternatives: Int {
        switch self {
        case .polynomial: 1
        case .greatest(let parts), .least(let parts): parts.reduce(0) { $0 + $1.alternatives }
        }
    }

    private func adding(_ other: Quantity) -> Quantity {
        switch self {
        case .greatest(let parts): .greatest(parts.map { $0.adding(other) })
        case .least(let parts): .least(parts.map { $0.adding(other) })
        case .polynomial(let own):
            switch other {
            case .polynomial(let polynomial): .polynomial(.sum([own, polynomial]))
            case .greatest, .least: other.adding(self)
            }
        }
    }

    /// nil where more than one factor is no polynomial, or one beside a factor that is not constant.
    static func product(_ first: Quantity, _ second: Quantity) -> Quantity? {
        if let a = first.polynomial, let b = second.polynomial { return .polynomial(.product([a, b])) }
        if let factor = first.constant { return second.scaled(by: factor) }
        if let factor = second.constant { return first.scaled(by: factor) }
        return nil
    }

    /// `self` at most, or less than, `other`.
    func compared(_ relation: Inequality.Relation, _ other: Quantity) -> Formula {
        switch (self, other) {
        case (.greatest(let parts), _): .conjunction(parts.map { $0.compared(relation, other) })
        case (.least(let parts), _): .disjunction(parts.map { $0.compared(relation, other) })
        case (_, .greatest(let parts)): .disjunction(parts.map { compared(relation, $0) })
        case (_, .least(let parts)): .conjunction(parts.map { compared(relation, $0) })
        case (.polynomial(let a), .polynomial(let b)): a.compared(relation, b)
        }
    }

    func compared(_ comparison: Term.Comparison, _ other: Quantity) -> Formula {
        switch comparison {
        case .less: compared(Inequality.Relation.less, other)
        case .lessOrEqual: compared(.atMost, other)
        case .greater: other.compared(Inequality.Relation.less, self)
        case .greaterOrEqual: other.compared(.atMost, self)
        case .equal: .conjunction([compared(.atMost, other), other.compared(.atMost, self)])
        case .notEqual:
            .disjunction([compared(Inequality.Relation.less, other), other.compared(Inequality.Relation.less, self)])
        }
    }

    var variables: [VNNLIB.Variable] {
        switch self {
        case .polynomial(let polynomial): polynomial.variables
        case .greatest(let parts), .least(let parts): parts.flatMap(\.variables)
        }
    }
}

/// What a term is over the variables of a query.
enum Meaning {
    /// Row-major.
    case numbers([Quantity])
    case truths([Formula])
    /// Which index it is: for each, the condition that it is that one.
    case choice([Formula])
    case record([Meaning])
}

extension Diagnostic {
    /// What VNN-LIB has no words for.
    static func inexpressible(_ what: String, at span: Span, hint: String? = nil) -> Diagnostic {
        Diagnostic(
            code: "export-inexpressible", "VNN-LIB cannot say \(what)", at: span, hints: hint.map { [Hint($0)] } ?? [])
    }
}
