import Foundation
import Models
import Tensors
import Training

/// Times steps of training: forward, gradient by all weights, update.
///
///     engine-benchmark train MODEL ROWS CLASSES COUNT THREADS SECONDS OPTIMISER STEPS OUT
///
/// ROWS and CLASSES are files of float32 and int32 in the order of this machine; COUNT is how many classes there are, and
/// OPTIMISER `sgd` (rate 0.01, momentum 0.9) or `adamw` (rate 0.001). Takes STEPS steps with all rows as the batch, writes
/// the model to OUT, and then prints the steps per second of the best tenth of a second.
struct TrainingBenchmark {
    static func run(_ arguments: [String]) throws {
        guard arguments.count == 9, let classes = Int(arguments[3]), let threads = Int(arguments[4]),
            let seconds = Double(arguments[5]), let steps = Int(arguments[7])
        else {
            print("usage: engine-benchmark train MODEL ROWS CLASSES COUNT THREADS SECONDS OPTIMISER STEPS OUT")
            exit(2)
        }
        let weights = try ModelWeights(onnx: Array(Data(contentsOf: URL(fileURLWithPath: arguments[0]))))
        let model = try TrainableModel(weights: weights.tensors) { try weights.trainable(with: $0) }
        let isAdam = arguments[6] == "adamw"
        var options = Trainer.Options(
            loss: .crossEntropy,
            optimiser: isAdam
                ? .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01)
                : .sgd(momentum: 0.9, nesterov: false, decay: 0), rate: isAdam ? 0.001 : 0.01)
        let labels: [Int32] = try numbers(in: arguments[2])
        options.threads = threads
        options.batch = labels.count
        let rows: [Float] = try numbers(in: arguments[1])
        let type = model.graph.type(of: model.graph.inputs[0].value)
        let inputs = try Tensor(Shape([labels.count] + type.shape.dimensions), rows)
        let trainer = try Trainer(model, options, width: classes)
        let examples = try trainer.prepare(
            Examples(inputs: [inputs], target: .classes(labels, count: classes)))
        let all = Array(0..<labels.count)
        for _ in 0..<steps { _ = try trainer.step(examples, all[...], of: steps) }
        try Data(weights.file(with: trainer.weights)).write(to: URL(fileURLWithPath: arguments[8]))
        print(try best(seconds) { _ = try trainer.step(examples, all[...], of: steps) })
    }

    /// Calls a second, in the best tenth of a second.
    private static func best(_ seconds: Double, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var best = 0.0
        while best == 0 || clock.now < end {
            let start = clock.now
            var calls = 0.0
            while clock.now - start < .milliseconds(100) {
                try body()
                calls += 1
            }
            best = max(best, calls / ((clock.now - start) / .seconds(1)))
        }
        return best
    }

    private static func numbers<Number: BitwiseCopyable>(in path: String) throws -> [Number] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let stride = MemoryLayout<Number>.stride
        return bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / stride).map { bytes.loadUnaligned(fromByteOffset: $0 * stride, as: Number.self) }
        }
    }
}
