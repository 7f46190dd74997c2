import Compiler
import Diagnostics
import Syntax
import Tensors

/// The declaration of a model that a spec begins with.
///
///     model net : (image: Tensor[1, 8, 8]) -> (scores: Tensor[10]) from "digits.onnx"
struct ModelDeclaration {
    /// An input or output under a name that a spec can use.
    struct Port {
        let name: String
        /// In the file.
        let fileName: String
        let element: ElementType
        /// Without the batch.
        let shape: [Int]
        /// Where the elements are texts, those; and the labels along the last axis, where it has some.
        let texts, labels: [String]?
        /// What the enum of the one or the other is called.
        fileprivate(set) var words: String?

        /// `Tensor[1, 8, 8]`, `Int[5]`, `Real`
        var type: String {
            let scalar =
                switch element {
                case .float32, .float64: "Real"
                case .int64: "Int"
                case .bool: "Bool"
                }
            let sizes = (labels == nil ? shape.map { "\($0)" } : shape.dropLast().map { "\($0)" } + [words ?? ""])
                .joined(separator: ", ")
            if texts != nil, let words { return shape.isEmpty ? words : "\(words)[\(sizes)]" }
            guard !shape.isEmpty else { return scalar }
            return (scalar == "Real" ? "Tensor" : scalar) + "[\(sizes)]"
        }

        /// `image: Tensor[1, 8, 8] in [0, 1] at "image.1"`
        func text(type: String) -> String {
            "\(name): \(type)" + (name == fileName ? "" : " at \"\(fileName)\"")
        }
    }

    let inputs: [Port]
    let outputs: [Port]
    /// For texts and labels.
    let enums: TextEnums

    init(_ signature: Signature) {
        var taken: Set<String> = ["net", "rows", "row"]
        var inputs = signature.inputs.enumerated().map { Self.port($1, "x\($0 == 0 ? "" : "\($0)")", &taken) }
        var outputs = signature.outputs.enumerated().map { Self.port($1, "y\($0 == 0 ? "" : "\($0)")", &taken) }
        var enums = TextEnums(taken: taken.union(["Row", "known", "a", "other", "more", "label"]))
        for index in inputs.indices { Self.name(&inputs[index], &enums) }
        for index in outputs.indices { Self.name(&outputs[index], &enums) }
        (self.inputs, self.outputs, self.enums) = (inputs, outputs, enums)
    }

    private static func name(_ port: inout Port, _ enums: inout TextEnums) {
        port.words = (port.texts ?? port.labels).map { enums.name(of: $0, after: port.name) }
    }

    /// The types of inputs that are one number each, by the names of the inputs; `numbers` by those of the file.
    func types(fixed numbers: [String: Double]) -> [String: String] {
        var types: [String: String] = [:]
        for input in inputs {
            if let number = numbers[input.fileName] {
                types[input.name] = "\(input.type) in {\(Notation.text(number))}"
            }
        }
        return types
    }

    /// With types that may say more than the shape, by the names of inputs.
    func text(from path: String, types: [String: String] = [:]) -> String {
        func list(_ ports: [Port]) -> String {
            ports.map { $0.text(type: types[$0.name] ?? $0.type) }.joined(separator: ", ")
        }
        let lines = enums.entries.map { $0.line + "\n" }.joined()
        return lines + "model net : (\(list(inputs))) -> (\(list(outputs))) from \"\(path)\""
    }

    /// Names of the file that a spec can use stay as they are.
    private static func port(_ port: Signature.Port, _ plain: String, _ taken: inout Set<String>) -> Port {
        var name = isName(port.name) && !taken.contains(port.name) ? port.name : plain
        while !taken.insert(name).inserted { name += "_" }
        let dimensions = port.type.shape.dimensions
        let shape = dimensions.first == 1 ? Array(dimensions.dropFirst()) : dimensions
        return Port(
            name: name, fileName: port.name, element: port.type.element,
            // One number a row is a column.
            shape: shape == [1] && port.texts != nil ? [] : shape, texts: port.texts, labels: port.labels)
    }

    /// Whether a spec can use the word as a name.
    static func isName(_ word: String) -> Bool {
        let (_, diagnostics) = Syntax.parse(SourceFile(path: "", bytes: Array("let \(word) = 1".utf8)))
        let isPlain = word.utf8.allSatisfy { $0 < 128 } && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        return isPlain && !diagnostics.hasErrors && !(word.first?.isNumber ?? true)
    }
}
