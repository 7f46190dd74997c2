/// How an operator that is linear in its inputs, but for a constant, passes bounds on.
struct Linearity {
    /// The operator that does to magnitudes what this one does to numbers: Σ|w|·|x| for Σ w·x, without the constant. Its
    /// constant inputs are to be replaced by their magnitudes.
    let magnitude: any Operator
    /// At most so many terms in any sum, forward or backward: what makes up one element of the result, or what one element
    /// of an input takes part in.
    let terms: Int
}

extension Operator {
    /// For a node whose relation to its inputs is `.linear`; nil for operators that never are.
    func linearity(_ inputs: [TensorType], _ output: TensorType, constant: [Bool]) -> Linearity? {
        switch self {
        case let dense as Dense where dense.activation == .none:
            Linearity(
                magnitude: Dense(weights: dense.weights.magnitudes),
                terms: max(dense.weights.shape[0], dense.weights.shape[1]) + 1)
        case let it as Convolution where it.activation == .none:
            Linearity(
                magnitude: Convolution(weights: it.weights.magnitudes, window: it.window, groups: it.groups),
                terms: max(it.weights.shape[0], it.weights.shape[1]) * it.window.size.reduce(1, *) + 1)
        case let it as TransposedConvolution:
            Linearity(
                magnitude: TransposedConvolution(
                    weights: it.weights.magnitudes, window: it.window, outputPadding: it.outputPadding,
                    groups: it.groups),
                terms: max(it.weights.shape[0], it.weights.shape[1] * it.groups) * it.window.size.reduce(1, *) + 1)
        case let it as Rearrange: Linearity(magnitude: it.withoutFill, terms: it.greatestMultiplicity)
        case let reduce as Reduce where reduce.kind == .sum || reduce.kind == .mean:
            Linearity(magnitude: reduce, terms: inputs[0].shape.count / max(output.shape.count, 1) + 1)
        case let pool as Pool where pool.kind != .max:
            Linearity(magnitude: pool, terms: pool.window.size.reduce(1, *) + 1)
        case let unary as Unary where unary.kind == .negate: Linearity(magnitude: Unary(.absolute), terms: 1)
        case let cast as Cast: Linearity(magnitude: cast, terms: 1)
        case let binary as Binary: binary.linearity(inputs, output, constant: constant)
        default: nil
        }
    }
}

extension Binary {
    fileprivate func linearity(_ inputs: [TensorType], _ output: TensorType, constant: [Bool]) -> Linearity? {
        // An element that is broadcast takes part in many sums backward.
        let spread = zip(inputs, constant).map { $1 ? 1 : output.shape.count / max($0.shape.count, 1) }.max() ?? 1
        let terms = max(2, spread) + 1
        return switch kind {
        case .add, .subtract: Linearity(magnitude: Binary(.add), terms: terms)
        case .multiply: Linearity(magnitude: Binary(.multiply), terms: terms)
        case .divide: Linearity(magnitude: Binary(.divide), terms: terms + 1)
        default: nil
        }
    }
}

extension Rearrange {
    fileprivate var withoutFill: Rearrange { Rearrange(name, map, shape, fill: 0, counts: counts) }

    /// How often the most used element is used.
    fileprivate var greatestMultiplicity: Int {
        guard case .table(let table) = map else { return 1 }
        var uses = [Int](repeating: 0, count: counts.reduce(0, +))
        for row in table where row >= 0 { uses[Int(row)] += 1 }
        return uses.max() ?? 1
    }
}

extension Tensor {
    var magnitudes: Tensor {
        let storage: Storage =
            switch storage {
            case .float32(let elements): .float32(elements.map(\.magnitude))
            case .float64(let elements): .float64(elements.map(\.magnitude))
            case .int64(let elements): .int64(elements.map { $0 == .min ? .max : abs($0) })
            case .bool: storage
            }
        // The shape is the same.
        return (try? Tensor(shape, storage)) ?? self
    }
}
