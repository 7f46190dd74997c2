/// Which inputs of an operation a gradient goes to.
///
/// What is flat wherever it is defined (a comparison, a rounding, a sign, the place of an extremum) has the slope of a
/// stand-in instead, after Bengio, Leonard and Courville (2013, straight-through estimator): the search then knows a way,
/// though not how far. No bound is ever read from it.
extension Operator {
    /// `flows` says which inputs depend on what is varied.
    func slopedInputs(_ flows: [Bool], _ inputs: [TensorType], _ output: TensorType) -> [Bool] {
        switch self {
        // A branch that varies has the true slope; only between fixed ones does the condition matter.
        case is Select: [flows[0] && !flows[1] && !flows[2], flows[1], flows[2]]
        case is GatherRows, is ArgIs, is any Repeating: zip(flows, inputs).map { $0 && $1.element.isReal }
        case is Binary, is Unary, is Cast, is Rearrange, is Reduce, is ArgExtremum: flows
        default: output.element.isReal ? flows : flows.map { _ in false }
        }
    }
}
