import Tensors

/// Texts that are read as numbers.
enum TextCasts {
    static let rule: StructureRule = { node in
        guard let number = try node.integer("to") else { throw ModelError("attribute `to` is missing") }
        let kind = try ElementKind(number: Int64(number))
        let value = try node.texts(0)
        if kind == .string { return [value.item] }
        let element = try kind.computed()
        let numbers = try value.vocabulary.map { text in
            guard let number = Self.number(text, whole: !element.isReal) else {
                throw ModelError("\"\(text)\" is no number")
            }
            return number
        }
        let table = try Tensor(TensorType(element, Shape([numbers.count])), rounding: numbers)
        return [.tensor(try node.lookup(value.indices, in: table), kind)]
    }

    /// As C reads them: blanks before it, and the words for what is not finite.
    private static func number(_ text: String, whole: Bool) -> Double? {
        let text = text.drop { $0 == " " || $0 == "\t" || $0 == "\n" }
        return whole ? Int64(text).map(Double.init) : Double(text)
    }
}
