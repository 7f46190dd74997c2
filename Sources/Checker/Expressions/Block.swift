import Diagnostics
import Syntax

extension Checker {
    func checkBlock(_ block: Block, in scope: Scope, expecting expected: SayType?) -> Value {
        var scope = scope
        for item in block.lets { _ = checkLet(item, in: &scope) }
        return check(block.result, in: scope, expecting: expected)
    }

    /// Binds what a `let` names; gives the bindings in order.
    func checkLet(_ item: Let, in scope: inout Scope) -> [Binding] {
        let wanted = item.type.flatMap { resolve($0, in: scope)?.type }
        var value = check(item.value, in: scope, expecting: wanted)
        if let wanted {
            let label = item.type.map { Label("declared here", at: $0.span) }
            let fitted = fit(value.term, to: wanted, "the `let`", label: label)
            value = fitted.map { Value($0, call: value.call) } ?? .unknown(at: item.value.span)
        } else if item.type != nil {
            value = .unknown(at: item.value.span)
        }
        switch item.pattern {
        case .name(let name): return bind(name, value, in: &scope).map { [$0] } ?? []
        case .fields(let names, _):
            return names.compactMap { name in
                bind(name, destructured(value, name), in: &scope)
            }
        }
    }

    private func bind(_ name: Name, _ value: Value, in scope: inout Scope) -> Binding? {
        guard !name.isMissing else { return nil }
        locals.declare(name)
        guard !value.isUnknown else {
            declare(name, value, in: &scope)
            return nil
        }
        let binding = binding(name.text, value.term, at: name.span)
        declare(name, Value(Term(.binding(binding), value.type, at: name.span), call: value.call), in: &scope)
        return binding
    }

    /// The field that a destructuring pattern names.
    func destructured(_ value: Value, _ name: Name) -> Value {
        guard !value.isUnknown, !name.isMissing else { return .unknown(at: name.span) }
        return member(name, of: value, at: name.span)
    }
}
