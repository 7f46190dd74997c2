import Glibc

/// Softmax and its kin by log Σ exp(x), which is a tree of log(exp(a) + exp(b)) = b + softplus(a - b): nothing overflows,
/// and whatever is added to all x is added to the result, exactly, by the lines as well.
///
/// exp(x - log Σ exp(x)) has tighter lines than 1 / Σ exp(x_j - x_i) (Wei et al., "Convex Bounds on the Softmax Function
/// with Applications to Robustness Verification", 2023), and takes n functions for n entries.
extension Decomposer {
    mutating func normalised(_ softmax: Softmax, _ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let axis = try shape.axis(softmax.axis, of: softmax.name)
        let error = ExponentialError(entries: shape[axis], element(of: x))
        guard shape[axis] > 1, shape.count <= Decomposer.treeLimit else {
            return try add(softmax, [x], softmax.kind == .plain ? error.share : error.logarithm)
        }
        if shape[axis] == 2 { return try ofTwo(softmax.kind, x, axis, error) }
        var kept = shape.dimensions
        kept[axis] = 1
        let sum = try reshaped(logSumExp(gathered(x, axes: [axis])), to: Shape(kept))
        // No x is above log Σ exp(x), whatever its bounds say: exp of the difference does not overflow.
        let excess = try add(Unary(.clip(lower: 0, upper: .infinity)), [add(Binary(.subtract), [sum, x])])
        switch softmax.kind {
        case .plain:
            return try held(add(Unary(.exponential), [add(Unary(.negate), [excess])], error.share))
        case .logarithm: return try add(Unary(.negate), [excess], error.logarithm)
        }
    }

    /// sigmoid(x_i - x_j), and its logarithm, -softplus(x_j - x_i).
    private mutating func ofTwo(
        _ kind: Softmax.Kind, _ x: Value, _ axis: Int, _ error: ExponentialError
    ) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let step = shape.strides[axis]
        let table = (0..<Int32(shape.count)).map { $0 / Int32(step) % 2 == 0 ? $0 + Int32(step) : $0 - Int32(step) }
        let other = try gathered(x, table, shape)
        switch kind {
        case .plain: return try held(add(Unary(.sigmoid), [add(Binary(.subtract), [x, other])], error.share))
        case .logarithm:
            let excess = try add(Unary(.softplus), [add(Binary(.subtract), [other, x])])
            return try add(Unary(.negate), [excess], error.logarithm)
        }
    }

    /// A share as computed is no more than 1: no sum of numbers that are not negative is less than one of them, in any
    /// order, and a quotient of such numbers does not round to more than 1, nor a product with the reciprocal.
    private mutating func held(_ share: Value) throws(ShapeError) -> Value {
        try add(Unary(.clip(lower: 0, upper: 1)), [share])
    }

    /// log Σ exp(x) of `[n, rest]` over the first axis, exact.
    mutating func logSumExp(_ x: Value) throws(ShapeError) -> Value {
        try tree(x) { (decomposer, a, b) throws(ShapeError) in
            let excess = try decomposer.add(Unary(.softplus), [decomposer.add(Binary(.subtract), [a, b])])
            return try decomposer.add(Binary(.add), [b, excess])
        }
    }
}

/// How engines compute n exponentials and their sum, and how far off that is.
///
/// e_j = exp(fl(x_j - m)), m the largest; S = Σ e_j; the results are e_i / S, (x_i - m) - log S, m + log S.
/// Let u be the roundoff, d_j = x_j - m <= 0, each exponential within k·u of itself. Rounding d_j moves exp(d_j) by |d_j|·u of
/// itself; as |d|·exp(d) <= 1/e and S >= 1, S is within (k + n + n/e)·u of itself, summed in any order. For the quotient,
/// |d|·exp(d) <= A·exp(d) + exp(-A - 1) for each A, here 8: the exponential is within (A + k)·u of itself and exp(-9)·u.
/// Subnormal exponentials may be taken for zero, which the absolute part covers.
struct ExponentialError {
    /// Plain softmax, log softmax, and logSumExp.
    let share, logarithm, sum: Rounding

    init(entries: Int, _ element: ElementType) {
        let (n, unit) = (Double(entries), element.roundoff)
        /// So many roundings, in any order and combination.
        func roundings(_ count: Double) -> Double {
            let error = 1.01 * count * unit
            return error < 0.5 ? error / (1 - error) : .infinity
        }
        let function = 8.0
        let ofSum = function + 1.4 * n
        let nothing = element == .float32 ? 0x1p-126 : 0x1p-1022
        share = Rounding(
            relative: roundings(8 + function + ofSum + 3), absolute: roundings(0x1p-12) + nothing)
        logarithm = Rounding(
            relative: roundings(4), absolute: roundings(ofSum + 4 + function * log(n + 1)) + nothing)
        sum = logarithm
    }
}
