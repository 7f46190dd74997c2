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

    /// Paths are as the spec is to have them.
    init(_ declaration: ModelDeclaration, from modelPath: String, _ data: FirstData?) {
        (self.declaration, self.modelPath, self.data) = (declaration, modelPath, data)
        ranges = declaration.inputs.indices.map { index in
            data.flatMap { NumberRange(around: $0.inputs[index].tensor) }
                ?? (declaration.inputs[index].element == .int64 ? .unknownWhole : .unknown)
        }
    }

    /// Why there is nothing that a property could say; nil where there is.
    var refusal: String? {
        if declaration.inputs.isEmpty { return "the model has no input" }
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
        let doubt = "// Nothing says which numbers the model is given: say it here, or begin with `--data FILE`.\n"
        return (ranges[index].isKnown ? "" : doubt) + "type \(alias(index)) = \(type(index))"
    }

    // MARK: - What properties speak of

    /// How many classes the first output has scores for; nil where it has none. What is shaped like the input is made of it.
    var classes: Int? {
        guard let output = declaration.outputs.first, output.shape.count == 1, output.shape[0] >= 2,
            output.element.isReal, output.shape != declaration.inputs[0].shape
        else { return nil }
        return output.shape[0]
    }

    var isPicture: Bool { kind(0) == .picture }
    var isSequence: Bool { kind(0) == .sequence }
    var isWhole: Bool { kind(0) == .whole }
    var hasLabel: Bool { data?.label != nil }
    var hasData: Bool { data != nil }
    /// Of the first input.
    var shape: [Int] { declaration.inputs[0].shape }
    var isBool: Bool { declaration.inputs[0].element == .bool }
    var range: NumberRange { ranges[0] }
    var outputRank: Int { declaration.outputs[0].shape.count }
    var isRealOutput: Bool { declaration.outputs[0].element.isReal }
    var names: [String] { declaration.inputs.map(\.name) }

    /// `forall image: Image, state: State`
    var everyInput: String {
        "forall " + declaration.inputs.indices.map { "\(names[$0]): \(alias($0))" }.joined(separator: ", ")
    }

    /// `net(image)`, with other words for the first input; the first output of several.
    func answer(_ first: String, _ prefix: String = "") -> String {
        let arguments = [first] + names.dropFirst().map { prefix + $0 }
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
        var fields = declaration.inputs.indices.map { index in
            let column = data.inputs[index].name
            return "\(names[index]): \(alias(index))" + (names[index] == column ? "" : " at \"\(column)\"")
        }
        if let label = data.label, let classes {
            fields.append("label: Int in [0, \(classes - 1)]" + (label.name == "label" ? "" : " at \"\(label.name)\""))
        }
        return "data rows : { \(fields.joined(separator: ", ")) } from \"\(data.path)\""
    }

    private var epsilon: String { (range.width > 0 ? range.width / 100 : 0.01).rounded(toSignificant: 3) }
}
