import Diagnostics
import Syntax

/// `P[3]`, `P[1..8]` of records; `Bool[3]`, `Int[4] in [0, 9]`, `Label[2]` of what a tensor holds.
extension Checker {
    func arrayed(_ domain: Domain, by subscripts: [Subscript], of named: NamedType, in scope: Scope) -> Domain? {
        switch domain {
        case .record(let record, let fields) where record.sequence == nil:
            return sequence(of: record, fields, by: subscripts, named, in: scope)
        case .real, .integer, .bool, .enumeration: return tensor(of: domain, by: subscripts, named, in: scope)
        default:
            report(.notAnEntry(domain.type, named))
            return nil
        }
    }

    private func tensor(of domain: Domain, by subscripts: [Subscript], _ named: NamedType, in scope: Scope) -> Domain? {
        let dimensions = subscripts.compactMap { dimension($0, in: scope) }
        guard dimensions.count == subscripts.count, !dimensions.isEmpty, hasLegalSize(dimensions, at: named.span),
            let element = domain.type.element
        else { return nil }
        let (lower, upper) =
            switch domain {
            case .bool: (0.0, 1.0)
            case .enumeration(let it): (0.0, Double(it.cases.count - 1))
            default: (domain.ends?.lower.first ?? 0, domain.ends?.upper.first ?? 0)
            }
        return .tensor(SayType.Tensor(element, dimensions), lower: [lower], upper: [upper])
    }

    private func sequence(
        of record: SayType.Record, _ fields: [Domain], by subscripts: [Subscript], _ named: NamedType, in scope: Scope
    ) -> Domain? {
        guard subscripts.count == 1, let (least, most) = length(subscripts[0], in: scope) else {
            if subscripts.count != 1 { report(.sequenceDimensions(named)) }
            return nil
        }
        let entries = fields.compactMap { $0.repeated([most]) }
        guard entries.count == fields.count else {
            report(.notAnEntry(.record(record), named))
            return nil
        }
        let type = SayType.sequence(of: .record(record), least...most)
        let domains = least == most ? entries : [.integer(lower: least, upper: most)] + entries
        guard case .record(let storage) = type, domains.allSatisfy({ $0.coordinateCount <= Bounds.spread }) else {
            report(.notAnEntry(.record(record), named))
            return nil
        }
        return .record(storage, domains)
    }

    /// The least and the greatest length.
    private func length(_ subscript: Subscript, in scope: Scope) -> (least: Int, most: Int)? {
        switch `subscript` {
        case .at(let expression):
            guard let size = constantInteger(expression, in: scope, "a length") else { return nil }
            return isLength(size, size, at: expression.span) ? (size, size) : nil
        case .range(let lower?, let upper?, let span):
            let least = constantInteger(lower, in: scope, "a length")
            let most = constantInteger(upper, in: scope, "a length")
            guard let least, let most else { return nil }
            return isLength(least, most, at: span) ? (least, most) : nil
        case .range(_, _, let span):
            report(.openLength(at: span))
            return nil
        }
    }

    private func isLength(_ least: Int, _ most: Int, at span: Span) -> Bool {
        guard 1 <= least, least <= most, most <= Bounds.spread else {
            report(.sequenceLength(least, most, at: span))
            return false
        }
        return true
    }
}

extension SayType {
    /// The type of a sequence of records; `entry` has none in it.
    static func sequence(of entry: SayType, _ length: ClosedRange<Int>) -> SayType {
        let columns = (entry.fields ?? []).map { field in
            Field(name: field.name, type: field.type.repeated(length.upperBound), unit: field.unit)
        }
        let count = Field(name: "length", type: .int, unit: nil)
        return .record(
            Record(
                origin: nil, fields: length.lowerBound == length.upperBound ? columns : [count] + columns,
                sequence: Sequence(entry: entry, least: length.lowerBound, most: length.upperBound)))
    }

    var sequence: Sequence? { if case .record(let record) = self { record.sequence } else { nil } }

    /// So many values of this type, along a new first dimension.
    func repeated(_ count: Int) -> SayType {
        switch self {
        case .record(var record):
            for index in record.fields.indices { record.fields[index].type = record.fields[index].type.repeated(count) }
            record.origin = nil
            // Along a dimension it is two tensors.
            record.isOptional = false
            return .record(record)
        default:
            guard let element, let dimensions else { return .unknown }
            return SayType(element, [.init(count)] + dimensions)
        }
    }
}

extension Term {
    /// Entry `place` of the first dimension of a tensor or of a sequence.
    func entry(at place: Term, at span: Span) -> Term {
        guard let sequence = type.sequence else { return column(at: place, at: span) }
        let first = sequence.isFixed ? 0 : 1
        let columns = (type.fields ?? []).indices.dropFirst(first).map {
            field($0, at: span).column(at: place, at: span)
        }
        return Term(.record(columns), sequence.entry, at: span)
    }

