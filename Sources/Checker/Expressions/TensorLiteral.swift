import Diagnostics
import Syntax

extension Checker {
    /// `[a, b, c]`: a new first dimension.
    func checkTensor(_ literal: TensorLiteral, in scope: Scope, expecting expected: SayType?) -> Value {
        let elementType = expected?.element.map { SayType($0, []) }
        let values = literal.elements.map { check($0, in: scope, expecting: elementType) }
        guard !values.isEmpty, !values.contains(where: \.isUnknown) else { return .unknown(at: literal.span) }
        return stacked(values.map(\.term), at: literal.span)
    }

    /// Terms of one type as the entries of a new first dimension.
    func stacked(_ terms: [Term], at span: Span) -> Value {
        if case .record? = terms.first?.type { return sequence(of: terms, at: span) }
        let isReal = terms.contains { $0.type.element == .real }
        for term in terms {
            guard let element = term.type.element, let dimensions = term.type.dimensions,
                let first = terms[0].type.element, let wanted = terms[0].type.dimensions
            else { return fail(.elementType(term)) }
            let isSame = element == first || SayType(element, []).isNumeric && SayType(first, []).isNumeric
            guard isSame, dimensions.map(\.size) == wanted.map(\.size) else {
                return fail(.elementMismatch(term, terms[0]))
            }
        }
        let dimensions = terms[0].type.dimensions ?? []
        let element = isReal ? SayType.Tensor.Element.real : terms[0].type.element ?? .real
        let type = SayType(element, [.init(terms.count)] + dimensions)
        guard hasLegalSize(type.dimensions ?? [], at: span) else { return .unknown(at: span) }
        let promoted = isReal ? terms.map { $0.promoted(to: SayType(.real, dimensions)) } : terms
        return Value(.folded(.stack(promoted), type, at: span))
    }
}

extension Diagnostic {
    fileprivate static func elementType(_ term: Term) -> Diagnostic {
        Diagnostic(
            .elementType, "a tensor holds numbers, truth values or enum cases, not \(term.type.withArticle)",
            at: term.span)
    }

    fileprivate static func elementMismatch(_ term: Term, _ first: Term) -> Diagnostic {
        Diagnostic(
            .elementType,
            "the entries of a tensor are alike: expected \(first.type.withArticle), found \(term.type.withArticle)",
            at: term.span, labels: [Label("the first is \(first.type.withArticle)", at: first.span)])
    }
}
