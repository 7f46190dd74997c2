import Diagnostics

/// Functions that make a tensor of sizes alone.
let fillingBuiltins: [String: Builtin] = [
    "indices": Builtin("size") { $0.indices($1) },
    "zeros": Builtin("shape") { $0.filled(0, $1) },
    "ones": Builtin("shape") { $0.filled(1, $1) },
]

extension Checker {
    /// 0, 1, ... size - 1.
    fileprivate func indices(_ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard let size = operand.constant.flatMap(Int.init(exactly:)) else {
            reportNotConstant(operand, "a size")
            return .unknown(at: call.span)
        }
        let dimensions = [SayType.Tensor.Dimension(max(size, 0))]
        guard size >= 1 else { return fail(.emptyIndices(operand, size)) }
        guard canBeWritten(dimensions, at: call.span) else { return .unknown(at: call.span) }
        return Value(Term(.constant((0..<size).map(Double.init)), SayType(.int, dimensions), at: call.span))
    }

    fileprivate func filled(_ value: Double, _ call: BuiltinCall) -> Value {
        guard let dimensions = shape(call.arguments[0], call.role), canBeWritten(dimensions, at: call.span) else {
            return .unknown(at: call.span)
        }
        let count = dimensions.reduce(1) { $0 * $1.size }
        return Value(
            Term(.constant([Double](repeating: value, count: count)), SayType(.real, dimensions), at: call.span))
    }
}

extension Checker {
    /// Whether a constant of this shape is small enough to be written out; reports if not.
    func canBeWritten(_ dimensions: [SayType.Tensor.Dimension], at span: Span) -> Bool {
        guard hasLegalSize(dimensions, at: span) else { return false }
        let count = dimensions.reduce(1) { $0 * $1.size }
        guard count <= Bounds.writing else {
            report(.constantTooLarge(count, at: span))
            return false
        }
        return true
    }
}

extension Diagnostic {
    fileprivate static func constantTooLarge(_ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "a constant has at most \(Bounds.writing) elements, not \(count)", at: span)
    }

    fileprivate static func emptyIndices(_ term: Term, _ size: Int) -> Diagnostic {
        Diagnostic(.notAShape, "a tensor has at least 1 entry, not \(size)", at: term.span)
    }
}
