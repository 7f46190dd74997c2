import Glibc
import Models
import Tensors

/// A small language model of Llama's kind (Touvron et al., 2023) that is made here with random weights, as an ONNX file to be trained:
/// input `x`, tokens [N, length]; output `scores`, those of the token that follows each, [N, length, tokens].
///
/// Its weights have the names that GGUF has for them; matrices are [inputs, outputs].
package struct LanguageNetwork: Sendable, Hashable {
    package var tokens, length, width, heads, layers: Int
    /// The width inside of the gated layers behind each attention.
    package var hidden: Int
    package let epsilon: Float = 1e-5
    /// What rotary positions are powers of.
    package let base = 10000.0

    package init(tokens: Int, length: Int, width: Int, heads: Int, layers: Int, hidden: Int) {
        (self.tokens, self.length, self.width) = (tokens, length, width)
        (self.heads, self.layers, self.hidden) = (heads, layers, hidden)
    }

    var headSize: Int { width / heads }

    /// The names of the weights.
    package var weights: Set<String> {
        let parts = [
            "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down",
        ]
        let own = (0..<layers).flatMap { layer in parts.map { "blk.\(layer).\($0)" } }
        return Set((["token_embd", "output_norm", "output"] + own).map { $0 + ".weight" })
    }

    package func onnx(seed: UInt64) throws -> [UInt8] {
        var builder = NetworkBuilder(seed: seed)
        builder.writer.input("x", .int64, [.open("N"), .size(length)])
        try builder.predicting(self)
        builder.writer.output("scores", .float32, [.open("N"), .size(length), .size(tokens)])
        return builder.writer.bytes()
    }
}

extension NetworkBuilder {
    fileprivate mutating func predicting(_ network: LanguageNetwork) throws {
        try constants(network)
        let table = try weights("token_embd.weight", [network.tokens, network.width], variance: 0.02)
        var value = node("Gather", [table, "x"])
        for layer in 0..<network.layers {
            let prefix = "blk.\(layer)."
            value = node("Add", [value, try attended(normal(value, prefix + "attn_norm", network), prefix, network)])
            value = node("Add", [value, try gated(normal(value, prefix + "ffn_norm", network), prefix, network)])
        }
        let last = try normal(value, "output_norm", network)
        let head = try matrix("output", network.width, network.tokens)
        _ = node("MatMul", [last, head], as: "scores")
    }

    private mutating func constants(_ network: LanguageNetwork) throws {
        let (length, size) = (network.length, network.headSize)
        writer.initializer("epsilon", try Tensor(Shape([]), [network.epsilon]))
        writer.initializer("scale", try Tensor(Shape([]), [1 / Float(size).squareRoot()]))
        writer.initializer("heads", try Tensor(Shape([4]), [0, length, network.heads, size].map(Int64.init)))
        writer.initializer("joined", try Tensor(Shape([3]), [0, length, network.width].map(Int64.init)))
        // A token sees none behind it.
        let mask = (0..<length).flatMap { row in (0..<length).map { $0 > row ? Float(-1e9) : 0 } }
        constant("mask", try Tensor(Shape([length, length]), mask))
        // Numbers 2i and 2i + 1 turn together, by position · base^(-2i / size).
        let angles = (0..<length).flatMap { position in
            (0..<size).map { Double(position) * pow(network.base, -Double($0 / 2 * 2) / Double(size)) }
        }
        let sines = angles.enumerated().map { $0.offset % 2 == 0 ? -sin($0.element) : sin($0.element) }
        constant("cosines", try Tensor(Shape([length, size]), angles.map { Float(cos($0)) }))
        constant("sines", try Tensor(Shape([length, size]), sines.map { Float($0) }))
        writer.initializer("partners", try Tensor(Shape([size]), (0..<size).map { Int64($0 ^ 1) }))
    }

    /// Numbers that are not trained, as initializers are.
    private mutating func constant(_ name: String, _ tensor: Tensor) {
        writer.node("Constant", [], [name], [("value", .tensor(tensor))])
    }

    /// W, as a product over the last axis takes it.
    private mutating func matrix(_ name: String, _ inputs: Int, _ outputs: Int) throws -> String {
        try weights(name + ".weight", [inputs, outputs], variance: 1 / Double(inputs))
    }

    /// x / √(mean x² + epsilon) · w, over the last axis (Zhang and Sennrich, "Root mean square layer normalization", 2019).
    private mutating func normal(_ value: String, _ name: String, _ network: LanguageNetwork) throws -> String {
        let square = node("Mul", [value, value])
        let mean = node("ReduceMean", [square], [("axes", .integers([-1])), ("keepdims", .integer(1))])
        let root = node("Sqrt", [node("Add", [mean, "epsilon"])])
        let ones = [Float](repeating: 1, count: network.width)
        writer.initializer(name + ".weight", try Tensor(Shape([network.width]), ones))
        return node("Mul", [node("Div", [value, root]), name + ".weight"])
    }

    private mutating func attended(_ value: String, _ prefix: String, _ network: LanguageNetwork) throws -> String {
        let width = network.width
        func split(_ name: String, _ builder: inout NetworkBuilder) throws -> String {
            let matrix = try builder.matrix(prefix + name, width, width)
            let parts = builder.node("Reshape", [builder.node("MatMul", [value, matrix]), "heads"])
            return builder.node("Transpose", [parts], [("perm", .integers([0, 2, 1, 3]))])
        }
        func turned(_ value: String, _ builder: inout NetworkBuilder) -> String {
            let partner = builder.node("Gather", [value, "partners"], [("axis", .integer(3))])
            return builder.node(
                "Add", [builder.node("Mul", [value, "cosines"]), builder.node("Mul", [partner, "sines"])])
        }
        let query = turned(try split("attn_q", &self), &self)
        let key = turned(try split("attn_k", &self), &self)
        let content = try split("attn_v", &self)
        let facing = node("Transpose", [key], [("perm", .integers([0, 1, 3, 2]))])
        let scores = node("Add", [node("Mul", [node("MatMul", [query, facing]), "scale"]), "mask"])
        let mixed = node("MatMul", [node("Softmax", [scores], [("axis", .integer(-1))]), content])
        let joined = node("Reshape", [node("Transpose", [mixed], [("perm", .integers([0, 2, 1, 3]))]), "joined"])
        return node("MatMul", [joined, try matrix(prefix + "attn_output", width, width)])
    }

    /// down(silu(gate(x)) · up(x)) (Shazeer, "GLU variants improve transformer", 2020).
    private mutating func gated(_ value: String, _ prefix: String, _ network: LanguageNetwork) throws -> String {
        let gate = node("MatMul", [value, try matrix(prefix + "ffn_gate", network.width, network.hidden)])
        let up = node("MatMul", [value, try matrix(prefix + "ffn_up", network.width, network.hidden)])
        let open = node("Mul", [gate, node("Sigmoid", [gate])])
        let down = try matrix(prefix + "ffn_down", network.hidden, network.width)
        return node("MatMul", [node("Mul", [open, up]), down])
    }
}
