import Tensors

/// Values brought to a common mean and spread.
enum Normalization {
    static let rules: [String: OperatorRule] = [
        "BatchNormalization": batch,
        "InstanceNormalization": instance,
        "LayerNormalization": layer,
        "GroupNormalization": group,
        "RMSNormalization": { node in
            let result = try rootMeanSquare(
                node, node.input(0), axes: lastAxes(node), scale: node.input(1), usual: 1e-5)
            return [result.value]
        },
        // ONNX Runtime's name for it, under ONNX's own domain.
        "SimplifiedLayerNormalization": { node in
            let result = try rootMeanSquare(
                node, node.input(0), axes: lastAxes(node), scale: node.input(1), usual: 1e-5)
            return [result.value, result.inverseSpread]
        },
        "LRN": localResponse,
        "LpNormalization": norm,
        "MeanVarianceNormalization": meanVariance,
    ]

    /// (x - mean) / sqrt(var + epsilon) * scale + bias per channel, as one factor and one offset unless scales are to stay apart.
    private static let batch: OperatorRule = { node in
        guard try node.flag("spatial", default: true) else {
            throw ModelError("a mean and a spread for each element are not supported")
        }
        let x = try node.input(0)
        var running: [Value] = []
        let (scale, bias) = (try node.input(1), try node.input(2))
        var (mean, variance) = (try node.input(3), try node.input(4))
        // Before version 14 the mode is not said: it is that of training where further outputs are asked for.
        let isAsked = node.version < 14 && node.node.outputs.dropFirst().contains { !$0.isEmpty }
        if try isAsked || node.flag("training_mode") {
            let own = try spread(node, x)
            let kept = try node.float("momentum", default: 0.9)
            running = try zip([mean, variance], [own.mean, own.variance]).map { old, new in
                try node.binary(
                    .add, node.binary(.multiply, old, kept), node.binary(.multiply, new, 1 - kept))
            }
            (mean, variance) = (own.mean, own.variance)
        }
        let spread = try node.unary(
            .squareRoot, node.binary(.add, variance, node.float("epsilon", default: 1e-5)))
        let result: Value
        switch node.choices.scales {
        case .joined:
            let factor = try node.binary(.divide, scale, spread)
            let offset = try node.binary(.subtract, bias, node.binary(.multiply, mean, factor))
            let scaled = try node.binary(.multiply, x, perChannel(node, factor, of: x))
            result = try node.binary(.add, scaled, perChannel(node, offset, of: x))
        case .apart:
            // Only scale and bias: what was measured is not learnt.
            let level = try node.binary(.divide, mean, spread)
            let inverse = try node.binary(.divide, node.constant(Tensor.scalar(Float(1))), spread)
            let stretched = try node.binary(.multiply, x, perChannel(node, inverse, of: x))
            let normal = try node.binary(.subtract, stretched, perChannel(node, level, of: x))
            let scaled = try node.binary(.multiply, normal, perChannel(node, scale, of: x))
            result = try node.binary(.add, scaled, perChannel(node, bias, of: x))
        }
        return [result] + running + (node.version < 14 ? [mean, variance] : [])
    }

    /// The mean and the variance of each channel of all that there is.
    private static func spread(_ node: Application, _ x: Value) throws -> (mean: Value, variance: Value) {
        let shape = try node.shape(x, axes: 2)
        let axes = [0] + Array(2..<max(2, shape.rank))
        let mean = try node.add(Reduce(.mean, axes: axes, .kept), x)
        let squares = try node.unary(.square, node.binary(.subtract, x, mean))
        return (
            try node.reshape(mean, [shape[1]]), try node.add(Reduce(.mean, axes: axes, .dropped), squares)
        )
    }

    private static let instance: OperatorRule = { node in
        let x = try node.input(0)
        let centred = try normalized(
            node, x, axes: Array(2..<max(2, node.shape(x).rank)), epsilon: node.float("epsilon", default: 1e-5)
        ).value
        let scaled = try node.binary(.multiply, centred, perChannel(node, node.input(1), of: x))
        return [try node.binary(.add, scaled, perChannel(node, node.input(2), of: x))]
    }

