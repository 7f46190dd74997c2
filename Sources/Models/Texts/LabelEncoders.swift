import Tensors

/// Functions given by two lists: LabelEncoder and CategoryMapper of ai.onnx.ml.
enum LabelEncoders {
    static let rules: [String: StructureRule] = ["LabelEncoder": encoded, "CategoryMapper": mapped]

    private static let encoded: StructureRule = { node in
        if let classes = try node.texts("classes_strings") { return [try node.mapped(.numbered(classes))] }
        guard let keys = try node.labels("keys"), let values = try node.labels("values") else {
            throw ModelError("its keys or values are missing")
        }
        guard keys.count == values.count else { throw ModelError("\(keys.count) keys for \(values.count) values") }
        let last = try node.labels(tensor: "default_tensor") ?? node.defaultLabel(like: values)
        return [try node.encoded(keys, values.appending(last))]
    }

    private static let mapped: StructureRule = { node in
        guard let texts = try node.texts("cats_strings"), let numbers = try node.integers("cats_int64s"),
            texts.count == numbers.count
        else { throw ModelError("`cats_strings` and `cats_int64s` are not equally many") }
        return [try node.mapped(.init(texts: texts, numbers: numbers.map(Int64.init)))]
    }

    /// Texts and numbers that stand for each other.
    fileprivate struct Pairs {
        let texts: [String]
        let numbers: [Int64]

        static func numbered(_ texts: [String]) -> Pairs {
            Pairs(texts: texts, numbers: texts.indices.map(Int64.init))
        }
    }
}

extension Application {
    /// Texts become numbers, numbers become texts.
    fileprivate func mapped(_ pairs: LabelEncoders.Pairs) throws -> Item {
        let numbers = Labels.numbers(try Tensor(Shape([pairs.numbers.count]), pairs.numbers))
        let isFromTexts = optionalTexts(0) != nil
        let (keys, values) = isFromTexts ? (.texts(pairs.texts), numbers) : (numbers, Labels.texts(pairs.texts))
        return try encoded(keys, values.appending(defaultLabel(like: values)))
    }

    /// `values` has one more than `keys`: the default.
    fileprivate func encoded(_ keys: Labels, _ values: Labels) throws -> Item {
        switch keys {
        case .texts(let keys): return try labels(values, at: places(of: texts(0), among: keys))
        case .numbers(let keys): return try labels(values, at: places(of: input(0), among: keys))
        }
    }

    fileprivate func defaultLabel(like values: Labels) throws -> Labels {
        switch values {
        case .texts: return .texts([try text("default_string", default: "_Unused")])
        case .numbers(let numbers):
            guard numbers.element.isReal else {
                return .numbers(try Tensor(Shape([1]), [Int64(integer("default_int64", default: -1))]))
            }
            let number = try float("default_float", default: -0.0)
            return .numbers(try Tensor(TensorType(numbers.element, Shape([1])), rounding: [number]))
        }
    }
}
