import Foundation
import Models
import Tensors

/// Times an ONNX model in the engine, row-major batches in and out, and prints samples a second.
///
///     engine-benchmark MODEL BATCH THREADS SECONDS
///     engine-benchmark MODEL BATCH THREADS SECONDS STEPS
///     engine-benchmark train ...
///
/// The last is `TrainingBenchmark`.
/// BATCH is a file of the input's rows, float32 in the order of this machine. Prints one line: the best of many passes
/// for forward, and for forward with the gradient of the first output's sum. With STEPS the model steers a cart with a
/// pole for so many steps, from the rows of the batch: the output is the last state, and the line goes on with the means of
/// its columns and of the gradient's.
@main
struct EngineBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == "train" { return try TrainingBenchmark.run(Array(arguments.dropFirst(2))) }
        guard (5...6).contains(arguments.count), let threads = Int(arguments[3]), let seconds = Double(arguments[4])
        else {
            print("usage: engine-benchmark MODEL BATCH THREADS SECONDS [STEPS]")
            exit(2)
        }
        let model = try Model(onnx: Array(Data(contentsOf: URL(fileURLWithPath: arguments[1])))).graph
        let steps = arguments.count == 6 ? Int(arguments[5]) : nil
        let graph = try steps.map { try CartAndPole.graph(steeredBy: model, steps: $0) } ?? model
        let type = graph.type(of: graph.inputs[0].value)
        let output = graph.outputs[0].value
        let input = try rows(of: type, in: arguments[2])
        let batch = Double(input.shape[0])
        let evaluator = try Evaluator(graph, outputs: [output])
        let forward = try best(seconds) { _ = try evaluator.run([input], threads: threads) }
        let differentiated = try Evaluator(
            graph, outputs: [output], gradient: .init(of: output, to: [graph.inputs[0].value]))
        let both = try best(seconds) { _ = try differentiated.runWithGradient([input], threads: threads) }
        var line = [batch / forward, batch / both]
        if steps != nil {
            let results = try differentiated.runWithGradient([input], threads: threads)
            line += means(results.outputs[0]) + means(results.gradients[0])
        }
        print(line.map { "\($0)" }.joined(separator: " "))
    }

    /// The shortest time of one call, over so many seconds of calls.
    private static func best(_ seconds: Double, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        for _ in 0..<3 { try body() }
        let end = clock.now + .seconds(seconds)
        var least = Double.infinity
        while least == .infinity || clock.now < end {
            let time = try clock.measure(body)
            least = min(least, Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds))
        }
        return least
    }

    private static func rows(of type: TensorType, in path: String) throws -> Tensor {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let values = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { Double(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
        }
        let shape = try Shape([values.count / max(type.shape.count, 1)] + type.shape.dimensions)
        return try Tensor(TensorType(type.element, shape), rounding: values)
    }

    /// Of each column.
    private static func means(_ tensor: Tensor) -> [Double] {
        let (rows, columns, elements) = (tensor.shape[0], tensor.count / tensor.shape[0], tensor.doubles)
        return (0..<columns).map { column in
            (0..<rows).reduce(0) { $0 + elements[$1 * columns + column] } / Double(rows)
        }
    }
}