    private func column(at place: Term, at span: Span) -> Term {
        switch type {
        case .tensor(let tensor):
            return .folded(
                .index(self, [.at(place)]), SayType(tensor.element, Array(tensor.dimensions.dropFirst())), at: span)
        case .record(var record):
            let entries = record.fields.indices.map { field($0, at: span).column(at: place, at: span) }
            for index in record.fields.indices { record.fields[index].type = entries[index].type }
            return Term(.record(entries), .record(record), at: span)
        default: return self
        }
    }

    /// Whether a place is one of an entry; nil where each place is.
    func isEntry(_ place: Term, at span: Span) -> Term? {
        guard let sequence = type.sequence, !sequence.isFixed, let length = length(at: span) else { return nil }
        if let place = place.constant, place < Double(sequence.least) { return nil }
        return .folded(.compare(.less, place, length), .bool, at: span)
    }

    /// How many entries a sequence has: an Int.
    func length(at span: Span) -> Term? {
        guard let sequence = type.sequence else { return type.entryCount.map { .int($0, at: span) } }
        return sequence.isFixed ? .int(sequence.most, at: span) : field(0, at: span)
    }
}

extension SayType {
    /// How many entries the first dimension has, or a sequence at most; nil for what has none.
    var entryCount: Int? {
        if let sequence { return sequence.most }
        return if case .tensor(let tensor) = self { tensor.dimensions.first?.size } else { nil }
    }
}

extension Checker {
    /// Records as the entries of a sequence.
    func sequence(of terms: [Term], at span: Span) -> Value {
        let entry = terms[0].type
        for term in terms.dropFirst() where !term.type.agrees(with: entry) {
            return fail(.entryMismatch(term, terms[0]))
        }
        guard case .record(let record) = entry, record.sequence == nil else { return fail(.notARecordEntry(terms[0])) }
        guard let columns = columns(of: terms.map { $0.promoted(to: entry) }, at: span) else {
            return .unknown(at: span)
        }
        return Value(Term(.record(columns), .sequence(of: entry, terms.count...terms.count), at: span))
    }

    /// For each field of some records the tensor of their entries.
    private func columns(of terms: [Term], at span: Span) -> [Term]? {
        var columns: [Term] = []
        for index in (terms[0].type.fields ?? []).indices {
            let parts = terms.map { $0.field(index, at: span) }
            guard case .record(let record) = parts[0].type else {
                let column = stacked(parts, at: span)
                guard !column.isUnknown else { return nil }
                columns.append(column.term)
                continue
            }
            guard record.sequence == nil, let inner = self.columns(of: parts, at: span) else { return nil }
            columns.append(Term(.record(inner), SayType.record(record).repeated(terms.count), at: span))
        }
        return columns
    }
}

extension Diagnostic {
    fileprivate static func notAnEntry(_ type: SayType, _ named: NamedType) -> Diagnostic {
        Diagnostic(
            .typeArguments, "`\(named.name.text)` takes no dimensions: \(type) cannot be the entry of a sequence",
            at: named.span, hints: [Hint("arguments stand in parentheses: `\(named.name.text)(...)`")])
    }

    fileprivate static func sequenceDimensions(_ named: NamedType) -> Diagnostic {
        Diagnostic(
            .typeArguments, "a sequence of records has one length", at: named.span,
            hints: [Hint("write `\(named.name.text)[3]`, or `\(named.name.text)[1..8]` for one of varying length")])
    }

    fileprivate static func openLength(at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "a length has a least and a greatest value", at: span, hints: [Hint("write both: `1..8`")])
    }

    fileprivate static func sequenceLength(_ least: Int, _ most: Int, at span: Span) -> Diagnostic {
        let found = least == most ? "\(most)" : "\(least) to \(most)"
        return Diagnostic(
            .dimensionSize, "a sequence has at least 1 entry and at most \(Bounds.spread), not \(found)", at: span)
    }

    fileprivate static func entryMismatch(_ term: Term, _ first: Term) -> Diagnostic {
        Diagnostic(
            .elementType,
            "the entries of a sequence are alike: expected \(first.type.withArticle), found \(term.type.withArticle)",
            at: term.span, labels: [Label("the first is \(first.type.withArticle)", at: first.span)])
    }

    fileprivate static func notARecordEntry(_ term: Term) -> Diagnostic {
        Diagnostic(.elementType, "\(term.type.withArticle) cannot be the entry of a sequence", at: term.span)
    }
}
