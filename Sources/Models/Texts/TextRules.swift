import Tensors

/// Operators on texts, and those that make or name labels.
enum TextRules {
    /// nil where the node has nothing to do with texts.
    static func rule(for node: NodeProto, _ items: [Item?]) -> StructureRule? {
        if let rule = own(node.domain)[node.operatorName] { return rule }
        if node.domain == "ai.onnx.ml", node.attributes.contains(where: { $0.name == "classlabels_strings" }) {
            return labelled
        }
        if node.operatorName == "Constant", node.domain.isPlain, node.holdsTexts { return constant }
        let holdsTexts = items.contains { item in
            switch item {
            case .texts, .tokens: true
            default: false
            }
        }
        guard holdsTexts else { return nil }
        if let rule = node.domain.isPlain ? onTexts[node.operatorName] : nil { return rule }
        return moves.contains(node.operatorName) ? moved : refused
    }

    /// The names of these of ONNX itself.
    static let names = Array(plain.keys)

    /// Whatever their inputs are.
    private static func own(_ domain: String) -> [String: StructureRule] {
        switch domain {
        case "", "ai.onnx": plain
        case "ai.onnx.ml": classic
        case "com.microsoft": Tokenizers.rules
        default: [:]
        }
    }

    private static let plain = TextFunctions.rules.merging(TermCounts.rules) { first, _ in first }

    private static let classic: [String: StructureRule] = [LabelEncoders.rules, OneHotEncoders.rules, LabelMaps.rules]
        .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    private static let onTexts: [String: StructureRule] = [
        "Concat": concatenated,
        "Equal": equal,
        "Where": chosen,
        "Cast": TextCasts.rule,
        "Shape": ofIndices,
        "Size": ofIndices,
    ]

    /// What moves elements and looks at none: texts move as their indices.
    private static let moves: Set = [
        "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Tile", "Gather",
        "GatherElements", "GatherND", "Slice", "Split", "ArrayFeatureExtractor",
    ]

    /// A classifier's: its label is a text.
    private static let labelled: StructureRule = { node in
        guard let rule = OperatorRules.rule(for: node.node) else { throw ModelError("it is not supported") }
        var results = try rule(node).map { value in value.map { Item.tensor($0, .float32) } }
        guard let texts = try node.texts("classlabels_strings"), !texts.isEmpty else {
            results[0] = results[0]?.tensor.map { .tensor($0, .int64) }
            return results
        }
        results[0] = try results[0]?.tensor.map { try node.texts(at: $0, of: texts) }
        return results
    }

    private static let refused: StructureRule = { _ in throw ModelError("it is not supported on texts") }

    private static let moved: StructureRule = { node in
        if let tokens = node.items.compactMap({ $0?.tokens }).first { return [try tokens.moved(by: node)] }
        let value = try node.texts(0)
        let moved = try node.applyingRule(to: value.indices)
        let (lower, upper) = (
            try value.lower.map { try node.applyingRule(to: $0) }, try value.upper.map { try node.applyingRule(to: $0) }
        )
        return moved.indices.map { index in
            moved[index].map {
                TextValue(indices: $0, vocabulary: value.vocabulary, lower: lower?[index], upper: upper?[index]).item
            }
        }
    }

    private static let ofIndices: StructureRule = { node in
        try node.applyingRule(to: node.texts(0).indices).map { value in value.map { .tensor($0, .int64) } }
    }

    private static let constant: StructureRule = { node in
        switch node.value("value_strings") ?? node.value("value_string") ?? node.value("value") {
        case .text(let text): return [try node.constantTexts([text], Shape([])).item]
        case .texts(let texts): return [try node.constantTexts(texts, Shape([texts.count])).item]
        case .tensor(let proto):
            let (shape, texts) = try TensorElements.texts(proto)
            return [try node.constantTexts(texts, shape).item]
        default: throw ModelError("it has no texts")
        }
    }

    private static let concatenated: StructureRule = { node in
        let (values, vocabulary) = try node.joined(node.items.indices.map(node.texts))
        let axis = try node.integer("axis", default: node.version < 4 ? 1 : 0)
        let joined = try node.concatenate(values, axis: node.axis(axis, of: node.shape(values[0])))
        return [TextValue(indices: joined, vocabulary: vocabulary).item]
    }

    private static let equal: StructureRule = { node in
        let (values, _) = try node.joined([node.texts(0), node.texts(1)])
        return [.tensor(try node.binary(.equal, values[0], values[1]), .bool)]
    }

    private static let chosen: StructureRule = { node in
        let (values, vocabulary) = try node.joined([node.texts(1), node.texts(2)])
        let condition = try node.input(0)
        let shape = try node.shape(condition).broadcast(with: node.shape(values[0]), in: "Where")
            .broadcast(with: node.shape(values[1]), in: "Where")
        try node.allow(elements: shape.count)
        return [TextValue(indices: try node.add(Select(), [condition] + values), vocabulary: vocabulary).item]
    }
}

extension Item {
    fileprivate var tokens: TokenValue? { if case .tokens(let value) = self { value } else { nil } }
}

extension TokenValue {
    /// Lists of one cell may change the number of axes around them; what would take them apart is not known.
    fileprivate func moved(by node: Application) throws -> Item {
        let isFree = ["Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"].contains(node.node.operatorName)
        guard isFree, node.shape(indices).count == 1 else {
            throw ModelError("it is not supported on texts that were split, but for one alone")
        }
        return .tokens(self)
    }
}

extension NodeProto {
    fileprivate var holdsTexts: Bool {
        attributes.contains { attribute in
            switch attribute.value {
            case .text, .texts: attribute.name.hasPrefix("value_string")
            case .tensor(let tensor): attribute.name == "value" && tensor.elementType == ElementKind.string.rawValue
            default: false
            }
        }
    }
}

extension String {
    /// Whether this is the name of ONNX's own domain.
    var isPlain: Bool { isEmpty || self == "ai.onnx" }
}

extension Application {
    /// What the node's rule makes of the indices of texts in place of its first input.
    fileprivate func applyingRule(to indices: Value) throws -> [Value?] {
        guard let rule = OperatorRules.rule(for: node) else { throw ModelError("it is not supported on texts") }
        var items = items
        items[0] = .tensor(indices, .int64)
        for case .some(let item) in items.dropFirst() { _ = try item.value() }
        return try rule(with(items))
    }
}
