import Search
import Tensors

/// Measures through which of its inputs a model can be searched by gradient.
struct SlopeProbe {
    private static let rows = 16

    private let graph: Graph

    init(_ graph: Graph) { self.graph = graph }

    /// The names of the inputs at which an output has a slope, at one random input of several at least. Throws where the model
    /// cannot be evaluated.
    func inputs() throws(ShapeError) -> [String] {
        let real = graph.inputs.filter { graph.type(of: $0.value).element.isReal }
        var found: Set<String> = []
        for output in graph.outputs where graph.type(of: output.value).element.isReal {
            let missing = real.filter { !found.contains($0.name) }
            guard !missing.isEmpty else { break }
            let evaluator = try Evaluator(
                graph, outputs: [output.value], gradient: .init(of: output.value, to: missing.map(\.value)))
            let (_, gradients) = try evaluator.runWithGradient(try points())
            for (input, gradient) in zip(missing, gradients) where gradient.doubles.contains(where: { $0 != 0 }) {
                found.insert(input.name)
            }
        }
        return real.map(\.name).filter(found.contains)
    }

    /// Of several magnitudes; whole numbers small, since they are often indices.
    private func points() throws(ShapeError) -> [Tensor] {
        var random = Random(seed: 1)
        var points: [Tensor] = []
        for input in graph.inputs {
            let type = graph.type(of: input.value)
            let count = type.shape.count
            var numbers = [Double](repeating: 0, count: count * Self.rows)
            numbers.withUnsafeMutableBufferPointer { random.fillUnit($0.baseAddress!, count: $0.count) }
            for row in 0..<Self.rows {
                let scale = [1.0, 0.1, 10, 255][row % 4]
                for place in (row * count)..<((row + 1) * count) {
                    numbers[place] =
                        type.element.isReal ? (2 * numbers[place] - 1) * scale : (numbers[place] * 2).rounded(.down)
                }
            }
            points.append(
                try Tensor(TensorType(type.element, Shape([Self.rows] + type.shape.dimensions)), rounding: numbers))
        }
        return points
    }
}
