import Diagnostics
import Syntax

/// `property robust(l: Label, eps: Real in {0.05, 0.1}) { ... }`, and `for row in test` as a clause: a property, and a verdict,
/// for each combination of values.
extension Checker {
    func checkProperties(_ node: PropertyDeclaration, in file: FileScope) -> [CheckedProperty] {
        let clauses = node.clauses.drop { $0.isEach }
        for clause in clauses where clause.isEach { report(.lateEach(at: clause.span)) }
        let binders = node.parameters + node.clauses.prefix { $0.isEach }.flatMap(\.eachBinders)
        guard !binders.isEmpty else {
            return checkProperty(node, Array(clauses), in: Scope(file)).map { [$0] } ?? []
        }
        var properties: [CheckedProperty] = []
        let listed = list(binders, in: Scope(file), limit: Bounds.family, rows: .each) { scope in
            guard let property = checkProperty(node, Array(clauses), in: scope) else { return .unknown(at: node.span) }
            properties.append(member(property, binders, scope))
            return Value(.bool(true, at: node.span))
        }
        if case .tooLong = listed { report(.familyTooLarge(binders[0])) }
        if case .entries(let entries, _) = listed {
            for entry in entries {
                if let condition = entry.condition { reportNotConstant(condition, "a family's `where`") }
            }
            if entries.isEmpty { report(.emptyDomain("no member of the family is left", at: binders[0].span)) }
        }
        return properties
    }

    private func member(_ property: CheckedProperty, _ binders: [Binder], _ scope: Scope) -> CheckedProperty {
        let arguments = binders.flatMap(\.patterns).map { pattern in
            let value = pattern.names.first.flatMap { scope[$0.text]?.value.term }
            return FamilyMember.Argument(name: pattern.written, text: value.map { text(of: $0) } ?? "?")
        }
        var property = property
        property.member = FamilyMember(family: property.name, arguments: arguments)
        property.name += "(" + arguments.map(\.text).joined(separator: ", ") + ")"
        for argument in arguments {
            property.title = property.title?.replacing("{\(argument.name)}", with: argument.text)
        }
        return property
    }

    /// A value as one would write it.
    private func text(of term: Term) -> String {
        switch term.kind {
        case .row(let table, let number): return "\(tables[table].name)[\(number.constant.map(short) ?? "?")]"
        case .field(let record, _): return text(of: record)
        case .binding(let binding): return text(of: binding.term)
        case .record(let fields):
            let names = term.type.fields?.map(\.name) ?? []
            return "{ " + zip(names, fields).map { "\($0): \(text(of: $1))" }.joined(separator: ", ") + " }"
        default: break
        }
        guard let values = term.constants else { return "?" }
        let texts = values.map { value -> String in
            switch term.type.element {
            case .enumeration(let it)?:
                Int(exactly: value).flatMap { it.cases.indices.contains($0) ? it.cases[$0] : nil } ?? short(value)
            case .bool?: value == 0 ? "false" : "true"
            default: short(value)
            }
        }
        return term.type.isTensor ? "[" + texts.joined(separator: ", ") + "]" : texts[0]
    }
}

extension Syntax.Clause {
    fileprivate var isEach: Bool { if case .each = self { true } else { false } }

    fileprivate var eachBinders: [Binder] { if case .each(let it) = self { it.binders } else { [] } }
}

extension Diagnostic {
    fileprivate static func lateEach(at span: Span) -> Diagnostic {
        Diagnostic(
            .quantifierOrder,
            "`for` stands at the beginning of a property: each of its values makes a property of its own",
            at: span, hints: [Hint("move it up, before every other clause")])
    }

    fileprivate static func familyTooLarge(_ binder: Binder) -> Diagnostic {
        Diagnostic(
            .domainTooLarge, "a family has at most \(Bounds.family) members, of values that are known one by one",
            at: binder.span, hints: [Hint("quantify over the rest with `forall` in the property")])
    }
}
