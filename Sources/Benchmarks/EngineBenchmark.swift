import Foundation
import Models
import Tensors

/// Times an ONNX model in the engine, row-major batches in and out, and prints samples a second.
///
///     engine-benchmark MODEL BATCH THREADS SECONDS
///
/// Prints one line: the best of many passes for forward, and for forward with the gradient of the first output's sum.
@main
struct EngineBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let batch = Int(arguments[2]), let threads = Int(arguments[3]),
            let seconds = Double(arguments[4])
        else {
            print("usage: engine-benchmark MODEL BATCH THREADS SECONDS")
            exit(2)
        }
        let model = try Model(onnx: Array(Data(contentsOf: URL(fileURLWithPath: arguments[1]))))
        let graph = model.graph
        let type = graph.type(of: graph.inputs[0].value)
        let output = graph.outputs[0].value
        let input = try sample([batch] + type.shape.dimensions, of: type.element)
        let evaluator = try Evaluator(graph, outputs: [output])
        let forward = try best(seconds) { _ = try evaluator.run([input], threads: threads) }
        let differentiated = try Evaluator(
            graph, outputs: [output], gradient: .init(of: output, to: [graph.inputs[0].value]))
        let both = try best(seconds) { _ = try differentiated.runWithGradient([input], threads: threads) }
        print("\(Double(batch) / forward) \(Double(batch) / both)")
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

    /// Values between -1 and 1 that look like chance.
    private static func sample(_ shape: [Int], of element: ElementType) throws -> Tensor {
        let shape = try Shape(shape)
        var state: UInt64 = 1
        let values = (0..<shape.count).map { _ -> Double in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-52 - 1
        }
        return try Tensor(TensorType(element, shape), rounding: values)
    }
}
