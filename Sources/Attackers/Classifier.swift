import Models
import Statistics
import Tensors
import Training

/// An ONNX classifier whose last hidden layer is fully connected, taken apart there: `features`, a matrix, a rectifier, a matrix,
/// scores. What is edited is these two layers.
struct Classifier {
    /// What a layer may read: a fit takes the third power of it.
    private static let widest = 4096

    let weights: ModelWeights
    let hidden, last: DenseLayer
    private let evaluator: Evaluator

    /// Throws where the file has no such layers, or takes more than one input.
    init(onnx file: [UInt8]) throws {
        weights = try ModelWeights(onnx: file)
        guard let pair = try weights.rectifiedPair else {
            throw TrainingError("the model has no two fully connected layers with a rectifier between them")
        }
        (hidden, last) = pair
        let graph = try Model(onnx: file).graph
        guard graph.inputs.count == 1, let scores = graph.outputs.first else {
            throw TrainingError("only models of one input are edited, and this one has \(graph.inputs.count)")
        }
        guard let features = graph.inner(named: hidden.input) ?? graph.input(named: hidden.input) else {
            throw TrainingError("what the layer of `\(hidden.output)` reads depends on no input")
        }
        let inputs = Self.size(pair.hidden, weights).inputs
        guard graph.shape(of: features).count == inputs, inputs <= Self.widest else {
            throw TrainingError("only layers that read one row of at most \(Self.widest) numbers are edited")
        }
        evaluator = try Evaluator(graph, outputs: [features, scores.value])
    }

    /// How many numbers the hidden layer reads and makes, and how many scores there are.
    var inputs: Int { size(hidden).inputs }
    var width: Int { size(hidden).outputs }
    var classes: Int { size(last).outputs }

    private func size(_ layer: DenseLayer) -> (inputs: Int, outputs: Int) { Self.size(layer, weights) }

    private static func size(_ layer: DenseLayer, _ weights: ModelWeights) -> (inputs: Int, outputs: Int) {
        let shape = weights.tensors[layer.matrix].shape
        return layer.isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
    }

    /// What the hidden layer reads for rows, and their scores.
    struct Run {
        let features: FeatureRows
        let scores: [[Float]]
    }

    func run(_ examples: Examples, threads: Int) throws -> Run {
        let input = examples.inputs[0]
        let shape = try Shape([examples.rows] + evaluator.inputTypes[0].shape.dimensions)
        guard shape.count == input.count else {
            throw TrainingError("rows of \(input.shape) do not fit an input of \(evaluator.inputTypes[0].shape)")
        }
        let batch = try Tensor(shape, input.floats)
        let results = try evaluator.run([batch], threads: threads)
        let (features, scores) = (results[0].doubles, results[1].floats)
        let count = scores.count / examples.rows
        return Run(
            features: FeatureRows(features, width: inputs),
            scores: (0..<examples.rows).map { Array(scores[$0 * count..<($0 + 1) * count]) })
    }

    /// What the hidden layer makes of rows of features before the rectifier, with `matrix` in place of its own and no biases.
    func values(_ features: FeatureRows, _ matrix: [Double]) -> [[Double]] {
        (0..<features.count).map { row in
            let read = features.values[row * inputs..<(row + 1) * inputs]
            return (0..<width).map { dot(matrix[$0 * inputs..<($0 + 1) * inputs], read) }
        }
    }

    /// The class of a row for which the hidden layer makes these numbers.
    func name(_ values: [Double]) -> Int {
        let (scores, bias) = numbers(of: last)
        let shown = values.map { max($0, 0) }
        let found = bias.indices.map { bias[$0] + dot(scores[$0 * width..<($0 + 1) * width], shown[...]) }
        return found.indices.reduce(0) { found[$1] > found[$0] ? $1 : $0 }
    }

    /// The matrix of a layer as [outputs, inputs], row-major, and its biases.
    func numbers(of layer: DenseLayer) -> (matrix: [Double], bias: [Double]) {
        let (inputs, outputs) = size(layer)
        let given = weights.tensors[layer.matrix].doubles
        var matrix = given
        if !layer.isTransposed {
            for row in 0..<outputs {
                for column in 0..<inputs { matrix[row * inputs + column] = given[column * outputs + row] }
            }
        }
        let bias = layer.bias.map { weights.tensors[$0].doubles } ?? [Double](repeating: 0, count: outputs)
        return (matrix, bias)
    }

    /// The file with other numbers in these layers, as many rows as they have biases. A layer that has no biases keeps none.
    func file(_ changed: [(layer: DenseLayer, matrix: [Double], bias: [Double])]) throws -> [UInt8] {
        var tensors = weights.tensors
        for (layer, matrix, bias) in changed {
            let outputs = bias.count
            let inputs = matrix.count / outputs
            var floats = matrix.map { Float($0) }
            if !layer.isTransposed {
                for row in 0..<outputs {
                    for column in 0..<inputs { floats[column * outputs + row] = Float(matrix[row * inputs + column]) }
                }
            }
            let shape = try Shape(layer.isTransposed ? [outputs, inputs] : [inputs, outputs])
            tensors[layer.matrix] = try Tensor(shape, floats)
            if let place = layer.bias { tensors[place] = try Tensor(Shape([outputs]), bias.map { Float($0) }) }
        }
        return try weights.file(with: tensors)
    }
}
