import Diagnostics
import Syntax

/// Of each entry of truth values, whether all or some of it and those next behind it hold: `within:`, `while:`.
///
/// A window is put together of two half as long, which may overlap: so there are as many steps as its length has binary digits,
/// and margins are those of the entries one by one, for the least of some numbers does not depend on how often each is there.
extension Checker {
    /// One for each entry of the first dimension; nil, and a report, where that cannot be.
    func windows(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        guard case .tensor(let tensor) = call.terms[0].type, tensor.element == .bool else {
            return fail(.notTruths(call.terms[0], call.role))
        }
        let size = tensor.sizes[0]
        var length = size
        if let within = call.options["within"] {
            guard let reach = wholeConstant(within, in: 0...Bounds.integer, "`within`") else {
                return .unknown(at: call.span)
            }
            length = min(size, reach + 1)
        }
        guard let condition = call.options["while"]?.term else {
            return Value(window(function, call.terms[0], length, at: call.span))
        }
        guard condition.type == call.terms[0].type else {
            return fail(.shapeMismatch(condition, call.terms[0], at: call.span))
        }
        return Value(reached(call.terms[0], while: condition, length, at: call.span))
    }

    private func window(_ function: Term.Function, _ truths: Term, _ length: Int, at span: Span) -> Term {
        var (result, covered) = (truths, 1)
        while covered < length {
            let shift = min(covered, length - covered)
            result = overlaid(result, shift, at: span) { own, next in
                function == .every ? .and([own, next]) : .or([own, next])
            }
            covered += shift
        }
        return result
    }

    /// Whether one of the next `length` entries holds, and the condition at each before that one.
    private func reached(_ goals: Term, while condition: Term, _ length: Int, at span: Span) -> Term {
        var (result, covered) = (goals, 1)
        while covered < length {
            let shift = min(covered, length - covered)
            let held = window(.every, condition, shift, at: span)
            result = overlaid(result, shift, at: span, besides: held) { own, next in .or([own, next]) }
            covered += shift
        }
        return result
    }

    /// Joins each entry with the one `shift` places on, that where the entry of `besides` holds too; the last stay as they are.
    private func overlaid(
        _ truths: Term, _ shift: Int, at span: Span, besides: Term? = nil, _ join: (Term, Term) -> Term.Kind
    ) -> Term {
        guard case .tensor(let tensor) = truths.type else { return truths }
        let size = tensor.sizes[0]
        let front = 0..<(size - shift)
        let type = SayType(.bool, tensor.resized(0, to: front.count))
        var next = truths.part(0, shift..<size, at: span)
        if let besides { next = .folded(.and([besides.part(0, front, at: span), next]), type, at: span) }
        let joined = Term.folded(join(truths.part(0, front, at: span), next), type, at: span)
        let rest = truths.part(0, front.count..<size, at: span)
        return .folded(.concat([joined, rest], axis: 0), SayType(.bool, tensor.resized(0, to: size)), at: span)
    }
}
