import Diagnostics

/// `Real?`: a number that may be missing. It is kept as a record of whether it is missing and of the number, so that it is
/// drawn, shrunk and shown like any record, and so that nothing computes with it that does not ask first.
extension SayType {
    static let optionalReal: SayType = {
        var record = SayType.Record(
            origin: nil,
            fields: [.init(name: "missing", type: .bool, unit: nil), .init(name: "value", type: .real, unit: nil)])
        record.isOptional = true
        return .record(record)
    }()

    /// The fields that a spec may name.
    var openFields: [Field]? { isOptional ? nil : fields }

    /// Whether it is, or has a field, that may be missing.
    var mayBeMissing: Bool { isOptional || (fields ?? []).contains { $0.type.mayBeMissing } }

    package var isOptional: Bool { if case .record(let record) = self { record.isOptional } else { false } }
}

extension Domain {
    /// What may be missing, or else lies in `domain`.
    static func optional(_ domain: Domain) -> Domain {
        guard case .record(let record) = SayType.optionalReal else { return domain }
        return .record(record, [.bool, domain])
    }
}

extension Checker {
    /// The domain changed; where its number may be missing, that of the number.
    func present(_ domain: Domain?, _ change: (Domain?) -> Domain?) -> Domain? {
        guard case .record(let record, let fields) = domain, record.isOptional, fields.count == 2 else {
            return change(domain)
        }
        return change(fields[1]).map { .record(record, [fields[0], $0]) }
    }
}

extension Term {
    /// A Real as one that may be missing.
    func optional(at span: Span) -> Term {
        Term(.record([.bool(false, at: span), self]), .optionalReal, at: span)
    }

    /// Whether it is missing.
    func isMissing(at span: Span) -> Term { field(0, at: span) }

    /// The number, `other` where it is missing.
    func filled(with other: Term, at span: Span) -> Term {
        .folded(.select(isMissing(at: span), other, field(1, at: span)), .real, at: span)
    }

    /// As models take it: NaN where it is missing.
    func orNaN(at span: Span) -> Term { filled(with: Term(.constant([.nan]), .real, at: span), at: span) }
}

/// What is asked of a number that may be missing.
let optionalBuiltins: [String: Builtin] = [
    "is_missing": Builtin("x") { checker, call in
        guard call.terms[0].type.isOptional else { return checker.fail(.neverMissing(call.terms[0], call.role)) }
        return Value(call.terms[0].isMissing(at: call.span))
    },
    "filled": Builtin("x", "other") { checker, call in
        guard call.terms[0].type.isOptional else { return checker.fail(.neverMissing(call.terms[0], call.role)) }
        guard let other = checker.fit(call.terms[1], to: .real, "`other`") else { return .unknown(at: call.span) }
        return Value(call.terms[0].filled(with: other, at: call.span))
    },
]

extension Diagnostic {
    fileprivate static func neverMissing(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .typeMismatch, "expected a Real that may be missing for \(role), found \(term.type.withArticle)",
            at: term.span,
            hints: [Hint("it is declared `Real?`")])
    }
}

extension Hint {
    /// What to do about a number that may be missing.
    static let missing = Hint("it may be missing: ask `is_missing(x)`, or say what counts instead: `filled(x, 0)`")
}
