import Diagnostics
import Syntax

extension Checker {
    /// These values of a domain and no others, each known before the search.
    func narrow(_ domain: Domain?, to set: SetLiteral, in scope: Scope) -> Domain? {
        let wanted = domain?.type
        let values = set.elements.map { check($0, in: scope, expecting: wanted) }
        guard let domain, !values.isEmpty, !values.contains(where: \.isUnknown) else { return nil }
        switch domain {
        case .real, .integer, .enumeration, .bool: break
        default:
            report(.setOf(domain.type, at: set.span))
            return nil
        }
        var members: [Double] = []
        for value in values {
            guard let term = fit(known(value.term), to: domain.type, "a value of the set") else { return nil }
            guard let member = term.constant else {
                reportNotConstant(term, "a value of the set")
                return nil
            }
            guard isInside(term, domain, "the type") else { return nil }
            guard !members.contains(member) else {
                report(.setMemberTwice(term))
                return nil
            }
            members.append(member)
        }
        return .set(domain.type, members)
    }

    /// `d in {clear, weak_left}`: it is one of these.
    func checkMembership(_ value: Value, in set: SetLiteral, at span: Span, _ scope: Scope) -> Value {
        let wanted = value.type.element.map { SayType($0, []) }
        let members = set.elements.map { check($0, in: scope, expecting: wanted) }
        guard !value.isUnknown, !members.isEmpty, !members.contains(where: \.isUnknown) else {
            return .unknown(at: span)
        }
        let parts = members.map { compare(.equal, value.term, $0.term, at: span) }
        guard !parts.contains(where: \.isUnknown) else { return .unknown(at: span) }
        guard let dimensions = broadcast(parts.map(\.term), at: span) else { return .unknown(at: span) }
        let either = Term.folded(.or(parts.map(\.term)), SayType(.bool, dimensions), at: span)
        return Value(dimensions.isEmpty ? either : Term(.apply(.every, [either]), .bool, at: span))
    }
}

extension Diagnostic {
    fileprivate static func setOf(_ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .boundType, "\(type) cannot be narrowed to a set: only Real, Int and enums can", at: span,
            hints: [Hint("narrow with `where`")])
    }

    fileprivate static func setMemberTwice(_ term: Term) -> Diagnostic {
        Diagnostic(.duplicateName, "this value is in the set already", at: term.span)
    }
}
