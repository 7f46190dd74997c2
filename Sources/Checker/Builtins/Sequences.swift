import Diagnostics

/// Functions of sequences, and of tensors along their first dimension.
let sequenceBuiltins: [String: Builtin] = [
    "length": Builtin("xs") { $0.length($1) },
    "last": Builtin("xs") { $0.last($1) },
]

extension Checker {
    fileprivate func length(_ call: BuiltinCall) -> Value {
        if call.terms[0].type.isText { return Value(.text(.length, [call.terms[0]], .int, at: call.span)) }
        guard let length = call.terms[0].length(at: call.span) else {
            return fail(.notATensor(call.terms[0], call.role))
        }
        return Value(length)
    }

    fileprivate func last(_ call: BuiltinCall) -> Value {
        let xs = call.terms[0]
        guard let length = xs.length(at: call.span) else { return fail(.notATensor(xs, call.role)) }
        let place = Term.folded(.arithmetic(.subtract, length, .int(1, at: call.span)), .int, at: call.span)
        return Value(xs.entry(at: place, at: call.span))
    }
}
