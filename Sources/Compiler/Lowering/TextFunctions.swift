import Checker
import Diagnostics
import Tensors
import Texts

/// Functions of texts, which are code points in float64.
extension Lowering {
    func text(_ function: TextFunction, _ arguments: [Term], _ term: Term) throws(Diagnostic) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try numbers(argument)) }
        return try add(TextOperator(function, shape: term.type.shape ?? []), values, for: term)
    }

    /// A condition's number is at least 1 where it holds and at most -1 where it does not; undecided, it is NaN, and neither
    /// is true.
    func textMargin(
        _ function: TextFunction, _ arguments: [Term], _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try numbers(argument)) }
        let margin = try add(TextOperator(function, shape: []), values, for: term)
        let sides = polarity == .positive ? [number(0), margin] : [margin, number(0)]
        return try add(Compare(.lessOrEqual), sides, for: term)
    }
}
