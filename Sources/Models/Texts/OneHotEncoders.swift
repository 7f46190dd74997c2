import Tensors

/// OneHotEncoder of ai.onnx.ml: an axis more, with a 1 at the category's place.
enum OneHotEncoders {
    static let rules: [String: StructureRule] = ["OneHotEncoder": encoded]

    private static let encoded: StructureRule = { node in
        if let value = node.optionalTexts(0) { return [try node.encoded(value)] }
        guard let categories = try node.integers("cats_int64s") else { throw ModelError("`cats_int64s` is missing") }
        return [try node.encoded(node.input(0), categories)]
    }
}

extension Application {
    fileprivate func encoded(_ value: TextValue) throws -> Item {
        guard let categories = try texts("cats_strings") else { throw ModelError("`cats_strings` is missing") }
        let places = categories.places
        if try !flag("zeros", default: true),
            let stranger = possible(value).first(where: { places[ExactText($0)] == nil })
        {
            throw ModelError(
                "the model fails at \"\(stranger)\", which is none of its categories: "
                    + categories.map { "\"\($0)\"" }.joined(separator: ", "))
        }
        return .tensor(try oneHot(self.places(of: value, among: categories), categories.count, stranger: 0), .float32)
    }

    /// Numbers are truncated. Where the model would fail at a stranger, all is NaN.
    fileprivate func encoded(_ x: Value, _ categories: [Int]) throws -> Item {
        let keys = try Tensor(Shape([categories.count]), categories.map(Int64.init))
        let places = try self.places(of: cast(x, to: .int64), among: keys)
        let stranger: Float = try flag("zeros", default: true) ? 0 : .nan
        return .tensor(try oneHot(places, categories.count, stranger: stranger), .float32)
    }

    /// At place `count` stands what is none of the categories.
    private func oneHot(_ places: Value, _ count: Int, stranger: Float) throws -> Value {
        try allow(elements: count * (count + 1))
        var table = [Float](repeating: 0, count: count * count) + [Float](repeating: stranger, count: count)
        for place in 0..<count { table[place * count + place] = 1 }
        return try lookup(places, in: Tensor(Shape([count + 1, count]), table))
    }
}
