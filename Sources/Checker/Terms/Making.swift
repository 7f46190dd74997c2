import Diagnostics

extension Term {
    static func real(_ value: Double, at span: Span) -> Term { Term(.constant([value]), .real, at: span) }
    static func int(_ value: Int, at span: Span) -> Term { Term(.constant([Double(value)]), .int, at: span) }
    static func bool(_ value: Bool, at span: Span) -> Term { Term(.constant([value ? 1 : 0]), .bool, at: span) }

    static func enumCase(_ name: String, of enumeration: SayType.Enumeration, at span: Span) -> Term {
        let index = enumeration.cases.firstIndex(of: name) ?? 0
        return Term(.constant([Double(index)]), .enumeration(enumeration), at: span)
    }

    /// The same, said to be written elsewhere.
    func moved(to span: Span) -> Term { span == self.span ? self : Term(kind, type, at: span) }

    /// The same, seen as another type that it agrees with.
    func retyped(_ type: SayType) -> Term { type == self.type ? self : Term(kind, type, at: span) }

    /// The term behind names.
    package var named: Term {
        var term = self
        while case .binding(let binding) = term.kind { term = binding.term }
        return term
    }

    /// The values, row-major, if they are known before anything runs.
    var constants: [Double]? {
        if case .constant(let values) = named.kind, !values.isEmpty { values } else { nil }
    }

    package var constant: Double? { type.isTensor ? nil : constants?.first }

    /// An Int where a Real is wanted, a record where a declared one is wanted.
    func promoted(to wanted: SayType) -> Term {
        guard type != wanted, wanted != .unknown else { return self }
        if wanted.isOptional, type == .real || type == .int { return promoted(to: .real).optional(at: span) }
        switch (type.element, wanted.element) {
        case (.int, .real):
            let result = SayType(.real, merged(type.dimensions ?? [], wanted.dimensions ?? []))
            if let constants { return Term(.constant(constants), result, at: span) }
            return Term(.apply(.convert, [self]), result, at: span)
        case (.some, .some):
            return retyped(wanted.labelled(like: type))
        default:
            return promotedRecord(to: wanted)
        }
    }

    private func promotedRecord(to wanted: SayType) -> Term {
        guard let own = type.fields, let other = wanted.fields, own.count == other.count else { return self }
        guard zip(own, other).contains(where: { $0.type != $1.type }) else {
            if case .row = type { return self }
            return retyped(wanted)
        }
        let fields = other.indices.map { field($0, at: span).promoted(to: other[$0].type) }
        return Term(.record(fields), wanted, at: span)
    }

    private func merged(
        _ own: [SayType.Tensor.Dimension], _ other: [SayType.Tensor.Dimension]
    ) -> [SayType.Tensor.Dimension] {
        zip(own, other).map { .init(size: $0.size, labels: $0.labels ?? $1.labels) }
    }

    /// Field `index` of a record or row.
    func field(_ index: Int, at span: Span) -> Term {
        if case .record(let fields) = named.kind { return fields[index].moved(to: span) }
        return Term(.field(self, index: index), type.fields?[index].type ?? .unknown, at: span)
    }

    /// The same elements, row-major, in other dimensions.
    func reshaped(to type: SayType, at span: Span) -> Term {
        if type.dimensions?.map(\.size) == self.type.dimensions?.map(\.size) { return retyped(type).moved(to: span) }
        if let constants { return Term(.constant(constants), type, at: span) }
        return Term(.reshape(self), type, at: span)
    }

    /// True where all parts hold; parts that are themselves conjunctions are taken apart.
    static func all(_ parts: [Term], at span: Span) -> Term {
        parts.count == 1 ? parts[0] : Term(.and(parts), .bool, at: span)
    }
}

extension SayType {
    /// The same, with the names of entries that `other` has and this lacks.
    fileprivate func labelled(like other: SayType) -> SayType {
        guard case .tensor(var own) = self, case .tensor(let other) = other else { return self }
        for axis in own.dimensions.indices where own.dimensions[axis].labels == nil {
            own.dimensions[axis].labels = other.dimensions[axis].labels
        }
        own.view = own.view ?? other.view
        return .tensor(own)
    }
}
