/// How an operator that is linear in its inputs, but for a constant, passes bounds on.
struct Linearity {
    /// The operator that does to magnitudes what this one does to numbers: Σ|w|·|x| for Σ w·x, without the constant. Its
    /// constant inputs are to be replaced by their magnitudes, or by 0 where they are what is added.
    let magnitude: any Operator
    /// At most so many terms in any sum.
    let terms: LinearTerms
    /// Whether each element is a sum of products with the one input: terms that are 0 are not rounded, then.
    var isSumOfProducts = false
    /// Whether constant inputs are what is added, not what is multiplied by.
    var addsConstants = false
}

/// At most so many terms make up one element of the result (forward), and so many elements of the result use one element of
/// an input (backward).
struct LinearTerms: Sendable, Hashable {
    let forward, backward: Int
}

extension Operator {
    /// For a node whose relation to its inputs is `.linear`; nil for operators that never are.
    func linearity(_ inputs: [TensorType], _ output: TensorType, constant: [Bool]) -> Linearity? {
        switch self {
        case let dense as Dense where dense.activation == .none:
            Linearity(
                magnitude: Dense(weights: dense.weights.magnitudes),
                terms: dense.terms, isSumOfProducts: true)
        case let it as Convolution where it.activation == .none:
            Linearity(
                magnitude: Convolution(weights: it.weights.magnitudes, window: it.window, groups: it.groups),
                terms: it.terms, isSumOfProducts: true)
        case let it as TransposedConvolution:
            Linearity(
                magnitude: TransposedConvolution(
                    weights: it.weights.magnitudes, window: it.window, outputPadding: it.outputPadding,
                    groups: it.groups),
                terms: it.terms, isSumOfProducts: true)
        case let it as Rearrange:
            Linearity(magnitude: it.withoutFill, terms: LinearTerms(forward: 1, backward: it.greatestMultiplicity))
        case let reduce as Reduce where reduce.kind == .sum || reduce.kind == .mean:
            Linearity(
                magnitude: reduce,
                terms: LinearTerms(forward: inputs[0].shape.count / max(output.shape.count, 1) + 1, backward: 2))
        case let pool as Pool where pool.kind != .max:
            Linearity(magnitude: pool, terms: LinearTerms(both: pool.window.size.reduce(1, *) + 1))
        case let unary as Unary where unary.kind == .negate:
            Linearity(magnitude: Unary(.absolute), terms: LinearTerms(both: 1))
        case let cast as Cast: Linearity(magnitude: cast, terms: LinearTerms(both: 1))
        case let binary as Binary: binary.linearity(inputs, output, constant: constant)
        default: nil
        }
    }
}

extension LinearTerms {
    init(both terms: Int) { self.init(forward: terms, backward: terms) }
}

extension Dense {
    /// The most weights that are not 0 in any row, and in any column.
    fileprivate var terms: LinearTerms {
        let (rows, columns, elements) = (weights.shape[0], weights.shape[1], weights.doubles)
        var (byRow, byColumn) = ([Int](repeating: 0, count: rows), [Int](repeating: 0, count: columns))
        for row in 0..<rows {
            for column in 0..<columns where elements[row * columns + column] != 0 {
                byRow[row] += 1
                byColumn[column] += 1
            }
        }
        return LinearTerms(forward: (byRow.max() ?? 0) + 1, backward: (byColumn.max() ?? 0) + 1)
    }
}

extension Convolution {
    /// Each weight of a filter is used once for an element of the result; an input meets, for every filter, those places
    /// of the window that the strides let it meet.
    fileprivate var terms: LinearTerms {
        LinearTerms(
            forward: weights.shape[1] * window.size.reduce(1, *) + 1,
            backward: weights.shape[0] / groups * window.placesMet + 1)
    }
}

extension TransposedConvolution {
    fileprivate var terms: LinearTerms {
        LinearTerms(
            forward: weights.shape[0] / groups * window.placesMet + 1,
            backward: weights.shape[1] * window.size.reduce(1, *) + 1)
    }
}

extension Window {
    /// How many places of the window an element meets at most as the window is moved by its strides: along an axis those
    /// places k for which k · dilation leaves one remainder by the stride.
    fileprivate var placesMet: Int {
        zip(size, zip(strides, dilations)).reduce(1) { product, axis in
            let (size, (stride, dilation)) = axis
            let period = max(1, stride / greatestCommonDivisor(stride, dilation))
            return product * ((size + period - 1) / period)
        }
    }

    private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}

extension Binary {
    fileprivate func linearity(_ inputs: [TensorType], _ output: TensorType, constant: [Bool]) -> Linearity? {
        // An element that is broadcast takes part in many sums backward.
        let spread = zip(inputs, constant).map { $1 ? 1 : output.shape.count / max($0.shape.count, 1) }.max() ?? 1
        let terms = LinearTerms(forward: 3, backward: max(2, spread) + 1)
        return switch kind {
        case .add, .subtract: Linearity(magnitude: Binary(.add), terms: terms, addsConstants: true)
        case .multiply: Linearity(magnitude: Binary(.multiply), terms: terms)
        case .divide:
            Linearity(
                magnitude: Binary(.divide), terms: LinearTerms(forward: terms.forward + 1, backward: terms.backward + 1)
            )
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
