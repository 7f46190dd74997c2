import Tensors

/// What is run for each tile: a model with a loss behind it, its gradient by the weights, and by the first input where rows
/// are moved beforehand.
struct TrainingPlan: Sendable {
    let program: TrainingProgram
    let attack: TrainingProgram?
    let adversary: Adversary?
    /// The types of what is laned: the model's inputs, and the target.
    let tileTypes: [TensorType]
    let outputCount: Int

    /// Output `output` of the model against a target of `width` numbers, those of each of `positions`.
    init(
        _ model: TrainableModel, output: Int, _ loss: Loss, width: Int, positions: Int, _ adversary: Adversary?
    ) throws(TrainingError) {
        self = try TrainingError.only { try TrainingPlan(making: model, output, loss, width, positions, adversary) }
    }

    private init(
        making model: TrainableModel, _ output: Int, _ loss: Loss, _ width: Int, _ positions: Int,
        _ adversary: Adversary?
    ) throws {
        // The target goes in front of the weights, so that all that has lanes is together.
        var graph = Graph()
        let own = model.graph.inputs
        var arguments: [Value] = []
        for input in own.prefix(model.inputCount) {
            arguments.append(try graph.input(input.name, model.graph.type(of: input.value)))
        }
        let target = try graph.input("target", TensorType(.float32, try Shape([width])))
        for input in own.dropFirst(model.inputCount) {
            arguments.append(try graph.input(input.name, model.graph.type(of: input.value)))
        }
        guard model.graph.outputs.indices.contains(output) else {
            throw TrainingError("the model has no output \(output)")
        }
        let answers = try graph.splice(model.graph, inputs: arguments, wanted: [model.graph.outputs[output].value])[0]
        let type = graph.type(of: answers)
        guard type.element == .float32 else {
            throw TrainingError("a model whose output is \(type.element) cannot be trained: only float32 can")
        }
        guard type.shape.count == width else {
            throw TrainingError("the model's output has \(type.shape.count) numbers, and the target \(width)")
        }
        let losses = try loss.add(to: &graph, output: answers, target: target, positions: positions)
        let weights = Array(arguments.dropFirst(model.inputCount))
        program = try TrainingProgram(
            graph, outputs: [losses, answers], gradient: .init(of: losses, to: weights),
            firstWeight: model.inputCount + 1)
        attack = try adversary.map { _ in
            guard let first = arguments.first, graph.type(of: first).element == .float32 else {
                throw TrainingError("adversarial training moves numbers, and the first input has none")
            }
            return try TrainingProgram(
                graph, outputs: [losses], gradient: .init(of: losses, to: [first]), firstWeight: model.inputCount + 1)
        }
        self.adversary = adversary
        tileTypes = arguments.prefix(model.inputCount).map { graph.type(of: $0) } + [graph.type(of: target)]
        outputCount = width
    }
}
