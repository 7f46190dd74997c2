import Tensors

/// Attention as ONNX Runtime's optimiser writes it.
enum PackedAttention {
    static func attention(_ node: Application) throws -> [Value?] { throw ModelError("not supported") }
}
