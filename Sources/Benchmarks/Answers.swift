import Datasets
import Foundation
import Models
import Tensors

/// Writes what the engine answers to rows: `engine-benchmark answer MODEL ROWS.npz ANSWERS.npz [INNER ...]`.
///
/// ROWS has a column for each input of the model, with one row for each sample; ANSWERS has one for each output, and for each inner
/// tensor that is named.
enum Answers {
    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 3 else {
            print("usage: engine-benchmark answer MODEL ROWS.npz ANSWERS.npz [INNER ...]")
            exit(2)
        }
        let inner = arguments.dropFirst(3)
        let urls = arguments.map { URL(fileURLWithPath: $0) }
        let columns = try Dataset(reading: Array(Data(contentsOf: urls[1])), as: .npz).columns
        let shapes = columns.map { ($0.name, Array($0.tensor.shape.dimensions.dropFirst())) }
        let choices = Model.Choices(shapes: Dictionary(uniqueKeysWithValues: shapes))
        let graph = try ModelSource(Array(Data(contentsOf: urls[0]))).model(choices).graph
        let inputs = try graph.inputs.map { input in
            guard let column = columns.first(where: { $0.name == input.name }) else {
                throw DatasetError("\(arguments[1]) has no column \(input.name)")
            }
            return try column.tensor.batch(of: graph.type(of: input.value))
        }
        let wanted = graph.outputs + graph.inner.filter { inner.contains($0.name) }
        let results = try Evaluator(graph, outputs: wanted.map(\.value)).run(inputs, threads: 2)
        let answers = zip(wanted, results).map { Dataset.Column($0.name, $1) }
        try Data(try Dataset(answers).npz()).write(to: urls[2])
    }
}

extension Tensor {
    /// Rows of what a graph takes, in its type.
    func batch(of type: TensorType) throws -> Tensor {
        let shape = try Shape([count / max(type.shape.count, 1)] + type.shape.dimensions)
        return try Tensor(TensorType(type.element, shape), rounding: doubles)
    }
}
