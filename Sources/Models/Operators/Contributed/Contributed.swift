import Tensors

/// Operators of `com.microsoft`, which ONNX Runtime's optimiser and quantiser write.
enum Contributed {
    static let rules: [String: OperatorRule] = [
        FusedProducts.rules, FusedNormalizations.rules, PackedAttention.rules, QuantizedFunctions.rules,
        QuantizedProducts.rules, shared,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// What means the same as ONNX's operator of that name.
    private static let shared: [String: OperatorRule] = [
        Activations.rules, Determinants.rules, Quantization.rules, RotaryEmbedding.rules, Selection.rules,
        Sampling.rules, Joining.rules,
    ].reduce(into: [:]) { table, rules in
        for name in sharedNames { table[name] = rules[name] ?? table[name] }
    }

    private static let sharedNames = [
        "Gelu", "Inverse", "QuantizeLinear", "DequantizeLinear", "RotaryEmbedding", "Trilu", "GatherND", "GridSample",
        "Pad",
    ]
}
