import Tensors

/// The element types that a file gives to what its nodes make: a graph keeps whole numbers of every width as int64, so
/// where they wrap around, and into what range they are quantised, follows from these.
extension Application {
    /// The file's element type of a result: said by an attribute, or that of the inputs which share the result's; nil where
    /// it is not known. `element` is what the result is in the graph.
    func resultKind(_ index: Int, _ element: ElementType) throws -> ElementKind? {
        switch node.operatorName {
        case "Cast", "BitCast": return try statedKind("to")
        case "CastLike": return declaredKind(1)
        case "Constant", "ConstantOfShape":
            guard case .tensor(let tensor) = value("value") else { return ElementKind(element) }
            return ElementKind(rawValue: tensor.elementType)
        case "QuantizeLinear": return try declaredKind(2) ?? statedKind("output_dtype") ?? .uint8
        case "DequantizeLinear": return try statedKind("output_dtype") ?? declaredKind(1)
        default: break
        }
        if let stated = try statedKind("dtype") { return stated }
        if element == .int64 { return wholeKind(index) }
        let kinds = items.compactMap { $0?.kind }.filter { (try? $0.computed()) == element }
        guard element == .float32 else { return ElementKind(element) }
        return kinds.first { $0.isNarrow } ?? kinds.first
    }

    private func statedKind(_ name: String) throws -> ElementKind? {
        guard let number = try integer(name), number != 0 else { return nil }
        return try ElementKind(number: Int64(number))
    }

    private func wholeKind(_ index: Int) -> ElementKind? {
        switch node.operatorName {
        case "DynamicQuantizeLinear": .uint8
        case "MatMulInteger", "ConvInteger": .int32
        case "QLinearConv", "QLinearMatMul", "QLinearAdd", "QLinearMul": declaredKind(7) ?? declaredKind(0)
        case "QGemm": declaredKind(8) ?? declaredKind(0)
        case "Where": declaredKind(1)
        case "OneHot": declaredKind(2)
        case "Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression": .int64
        case "TopK", "MaxPool", "Unique": index == 0 ? declaredKind(0) : .int64
        default: items.compactMap { $0?.kind }.first { $0.integerRange != nil }
        }
    }
}

extension ElementKind {
    /// What stands for a value of a graph where the file says nothing else.
    init(_ element: ElementType) {
        switch element {
        case .float32: self = .float32
        case .float64: self = .float64
        case .int64: self = .int64
        case .bool: self = .bool
        }
    }
}
