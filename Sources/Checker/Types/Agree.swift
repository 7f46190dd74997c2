import Diagnostics

extension SayType {
    /// Whether a value of this type may stand where `wanted` is asked for.
    ///
    /// An Int may stand for a Real. Records agree field by field and in order; dimensions in size, and in labels where both
    /// have them.
    func agrees(with wanted: SayType) -> Bool {
        switch (self, wanted) {
        case (.unknown, _), (_, .unknown): true
        case (.tensor(let own), .tensor(let other)):
            own.element.agrees(with: other.element) && dimensionsAgree(own.dimensions, other.dimensions)
        case (.record, .record), (.row, .record), (.row, .row), (.record, .row):
            fieldsAgree(fields ?? [], wanted.fields ?? [])
        case (.int, .real), (.text, .text): true
        case (.real, .record(let record)), (.int, .record(let record)): record.isOptional
        default: self == wanted
        }
    }
}

extension SayType.Tensor.Element {
    func agrees(with wanted: Self) -> Bool { self == wanted || self == .int && wanted == .real }
}

extension SayType.Tensor.Dimension {
    func agrees(with other: Self) -> Bool {
        size == other.size && (labels == nil || other.labels == nil || labels == other.labels)
    }
}

private func dimensionsAgree(_ own: [SayType.Tensor.Dimension], _ other: [SayType.Tensor.Dimension]) -> Bool {
    own.count == other.count && zip(own, other).allSatisfy { $0.agrees(with: $1) }
}

private func fieldsAgree(_ own: [SayType.Field], _ other: [SayType.Field]) -> Bool {
    own.count == other.count
        && zip(own, other).allSatisfy { $0.name == $1.name && $0.type.agrees(with: $1.type) }
}

extension Checker {
    /// `term` as a `wanted`, or nil and a report if it is none. `role` says of what: "the result", "`x`".
    func fit(_ term: Term, to wanted: SayType, _ role: String, label: Label? = nil) -> Term? {
        guard term.type != .unknown, wanted != .unknown else { return term }
        guard term.type.agrees(with: wanted) else {
            report(.typeMismatch(term, wanted, role, label))
            return nil
        }
        return term.promoted(to: wanted)
    }
}

extension Diagnostic {
    fileprivate static func typeMismatch(_ term: Term, _ wanted: SayType, _ role: String, _ label: Label?) -> Diagnostic
    {
        var hints: [Hint] = []
        if case .tensor(let found) = term.type, case .tensor(let other) = wanted, found.count == other.count,
            found.element.agrees(with: other.element), found.sizes != other.sizes
        {
            let shape = other.dimensions.map { "\($0.size)" }.joined(separator: ", ")
            hints.append(Hint("it has as many elements: `reshape(..., [\(shape)])`"))
        }
        if term.type == .real, wanted == .int { hints.append(Hint("`int(...)` makes an Int of a Real, toward zero")) }
        return Diagnostic(
            .typeMismatch, "expected \(wanted.withArticle) for \(role), found \(term.type.withArticle)", at: term.span,
            labels: label.map { [$0] } ?? [], hints: hints)
    }
}
