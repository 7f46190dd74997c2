import Foundation

/// Exponentials over their sum, by the differences of their arguments: what they have in common cancels.
extension Decomposer {
    /// The most entries, and the most differences, that are spelled out.
    private static let entryLimit = 64
    private static let differenceLimit = 1 << 20

    mutating func normalised(_ softmax: Softmax, _ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let blocks = AxisBlocks(
            shape, try shape.axis(softmax.axis, of: softmax.name)...shape.axis(softmax.axis, of: softmax.name))
        let rounding = ExponentialError(entries: blocks.axis, element(of: x))
        guard (2...Decomposer.entryLimit).contains(blocks.axis),
            shape.count * blocks.axis <= Decomposer.differenceLimit
        else { return try add(softmax, [x], softmax.kind == .plain ? rounding.share : rounding.logarithm) }
        let differences = try differences(x, blocks)
        switch softmax.kind {
        case .plain: return try reshaped(share(differences, rounding), to: shape)
        case .logarithm:
            let sum = try logOfOnePlusSum(differences)
            return try reshaped(add(Unary(.negate), [sum], rounding.logarithm), to: shape)
        }
    }

    /// x_j - x_i for all j but i: `[n - 1, count]`.
    private mutating func differences(_ x: Value, _ blocks: AxisBlocks) throws(ShapeError) -> Value {
        let (axis, inner, count) = (blocks.axis, blocks.inner, shape(of: x).count)
        var others: [Int32] = []
        others.reserveCapacity((axis - 1) * count)
        for shift in 1..<axis {
            for element in 0..<count {
                let place = element / inner % axis
                others.append(Int32(element + ((place + shift) % axis - place) * inner))
            }
        }
        let wide = try Shape([axis - 1, count])
        let flat = try reshaped(x, to: Shape([count]))
        return try add(Binary(.subtract), [gathered(x, others, wide), expanded(flat, to: wide)])
    }

    /// 1 / (1 + Σ exp(d)). Beyond `ceiling` a difference counts as that: the result is nothing there, to within the
    /// rounding, and nothing overflows.
    private mutating func share(_ differences: Value, _ error: ExponentialError) throws(ShapeError) -> Value {
        if shape(of: differences)[0] == 1 {
            return try add(Unary(.sigmoid), [add(Unary(.negate), [differences])], error.share)
        }
        let bound = try number(error.ceiling, like: differences)
        let held = try add(Binary(.subtract), [differences, excess(of: differences, over: bound)])
        let sum = try add(Reduce(.sum, axes: [0]), [add(Unary(.exponential), [held])])
        return try add(Unary(.reciprocal), [add(Binary(.add), [sum, number(1, like: sum)])], error.share)
    }

    /// log(1 + Σ exp(d)) over the first axis, exact.
    private mutating func logOfOnePlusSum(_ differences: Value) throws(ShapeError) -> Value {
        if shape(of: differences)[0] == 1 { return try add(Unary(.softplus), [differences]) }
        let sum = try add(Reduce(.sum, axes: [0]), [add(Unary(.exponential), [differences])])
        return try add(Unary(.logarithm), [add(Binary(.add), [sum, number(1, like: sum)])])
    }

    /// log Σ exp(x) of `[n, rest]` over the first axis: that of the differences from the first entry, and this entry.
    mutating func logSumExp(_ x: Value) throws(ShapeError) -> Value {
        let (count, rest) = (shape(of: x)[0], shape(of: x)[1])
        let first = try gathered(x, (0..<Int32(rest)).map { $0 }, Shape([rest]))
        guard count > 1 else { return first }
        let others = try gathered(x, (Int32(rest)..<Int32(count * rest)).map { $0 }, Shape([count - 1, rest]))
        let differences = try add(Binary(.subtract), [others, first])
        let flat = try reshaped(logOfOnePlusSum(differences), to: Shape([rest]))
        return try add(Binary(.add), [first, flat], ExponentialError(entries: count, element(of: x)).sum)
    }
}

/// How engines compute n exponentials and their sum, and how far off that is.
///
/// e_j = exp(fl(x_j - m)), m the largest; S = Σ e_j; the results are e_i / S, (x_i - m) - log S, m + log S.
/// Let u be the roundoff, d_j = x_j - m <= 0, each exponential within k·u of itself. Rounding d_j moves exp(d_j) by |d_j|·u of
/// itself; as |d|·exp(d) <= 1/e and S >= 1, S is within (k + n + n/e)·u of itself, summed in any order. For the quotient,
/// |d|·exp(d) <= A·exp(d) + exp(-A - 1) for each A, here 8: the exponential is within (A + k)·u of itself and exp(-9)·u.
/// Terms of second order are covered by 1% more; exponentials that are taken for zero by the absolute part.
struct ExponentialError {
    /// Plain softmax, log softmax, and logSumExp.
    let share, logarithm, sum: Rounding
    /// A difference beyond which exp(-d) is nothing.
    let ceiling: Double

    init(entries: Int, _ element: ElementType) {
        let (n, unit) = (Double(entries), element.roundoff)
        let function = 8.0
        let ofSum = function + 1.4 * n
        ceiling = element == .float32 ? 80 : 300
        // exp(-80) < 2^-115, exp(-300) < 2^-432.
        let nothing = element == .float32 ? 0x1p-110 : 0x1p-430
        share = Rounding(
            relative: 1.01 * (8 + function + ofSum + 3) * unit, absolute: 1.01 * 0x1p-12 * unit + nothing)
        let ofLogarithm = 1.01 * (ofSum + 4 + function * log(n + 1)) * unit + nothing
        logarithm = Rounding(relative: 4 * unit, absolute: ofLogarithm)
        sum = Rounding(relative: 4 * unit, absolute: ofLogarithm)
    }
}
