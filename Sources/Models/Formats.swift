import Tensors

/// Element types of which a graph has none of its own. Results in 16-bit floats are computed in float32 and rounded.
extension Importer {
    /// A result with the file's element type, rounded to that where it is a 16-bit float.
    func formatted(_ value: Value, _ index: Int, _ node: Application) throws -> Item {
        let kind = try node.resultKind(index, graph.type(of: value).element)
        guard let kind, !node.movesElements else { return .tensor(value, kind) }
        guard !kind.isStoredOnly || node.makesStored else {
            throw ModelError("arithmetic of \(kind.name) is not supported", hint: "it can be moved, cast and quantised")
        }
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
        case .float8e4m3fn: .float8e4m3
        case .float8e4m3fnuz: .float8e4m3uz
        case .float8e5m2: .float8e5m2
        case .float8e5m2fnuz: .float8e5m2uz
        case .float4e2m1: .float4e2m1
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

    /// Operators that bring numbers into a format of 8 bits or fewer.
    var makesStored: Bool { ["Cast", "CastLike", "QuantizeLinear", "ConstantOfShape"].contains(node.operatorName) }

    var movesElements: Bool { Self.movers.contains(node.operatorName) }
}

extension Application {
    /// Numbers in a format of 8 bits or fewer: beyond the largest they are that where `saturates` says so, else infinite or, in
    /// formats without infinities, not a number.
    func stored(_ x: Value, as kind: ElementKind, saturates: Bool) throws -> Value {
        guard kind.isStoredOnly else { return x }
        guard let format = kind.narrowFormat else { throw ModelError("numbers cannot be brought into \(kind.name)") }
        if kind == .float4e2m1 {
            // It has no NaN: what is none becomes 0.
            let known = try add(Select(), compose { try $0.isNaN(x) }, scalar(0, like: x), x)
            return try unary(.clip(lower: -format.largest, upper: format.largest), known)
        }
        if saturates { return try unary(.clip(lower: -format.largest, upper: format.largest), x) }
        guard kind != .float8e5m2 else { return x }
        let rounded = try unary(.rounded(to: format), x)
        return try add(Select(), compose { try $0.isInfinite(rounded) }, scalar(.nan, like: x), rounded)
    }
}
