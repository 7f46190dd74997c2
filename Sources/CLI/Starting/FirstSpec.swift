import Compiler
import Reports
import Tensors

/// A spec to begin with: what a model takes, in which ranges, and properties that suit what it is.
struct FirstSpec {
    /// What an input is, by its shape.
    private enum Kind { case picture, sequence, numbers, whole }

    private let declaration: ModelDeclaration
    private let modelPath: String
    private let data: FirstData?
    private let ranges: [NumberRange]
    /// Whether the first output adds up to 1.
    private let isDistribution: Bool

    /// Paths are as the spec is to have them.
    init(
        _ declaration: ModelDeclaration, of taken: SizeGuess.Taken, from modelPath: String, _ data: FirstData?
    ) {
        (self.declaration, self.modelPath, self.data) = (declaration, modelPath, data)
        ranges = declaration.inputs.enumerated().map { index, input in
            if let number = taken.numbers[input.fileName] { return NumberRange(only: number) }
            let shown = taken.uses[input.fileName].map { NumberRange($0, isScalar: input.shape.isEmpty) }
            return data?.inputs[index].flatMap { NumberRange(around: $0.tensor) } ?? shown
                ?? (input.element == .int64 ? .unknownWhole : .unknown)
        }
        let graph = taken.model.graph
        isDistribution = graph.outputs.first.map { graph.isDistribution($0.value) } ?? false
    }

    /// Why there is nothing that a property could say; nil where there is.
    var refusal: String? {
        if declaration.inputs.isEmpty { return "the model has no input" }
        if declaration.inputs.indices.allSatisfy({ fixed($0) != nil }) { return "each input is one number" }
        if declaration.outputs.isEmpty { return "the model has no output" }
        return nil
    }

    func text() -> String {
        let properties = FirstProperties(self).texts.joined(separator: "\n\n")
        var parts = ["// A first spec: change ranges and properties to what the model is meant to do."]
        let uses = Self.library.filter { _, words in words.contains { properties.contains($0 + "(") } }
        if !uses.isEmpty { parts.append(uses.map { "use \($0.0)" }.joined(separator: "\n")) }
        parts.append(declaration.inputs.indices.map(typeLines).joined(separator: "\n"))
        parts.append([modelLine, data.map(dataLine)].compactMap(\.self).joined(separator: "\n"))
        if properties.contains("eps") {
            parts.append("// How much is a small change: a hundredth of the range.\nparam eps: Real = \(epsilon)")
        }
        return (parts + [properties]).joined(separator: "\n\n") + "\n"
    }

    /// What properties may use, and by which words.
    private static let library = [("std.answers", ["same_answer"]), ("std.image", ["lighter", "shifted"])]

    private func typeLines(_ index: Int) -> String {
        let remark =
            switch ranges[index].source {
            case .data: ""
            case .file: "// As the model uses these numbers: places in a table, or what it compares with.\n"
            case .nobody:
                "// Nothing says which numbers the model is given: say it here, or begin with `--data FILE`.\n"
            }
        return remark + "type \(alias(index)) = \(type(index))"
    }

    // MARK: - What properties speak of

    /// Scores that are no softmax's may be anything where there are more.
    private static let mostScores = 50

    /// How many classes the first output has scores for; nil where it has none. What is shaped like the input is made of it.
    var classes: Int? {
        guard let output = declaration.outputs.first, output.shape.count == 1, output.shape[0] >= 2,
            output.element.isReal, output.shape != shape,
            output.shape[0] <= Self.mostScores || isDistribution || isPicture || hasLabel
        else { return nil }
        return output.shape[0]
    }

    var isPicture: Bool { kind(main) == .picture }
    var isSequence: Bool { kind(main) == .sequence }
    var isWhole: Bool { kind(main) == .whole }
    var hasLabel: Bool { data?.label != nil }
    var hasData: Bool { data != nil }
    /// Of the main input.
    var shape: [Int] { declaration.inputs[main].shape }
    var isBool: Bool { declaration.inputs[main].element == .bool }
    var range: NumberRange { ranges[main] }
    /// The main input.
    var name: String { names[main] }
    var outputRank: Int { declaration.outputs[0].shape.count }
    var isRealOutput: Bool { declaration.outputs[0].element.isReal }
    private var names: [String] { declaration.inputs.map(\.name) }

    /// The place of the first input that is not one number.
    private var main: Int { declaration.inputs.indices.first { fixed($0) == nil } ?? 0 }

    /// The number that an input always is.
    private func fixed(_ index: Int) -> String? {
        ranges[index].choices.count == 1 ? Notation.text(ranges[index].low) : nil
    }

    /// `forall image: Image, state: State`
    var everyInput: String {
        let free = declaration.inputs.indices.filter { fixed($0) == nil }
        return "forall " + free.map { "\(names[$0]): \(alias($0))" }.joined(separator: ", ")
    }

    /// `net(image)`, with other words for the main input; the first output of several.
    func answer(_ first: String, _ prefix: String = "") -> String {
        let arguments = declaration.inputs.indices.map { $0 == main ? first : fixed($0) ?? prefix + names[$0] }
        let call = "net(\(arguments.joined(separator: ", ")))"
        return declaration.outputs.count > 1 ? "\(call).\(declaration.outputs[0].name)" : call
    }

    func alias(_ index: Int) -> String {
        let name = names[index]
        return name.prefix(1).uppercased() + name.dropFirst() + "Input"
    }

    // MARK: - Declarations

    private func kind(_ index: Int) -> Kind {
        let (shape, element) = (declaration.inputs[index].shape, declaration.inputs[index].element)
        guard element.isReal else { return .whole }
        if shape.count == 3, [1, 3, 4].contains(shape[0]), shape[1] >= 8, shape[2] >= 8 { return .picture }
        return shape.count == 2 ? .sequence : .numbers
    }

    private func type(_ index: Int) -> String {
        let (input, range) = (declaration.inputs[index], ranges[index])
        guard input.element != .bool else { return input.type }
        let isShown = kind(index) == .picture && range.low == 0 && range.high == 1
        return "\(input.type) in \(range.text)" + (isShown ? " as image" : "")
    }

    private var modelLine: String {
        let types = declaration.inputs.indices.map { (names[$0], alias($0)) }
        return declaration.text(from: modelPath, types: Dictionary(types, uniquingKeysWith: { first, _ in first }))
    }

    private func dataLine(_ data: FirstData) -> String {
        var fields = declaration.inputs.indices.compactMap { index in
            data.inputs[index].map { column in
                "\(names[index]): \(alias(index))" + (names[index] == column.name ? "" : " at \"\(column.name)\"")
            }
        }
        if let label = data.label, let classes {
            fields.append("label: Int in [0, \(classes - 1)]" + (label.name == "label" ? "" : " at \"\(label.name)\""))
        }
        return "data rows : { \(fields.joined(separator: ", ")) } from \"\(data.path)\""
    }

    private var epsilon: String { (range.width > 0 ? range.width / 100 : 0.01).rounded(toSignificant: 3) }
}
