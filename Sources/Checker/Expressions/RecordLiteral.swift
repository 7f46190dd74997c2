import Diagnostics
import Syntax

extension Checker {
    func checkRecord(_ literal: RecordLiteral, in scope: Scope, expecting expected: SayType?) -> Value {
        checkDuplicates(literal.fields.map(\.name), "a field")
        let values = literal.fields.map { field in
            let wanted = expected?.fields?.first { $0.name == field.name.text }?.type
            return check(field.value, in: scope, expecting: wanted)
        }
        let isComplete = literal.fields.allSatisfy { !$0.name.isMissing } && !values.isEmpty
        guard isComplete, !values.contains(where: \.isUnknown) else { return .unknown(at: literal.span) }
        let fields = zip(literal.fields, values).map { SayType.Field(name: $0.name.text, type: $1.type, unit: nil) }
        let type = SayType.record(SayType.Record(origin: nil, fields: fields))
        guard hasLegalFields(type, at: literal.span) else { return .unknown(at: literal.span) }
        return Value(Term(.record(values.map(\.term)), type, at: literal.span))
    }

    /// `a with { sex: other(a.sex) }`: the same record but for these fields.
    func checkUpdate(_ update: Update, in scope: Scope) -> Value {
        checkDuplicates(update.fields.map(\.name), "changed")
        let base = check(update.base, in: scope)
        guard let fields = base.type.openFields else {
            for field in update.fields { _ = check(field.value, in: scope) }
            return base.isUnknown ? .unknown(at: update.span) : fail(.notARecord(base.term))
        }
        var terms = fields.indices.map { base.term.field($0, at: base.span) }
        var isComplete = true
        for field in update.fields where !field.name.isMissing {
            guard let index = fields.firstIndex(where: { $0.name == field.name.text }) else {
                _ = check(field.value, in: scope)
                isComplete = false
                report(.unknownField(field.name, of: base.type, near: fields.map(\.name)))
                continue
            }
            let value = check(field.value, in: scope, expecting: fields[index].type)
            guard let term = fit(value.term, to: fields[index].type, "`\(field.name.text)`"), !value.isUnknown else {
                isComplete = false
                continue
            }
            terms[index] = term
        }
        guard isComplete else { return .unknown(at: update.span) }
        return Value(Term(.record(terms), base.type.asRecord, at: update.span))
    }
}

extension SayType {
    /// A row's fields as a record of their own.
    fileprivate var asRecord: SayType {
        if case .row(let fields) = self { .record(Record(origin: nil, fields: fields)) } else { self }
    }
}

extension Diagnostic {
    static func unknownField(_ name: Name, of type: SayType, near candidates: [String]) -> Diagnostic {
        var hints: [Hint] = .spelling(name, candidates)
        if hints.isEmpty, !candidates.isEmpty {
            hints = [Hint("there is " + candidates.prefix(8).map { "`\($0)`" }.joined(separator: ", "))]
        }
        return Diagnostic(.unknownField, "\(type) has no field `\(name.text)`", at: name.span, hints: hints)
    }

    fileprivate static func notARecord(_ term: Term) -> Diagnostic {
        Diagnostic(.notARecord, "only a record has fields to change, this is \(term.type.withArticle)", at: term.span)
    }
}
