import Tensors

/// A model of decision trees as a library's file tells it.
///
/// Input `x` [1, features]. A classifier gives `label` [1] and `probabilities` [1, classes], other models `value` [1, targets]. The inner tensor
/// `margin` [1, targets] is what the library calls raw scores. Answers are those of the library: sums go tree after tree in its type.
package struct TreeModel: Sendable {
    enum Library: String {
        case xgboost = "XGBoost"
        case lightGBM = "LightGBM"
        case catBoost = "CatBoost"
    }

    let library: Library
    /// As the file has it; empty where it does not say.
    let version: String
    /// The type of the numbers that the library takes.
    let input: ElementType
    /// The type in which it adds.
    let sums: ElementType
    let trees: DecisionTrees
    let answer: TreeAnswer
    /// What makes margins of sums: a factor, then a number for each target, or none.
    var scale = 1.0
    var bias: [Double] = []
    /// What margins are divided by before anything is made of them: the rounds of a forest, whose answer is an average.
    var rounds = 1.0
}

extension TreeModel {
    init(_ bytes: [UInt8], _ format: ModelFormat) throws(ModelError) {
        self = try ModelError.only {
            switch format {
            case .lightGBMText: try LightGBMText(bytes).model()
            case .universalBinaryJSON: try TreeFile.read(UniversalBinaryJSON.text(of: bytes)).model()
            case .json, .onnx: try TreeFile.read(bytes).model()
            }
        }
    }
}

// MARK: - The graph

extension TreeModel {
    private static let inputName = "x"

    var openSignature: OpenSignature {
        func port(_ name: String, _ element: ElementType, _ sizes: [Int]) -> OpenSignature.Port {
            .init(name, element: element.rawValue, [.unnamed] + sizes.map { .size($0) })
        }
        let outputs =
            switch answer {
            case .value: [port("value", sums, [trees.targets])]
            case .classes(_, let labels): [port("label", .int64, []), port("probabilities", sums, [labels.count])]
            }
        return OpenSignature(inputs: [port(Self.inputName, input, [trees.features])], outputs: outputs)
    }

    func model(_ choices: Model.Choices) throws(ModelError) -> Model {
        let made = try ModelError.only { try graph(choices) }
        return Model(made)
    }

    private func graph(_ choices: Model.Choices) throws -> Graph {
        let sizes = choices.shapes[Self.inputName] ?? [1, trees.features]
        guard sizes.count == 2, sizes[1] == trees.features else {
            throw ModelError("the model takes rows of \(trees.features) features, not \(sizes)", in: "input `x`")
        }
        let shape = try Shape(sizes)
        try allow(rows: sizes[0], choices.memory)
        var graph = Graph()
        let x = try graph.input(Self.inputName, TensorType(input, shape))
        let rows = input == sums ? x : try graph.add(Cast(to: sums), [x])
        var margin = try graph.add(TreeEnsemble(trees, sums), [rows])
        if scale != 1 { margin = try graph.add(Binary(.multiply), [margin, graph.number(scale, like: margin)]) }
        if bias.contains(where: { $0 != 0 }) {
            let type = TensorType(sums, try Shape([bias.count]))
            margin = try graph.add(Binary(.add), [margin, graph.constant(Tensor(type, rounding: bias))])
        }
        graph.name(margin, "margin")
        if rounds != 1 { margin = try graph.add(Binary(.divide), [margin, graph.number(rounds, like: margin)]) }
        try answer.add(to: &graph, of: margin)
        return graph
    }

    private func allow(rows: Int, _ memory: Int) throws {
        let columns = trees.features + 4 * trees.targets
        let (needed, isLarge) = rows.multipliedReportingOverflow(by: columns * sums.storage.stride)
        guard !isLarge, needed <= memory else {
            throw ModelError(
                "\(rows) rows of \(trees.features) features and \(trees.targets) targets take more than the limit of "
                    + MemoryLimit.text(memory),
                hint: "`--memory` says another limit; or the file is damaged")
        }
    }
}
