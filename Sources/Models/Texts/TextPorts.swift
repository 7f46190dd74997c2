import Tensors

/// Inputs, outputs and constants of a file that are texts, or maps from them.
extension Importer {
    func texts(_ proto: TensorProto) throws(ModelError) -> TextValue {
        do throws(ModelError) {
            let (shape, texts) = try TensorElements.texts(proto)
            let vocabulary = texts.distinct
            let places = vocabulary.places
            let indices = texts.map { Int64(places[ExactText($0)] ?? 0) }
            let tensor = try ModelError.only { try Tensor(shape, indices) }
            try allow(elements: tensor.count)
            return TextValue(indices: graph.constant(tensor), vocabulary: vocabulary.isEmpty ? [""] : vocabulary)
        } catch {
            throw error.inside("tensor `\(proto.name)`")
        }
    }

    /// The texts that were chosen, else those that the file tells apart.
    func textInput(_ port: OpenSignature.Port) throws(ModelError) -> TextValue {
        let lists = choices.texts[port.name] ?? [categories[port.name]]
        let vocabulary = lists.allSatisfy(\.isEmpty) ? [""] : lists.flatMap(\.self)
        let type = TensorType(.int64, try ModelError.only { try Shape(self.sizes(of: port)) })
        try allow(elements: type.shape.count)
        texts[port.name] = vocabulary
        var value = TextValue(
            indices: try ModelError.only { try graph.input(port.name, type) }, vocabulary: vocabulary)
        guard lists.count == type.shape.count, lists.count > 1 else { return value }
        var (lower, upper, start) = ([Int64](), [Int64](), Int64(0))
        for list in lists {
            lower.append(start)
            start += Int64(list.count)
            upper.append(start - 1)
        }
        value.lower = graph.constant(try ModelError.only { try Tensor(type.shape, lower) })
        value.upper = graph.constant(try ModelError.only { try Tensor(type.shape, upper) })
        return value
    }

    /// A map as a number for each label that the file reads of it; a label that it does not have counts as 0.
    func map(_ port: OpenSignature.Port) throws(ModelError) -> Item {
        let labels = choices.texts[port.name]?.first ?? categories[port.name]
        guard !labels.isEmpty else { throw ModelError("nothing says which labels the map has") }
        self.labels[port.name] = labels
        let value = try ModelError.only {
            try graph.input(port.name, TensorType(.float32, Shape([1, labels.count])))
        }
        return .map(value, labels: labels)
    }

    /// Indices of the texts as they are wanted.
    func ordered(_ value: TextValue, as name: String) throws(ModelError) -> Value {
        let table = try order(value.vocabulary, as: name)
        texts[name] = choices.texts[name]?.first ?? value.vocabulary
        guard let table else { return value.indices }
        return try ModelError.only {
            let rows = try Tensor(Shape([table.count]), table.map(Int64.init))
            return try graph.add(GatherRows(), [graph.constant(rows), value.indices])
        }
    }

    /// The numbers of a map in the order in which its labels are wanted.
    func ordered(_ value: Value, _ labels: [String], as name: String) throws(ModelError) -> Value {
        self.labels[name] = choices.texts[name]?.first ?? labels
        guard let wanted = choices.texts[name]?.first, wanted != labels else { return value }
        let places = labels.places
        return try ModelError.only {
            let table = try wanted.map { label in
                guard let place = places[ExactText(label)] else { throw ModelError("no label is \"\(label)\"") }
                return Int64(place)
            }
            let shape = graph.shape(of: value)
            let index = try Tensor(Shape([table.count]), table)
            return try graph.add(Rearrange.gather(shape, axis: shape.rank - 1, index: index), [value])
        }
    }

    /// For each text its place among those that are wanted; nil where they are as they are wanted.
    private func order(_ texts: [String], as name: String) throws(ModelError) -> [Int]? {
        guard let wanted = choices.texts[name]?.first, wanted != texts else { return nil }
        let places = wanted.places
        return try texts.map { text throws(ModelError) in
            guard let place = places[ExactText(text)] else { throw ModelError("it may be \"\(text)\"") }
            return place
        }
    }
}
