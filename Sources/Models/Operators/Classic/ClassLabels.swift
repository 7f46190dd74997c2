import Tensors

/// What a classifier calls its classes: whole numbers, or texts.
enum ClassLabels {
    case numbers([Int])
    case texts([String])

    /// Throws where the node has neither.
    init(_ node: Application, numbers: String) throws {
        if let texts = try node.texts("classlabels_strings"), !texts.isEmpty {
            self = .texts(texts)
        } else if let own = try node.integers(numbers), !own.isEmpty {
            self = .numbers(own)
        } else {
            throw ModelError("it names no classes: attributes `\(numbers)` and `classlabels_strings` are missing")
        }
    }

    var count: Int {
        switch self {
        case .numbers(let numbers): numbers.count
        case .texts(let texts): texts.count
        }
    }

    /// The same with numbers from 0 in the place of other numbers.
    var numbered: ClassLabels {
        if case .numbers(let numbers) = self { .numbers(Array(numbers.indices)) } else { self }
    }

    /// The labels of classes that are given by number; of texts their places, which `TextRules` makes texts of.
    func labels(_ node: Application, of classes: Value) throws -> Value {
        guard case .numbers(let numbers) = self else { return classes }
        if numbers == Array(numbers.indices) { return classes }
        let table = try node.constant(Tensor(Shape([numbers.count]), numbers.map(Int64.init)))
        return try node.add(GatherRows(), table, classes)
    }

    /// The class of each row that scores most, the first of several; with two classes and one score, the second class where
    /// the score is above a threshold.
    static func best(_ node: Application, _ scores: Value, above threshold: Double = 0) throws -> Value {
        guard node.shape(scores)[1] == 1 else { return try node.add(ArgExtremum(.max, axis: 1), scores) }
        let isAbove = try node.binary(.greater, node.reshape(scores, [node.shape(scores)[0]]), threshold)
        return try node.cast(isAbove, to: .int64)
    }
}
