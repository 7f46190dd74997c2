import Models
import Search
import Tensors

/// Writes networks layer by layer; names count up.
struct NetworkBuilder {
    var writer = ModelWriter(operatorSet: 17)
    private var random: Random
    private var count = 0

    init(seed: UInt64) { random = Random(seed: seed, stream: 1 << 32) }

    mutating func node(
        _ operation: String, _ inputs: [String], _ attributes: [(String, ModelWriter.Attribute)] = [],
        as name: String? = nil
    ) -> String {
        count += 1
        let output = name ?? "\(operation.lowercased())\(count)"
        writer.node(operation, inputs, [output], attributes)
        return output
    }

    /// Normal numbers of variance `variance`.
    mutating func weights(_ name: String, _ shape: [Int], variance: Double) throws -> String {
        let shape = try Shape(shape)
        var bell = [Double](repeating: 0, count: shape.count)
        bell.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { random.fillBell(base, count: buffer.count) }
        }
        let scale = variance.squareRoot()
        writer.initializer(name, try Tensor(shape, bell.map { Float($0 * scale) }))
        return name
    }

    mutating func zeros(_ name: String, _ count: Int) throws -> String {
        writer.initializer(name, try Tensor(Shape([count]), [Float](repeating: 0, count: count)))
        return name
    }

    /// The last of these layers makes `scores`.
    mutating func connected(
        _ input: String, _ inputs: Int, _ hidden: [Int], _ outputs: Int, _ activation: Architecture.Activation
    ) throws {
        var (value, width) = (input, inputs)
        for (index, size) in (hidden + [outputs]).enumerated() {
            let isLast = index == hidden.count
            let gain = activation == .relu && !isLast ? 2.0 : 1.0
            let matrix = try weights("dense\(index).weight", [size, width], variance: gain / Double(width))
            let bias = try zeros("dense\(index).bias", size)
            value = node("Gemm", [value, matrix, bias], [("transB", .integer(1))], as: isLast ? "scores" : nil)
            if !isLast { value = node(activation.rawValue, [value]) }
            width = size
        }
    }

    mutating func convolved(
        _ input: [Int], _ channels: [Int], _ kernel: Int, _ hidden: [Int], _ outputs: Int,
        _ activation: Architecture.Activation
    ) throws {
        var (value, from, size) = ("x", input[0], Array(input.dropFirst()))
        for (index, to) in channels.enumerated() {
            let taps = size.reduce(from) { product, _ in product * kernel }
            let filter = try weights(
                "conv\(index).weight", [to, from] + size.map { _ in kernel }, variance: 2 / Double(taps))
            let bias = try zeros("conv\(index).bias", to)
            let pads = size.map { _ in (kernel - 1) / 2 } + size.map { _ in kernel / 2 }
            value = node("Conv", [value, filter, bias], [("pads", .integers(pads))])
            value = node(activation.rawValue, [value])
            let two = size.map { _ in 2 }
            value = node("MaxPool", [value], [("kernel_shape", .integers(two)), ("strides", .integers(two))])
            size = size.map { $0 / 2 }
            from = to
        }
        value = node("Flatten", [value], [("axis", .integer(1))])
        try connected(value, size.reduce(from, *), hidden, outputs, activation)
    }
}

/// Attention (Vaswani et al., "Attention is all you need", 2017), without normalisation.
extension NetworkBuilder {
    mutating func attended(_ shape: Architecture.Transformer) throws {
        let width = shape.width
        var value: String
        switch shape.position {
        case .tokens(let count):
            value = node("Gather", [try weights("embedding", [count, width], variance: 1 / Double(width)), "x"])
        case .features(let count):
            let matrix = try weights("embedding", [count, width], variance: 1 / Double(count))
            value = node("MatMul", ["x", matrix])
        }
        let positions = try weights("positions", [shape.length, width], variance: 1 / Double(width))
        value = node("Add", [value, positions])
        for layer in 0..<shape.layers {
            value = node("Add", [value, try attention(value, shape, layer)])
            guard shape.hidden > 0 else { continue }
            let inner = node(
                "Relu", [try projected(value, "mlp\(layer).in", width, shape.hidden, gain: 2, shape.hasBiases)])
            value = node(
                "Add", [value, try projected(inner, "mlp\(layer).out", shape.hidden, width, gain: 1, shape.hasBiases)])
        }
        writer.initializer("last", try Tensor(Shape([]), [Int64(shape.length - 1)]))
        value = node("Gather", [value, "last"], [("axis", .integer(1))])
        let matrix = try weights("readout.weight", [shape.outputs, width], variance: 1 / Double(width))
        let bias = shape.hasBiases ? [try zeros("readout.bias", shape.outputs)] : []
        _ = node("Gemm", [value, matrix] + bias, [("transB", .integer(1))], as: "scores")
    }

    private mutating func attention(_ input: String, _ shape: Architecture.Transformer, _ layer: Int) throws -> String {
        let (width, part) = (shape.width, shape.width / shape.heads)
        func heads(_ value: String, _ order: [Int], _ builder: inout NetworkBuilder) -> String {
            let split = builder.node("Reshape", [value, "heads"])
            return builder.node("Transpose", [split], [("perm", .integers(order))])
        }
        if layer == 0 {
            let split = [0, shape.length, shape.heads, part].map(Int64.init)
            writer.initializer("heads", try Tensor(Shape([4]), split))
            writer.initializer("joined", try Tensor(Shape([3]), [0, shape.length, width].map(Int64.init)))
            writer.initializer("scale", try Tensor(Shape([]), [Float(1 / Double(part).squareRoot())]))
        }
        let name = "attention\(layer)"
        let query = heads(
            try projected(input, name + ".query", width, width, gain: 1, shape.hasBiases), [0, 2, 1, 3], &self)
        let key = heads(
            try projected(input, name + ".key", width, width, gain: 1, shape.hasBiases), [0, 2, 3, 1], &self)
        let content = heads(
            try projected(input, name + ".value", width, width, gain: 1, shape.hasBiases), [0, 2, 1, 3], &self)
        let scores = node("Mul", [node("MatMul", [query, key]), "scale"])
        let mixed = node("MatMul", [node("Softmax", [scores], [("axis", .integer(-1))]), content])
        let joined = node("Reshape", [node("Transpose", [mixed], [("perm", .integers([0, 2, 1, 3]))]), "joined"])
        return try projected(joined, name + ".out", width, width, gain: 1, shape.hasBiases)
    }

    /// x·W + b over the last axis.
    private mutating func projected(
        _ value: String, _ name: String, _ inputs: Int, _ outputs: Int, gain: Double, _ hasBias: Bool
    ) throws -> String {
        let matrix = try weights(name + ".weight", [inputs, outputs], variance: gain / Double(inputs))
        let product = node("MatMul", [value, matrix])
        guard hasBias else { return product }
        return node("Add", [product, try zeros(name + ".bias", outputs)])
    }
}