    /// Over all axes from `axis` on; also gives the mean and the inverse of the spread.
    private static let layer: OperatorRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: -1), of: node.shape(x))
        let result = try normalized(
            node, x, axes: Array(axis..<node.shape(x).rank), epsilon: node.float("epsilon", default: 1e-5))
        let scaled = try node.binary(.multiply, result.value, node.input(1))
        let shifted = try node.optional(2).map { try node.binary(.add, scaled, $0) } ?? scaled
        return [shifted, result.mean, result.inverseSpread]
    }

    /// Channels in groups; scale and bias are per channel since version 21, per group before.
    private static let group: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard let groups = try node.integer("num_groups"), groups > 0, shape.rank > 1, shape[1] % groups == 0 else {
            throw ModelError("num_groups is missing or does not divide the channels of \(shape)")
        }
        let grouped = try node.reshape(x, [shape[0], groups, shape[1] / groups] + shape.dimensions.dropFirst(2))
        let result = try normalized(
            node, grouped, axes: Array(2..<node.shape(grouped).rank), epsilon: node.float("epsilon", default: 1e-5))
        let isPerChannel = try node.shape(node.input(1)).count == shape[1]
        let base = isPerChannel ? try node.reshape(result.value, shape.dimensions) : result.value
        let scaled = try node.binary(.multiply, base, perChannel(node, node.input(1), of: base))
        let shifted = try node.binary(.add, scaled, perChannel(node, node.input(2), of: base))
        return [try node.reshape(shifted, shape.dimensions)]
    }

    /// From the axis that the node names on.
    private static func lastAxes(_ node: Application) throws -> [Int] {
        let shape = try node.shape(node.input(0))
        return Array(try node.axis(node.integer("axis", default: -1), of: shape)..<shape.rank)
    }

    /// Divided by the root of the mean of squares; `usual` is the epsilon where none is said.
    static func rootMeanSquare(
        _ node: Application, _ x: Value, axes: [Int], scale: Value, usual: Float
    ) throws -> (value: Value, inverseSpread: Value) {
        let squares = try node.add(Reduce(.mean, axes: axes, .kept), node.unary(.square, x))
        let spread = try node.unary(.squareRoot, node.binary(.add, squares, node.float("epsilon", default: usual)))
        let scaled = try node.binary(.multiply, node.binary(.divide, x, spread), scale)
        return (scaled, try node.unary(.reciprocal, spread))
    }

    /// x / (bias + alpha / size · (squares of the `size` channels around)) ^ beta.
    private static let localResponse: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard let size = try node.integer("size"), (1...1 << 20).contains(size), shape.rank > 1 else {
            throw ModelError("size is missing or out of range, or \(shape) has no channels")
        }
        let (channels, before) = (shape[1], (size - 1) / 2)
        try node.allow(elements: channels * channels)
        var band = [Float](repeating: 0, count: channels * channels)
        for row in 0..<channels {
            for column in max(0, row - before)...min(channels - 1, row - before + size - 1) {
                band[row * channels + column] = 1
            }
        }
        let neighbours = try node.cast(
            node.constant(Tensor(Shape([channels, channels]), band)), to: node.element(x))
        let flat = try node.reshape(
            node.unary(.square, x), [shape[0], channels, shape.dimensions.dropFirst(2).reduce(1, *)])
        let sums = try node.reshape(node.add(MatMul(), neighbours, flat), shape.dimensions)
        let weighted = try node.binary(.multiply, sums, node.float("alpha", default: 1e-4) / Double(size))
        let base = try node.binary(.add, weighted, node.float("bias", default: 1))
        return [try node.binary(.divide, x, node.binary(.power, base, node.float("beta", default: 0.75)))]
    }

    /// A vector of norm 1 along the axis; a zero vector stays one.
    private static let norm: OperatorRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: -1), of: node.shape(x))
        let kind: Reduce.Kind
        switch try node.integer("p", default: 2) {
        case 1: kind = .l1
        case 2: kind = .l2
        case let p: throw ModelError("a norm with p = \(p) is not supported; 1 and 2 are")
        }
        let norm = try node.add(Reduce(kind, axes: [axis], .kept), x)
        let zero = try node.scalar(0, like: x)
        return [try node.add(Select(), node.binary(.equal, norm, zero), zero, node.binary(.divide, x, norm))]
    }

    private static let meanVariance: OperatorRule = { node in
        let x = try node.input(0)
        let axes = try node.integers("axes") ?? [0, 2, 3]
        let mean = try node.add(Reduce(.mean, axes: axes, .kept), x)
        let centred = try node.binary(.subtract, x, mean)
        let variance = try node.add(Reduce(.mean, axes: axes, .kept), node.unary(.square, centred))
        let spread = try node.binary(.add, node.unary(.squareRoot, variance), 1e-9)
        return [try node.binary(.divide, centred, spread)]
    }

    static func normalized(
        _ node: Application, _ x: Value, axes: [Int], epsilon: Double
    ) throws -> (value: Value, mean: Value, inverseSpread: Value) {
        let mean = try node.add(Reduce(.mean, axes: axes, .kept), x)
        let centred = try node.binary(.subtract, x, mean)
        let variance = try node.add(Reduce(.mean, axes: axes, .kept), node.unary(.square, centred))
        let inverse = try node.unary(
            .reciprocal, node.unary(.squareRoot, node.binary(.add, variance, epsilon)))
        return (try node.binary(.multiply, centred, inverse), mean, inverse)
    }

    /// A vector over channels, shaped to be broadcast over batch and space.
    private static func perChannel(_ node: Application, _ vector: Value, of x: Value) throws -> Value {
        let count = node.shape(vector).count
        return try node.reshape(vector, [count] + [Int](repeating: 1, count: max(0, node.shape(x).rank - 2)))
    }
}
