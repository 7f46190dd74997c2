import Tensors

/// Maps from labels to numbers: ZipMap, which makes them of a row of numbers, and DictVectorizer, which undoes it.
///
/// A map is a tensor whose last axis has labels.
enum LabelMaps {
    static let rules: [String: StructureRule] = ["ZipMap": zipped, "DictVectorizer": vectorized]

    private static let zipped: StructureRule = { node in
        let x = try node.input(0)
        let labels = try node.labelTexts("classlabels_strings", "classlabels_int64s")
        guard node.shape(x).dimensions.last == labels.count else {
            throw ModelError("\(labels.count) labels for numbers of shape \(node.shape(x))")
        }
        return [.map(x, labels: labels)]
    }

    private static let vectorized: StructureRule = { node in
        guard let item = node.items.first, case .map(let x, let labels) = item else {
            throw ModelError("its input is not a map")
        }
        let wanted = try node.labelTexts("string_vocabulary", "int64_vocabulary")
        let zero = try node.expand(node.scalar(0, like: x), to: Shape(node.shape(x).dimensions.dropLast() + [1]))
        let axis = node.shape(x).rank - 1
        let places = labels.places
        let picked = try Tensor(
            Shape([wanted.count]), wanted.map { Int64(places[ExactText($0)] ?? labels.count) })
        let whole = try node.concatenate([x, zero], axis: axis)
        try node.allow(elements: node.shape(x).count / max(1, labels.count) * wanted.count)
        return [.tensor(try node.add(Rearrange.gather(node.shape(whole), axis: axis, index: picked), whole), nil)]
    }
}

extension Application {
    /// Labels from one of two attributes, whole numbers as texts.
    fileprivate func labelTexts(_ texts: String, _ integers: String) throws -> [String] {
        if let texts = try self.texts(texts), !texts.isEmpty { return texts }
        if let integers = try self.integers(integers) { return integers.map(String.init) }
        throw ModelError("`\(texts)` and `\(integers)` are missing")
    }
}
