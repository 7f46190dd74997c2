import Tensors

/// A tensor of texts while a file is imported: the graph has indices, and each stands for a text that is known.
///
/// A text cell has finitely many values, so a function of one cell is a table with a row for each of them.
struct TextValue {
    /// int64, of the shape of the tensor; all from 0 to below the number of texts.
    let indices: Value
    /// May hold a text more than once.
    let vocabulary: [String]
    /// Constants of the shape of `indices`: between which numbers each of them lies; nil for all of the vocabulary.
    var lower, upper: Value?

    init(indices: Value, vocabulary: [String], lower: Value? = nil, upper: Value? = nil) {
        (self.indices, self.vocabulary, self.lower, self.upper) = (indices, vocabulary, lower, upper)
    }

    var item: Item { .texts(self) }
}

/// Texts that were split: each index stands for a list of tokens, along an axis more than that of the indices.
struct TokenValue {
    let indices: Value
    let lists: [[String]]
}

/// A text as its bytes: texts of models are equal where all bytes are, whatever Unicode says of them.
struct ExactText: Hashable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }
}

extension [String] {
    /// For each text the first place that has it.
    var places: [ExactText: Int] {
        Dictionary(enumerated().map { (ExactText($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Each text once, where it comes first.
    var distinct: [String] {
        var seen: Set<ExactText> = []
        return filter { seen.insert(ExactText($0)).inserted }
    }
}

extension Application {
    /// Texts that a vocabulary made of others may have at most.
    private static var vocabularyLimit: Int { 1 << 16 }

    /// Labels at computed places: of a classifier, whose answer is a place in its list of labels.
    ///
    /// `places` has any shape and whole numbers from 0 to below the number of labels.
    func texts(at places: Value, of labels: [String]) throws -> Item {
        guard !labels.isEmpty else { throw ModelError("its list of labels is empty") }
        return TextValue(indices: try cast(places, to: .int64), vocabulary: labels).item
    }

    /// Texts that are known, of this shape.
    func constantTexts(_ texts: [String], _ shape: Shape) throws -> TextValue {
        let vocabulary = texts.distinct
        let places = vocabulary.places
        try allow(elements: shape.count)
        let indices = try Tensor(shape, texts.map { Int64(places[ExactText($0)] ?? 0) })
        return TextValue(indices: constant(indices), vocabulary: vocabulary.isEmpty ? [""] : vocabulary)
    }

    /// The texts that some cell may hold.
    func possible(_ value: TextValue) -> [String] {
        guard let lower = value.lower.flatMap({ tensor($0)?.integers }),
            let upper = value.upper.flatMap({ tensor($0)?.integers })
        else { return value.vocabulary }
        var isPossible = [Bool](repeating: false, count: value.vocabulary.count)
        for (low, high) in Set(zip(lower, upper).map { [$0, $1] }).map({ ($0[0], $0[1]) }) where low <= high {
            for place in Int(low)...Int(high) where isPossible.indices.contains(place) { isPossible[place] = true }
        }
        return zip(value.vocabulary, isPossible).filter(\.1).map(\.0)
    }

    func optionalTexts(_ index: Int) -> TextValue? {
        guard index < items.count, case .texts(let texts) = items[index] else { return nil }
        return texts
    }

    func texts(_ index: Int) throws -> TextValue {
        guard let texts = optionalTexts(index) else { throw ModelError("its input \(index) does not hold texts") }
        return texts
    }

    /// The rows of a table, one for each text, at the texts' places: their shape, then that of a row.
    func lookup(_ indices: Value, in table: Tensor) throws -> Value {
        let row = table.shape.dimensions.dropFirst().reduce(1, *)
        try allow(elements: shape(indices).count * row)
        return try add(GatherRows(), constant(table), indices)
    }

    /// A function of each text.
    func map(_ value: TextValue, _ body: (String) throws -> String) throws -> TextValue {
        try renumbered(value.indices, value.vocabulary.map(body))
    }

    /// The same texts in a vocabulary that has each once.
    func renumbered(_ indices: Value, _ texts: [String]) throws -> TextValue {
        let vocabulary = texts.distinct
        return TextValue(indices: try self.indices(indices, of: texts, in: vocabulary.places), vocabulary: vocabulary)
    }

    /// Texts of several tensors under one vocabulary.
    func joined(_ values: [TextValue]) throws -> (indices: [Value], vocabulary: [String]) {
        let vocabulary = values.flatMap(\.vocabulary).distinct
        let places = vocabulary.places
        return (try values.map { try indices($0.indices, of: $0.vocabulary, in: places) }, vocabulary)
    }

    /// Places in one vocabulary from places in another one, all of whose texts it has.
    private func indices(_ value: Value, of texts: [String], in places: [ExactText: Int]) throws -> Value {
        let table = texts.map { Int64(places[ExactText($0)] ?? 0) }
        if table.enumerated().allSatisfy({ $0.element == Int64($0.offset) }) { return value }
        return try lookup(value, in: Tensor(Shape([table.count]), table))
    }

    /// Throws where a vocabulary would have more than 65,536 texts.
    func allow(texts count: Int) throws {
        guard count <= Self.vocabularyLimit else {
            throw ModelError("\(count) texts may come of it, more than \(Self.vocabularyLimit)")
        }
    }
}
