import Tensors

/// Element types of which a graph has none of its own. Results in 16-bit floats are computed in float32 and rounded.
extension Importer {
    /// A result with the file's element type, rounded to that where it is a 16-bit float.
    func formatted(_ value: Value, _ index: Int, _ node: Application) throws -> Item {
        let kind = try node.resultKind(index, graph.type(of: value).element)
        guard let kind, !node.movesElements else { return .tensor(value, kind) }
        return .tensor(try rounded(value, to: kind), kind)
    }

    func rounded(_ value: Value, to kind: ElementKind) throws(ModelError) -> Value {
        guard let format = kind.narrowFormat, graph.type(of: value).element == .float32 else { return value }
        return try ModelError.only { try graph.add(Unary(.rounded(to: format)), [value]) }
    }
}

extension ElementKind {
    var narrowFormat: NarrowFormat? {
        switch self {
        case .float16: .float16
        case .bfloat16: .bfloat16
        default: nil
        }
    }
}

extension Application {
    /// Operators whose results are among the numbers of their inputs, or whole: nothing is left to round.
    private static let movers: Set = [
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Tile", "Slice", "Split",
        "Concat",
        "Gather", "GatherElements", "GatherND", "Scatter", "Where", "Pad", "Relu", "Max", "Min", "Neg", "Abs", "Sign",
        "Floor", "Ceil", "Round", "MaxPool", "GlobalMaxPool", "ReduceMax", "ReduceMin", "TopK", "DepthToSpace",
        "SpaceToDepth", "Dropout", "Trilu", "ReverseSequence", "Compress", "OneHot", "Constant",
    ]

    var movesElements: Bool { Self.movers.contains(node.operatorName) }
}
