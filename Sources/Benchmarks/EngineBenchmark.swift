import Datasets
import Foundation
import Models
import Tensors

/// Times an ONNX model in the engine, row-major batches in and out, and prints samples a second.
///
///     engine-benchmark MODEL ROWS.npz THREADS SECONDS [--forward] [--together | --lane-by-lane] [--steps N]
///     engine-benchmark answer ...
///     engine-benchmark train ...
///     engine-benchmark language ...
///     engine-benchmark prompts ...
///     engine-benchmark texts ...
///
/// The last five are `Answers`, `TrainingBenchmark`, `LanguageBenchmark`, `PromptBenchmark` and `TextDraws`. ROWS has a column for each input of the model, with one row for each sample; a number without rows is the same for all.
/// Prints one line: the best of many passes for forward, for forward with the gradient of the first output's sum (`nan` with
/// --forward, or where no input is real), and the peak of memory in MB. With --steps the model steers a cart with a pole for
/// so many steps, from the rows of the batch: the output is the last state, and the line goes on with the means of its columns
/// and of the gradient's.
@main
struct EngineBenchmark {
    private var model = "", rows = ""
    private var threads = 1
    private var seconds = 0.5
    private var steps: Int?
    private var tiling: Tiling?
    private var passes: Site.Passes = .forwardAndBackward

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "answer" { return try Answers.run(Array(arguments.dropFirst())) }
        if arguments.first == "language" { return try LanguageBenchmark.run(Array(arguments.dropFirst())) }
        if arguments.first == "train" { return try TrainingBenchmark.run(Array(arguments.dropFirst())) }
        if arguments.first == "prompts" { return try PromptBenchmark.run(Array(arguments.dropFirst())) }
        if arguments.first == "texts" { return try TextDraws.run(Array(arguments.dropFirst())) }
        guard let benchmark = EngineBenchmark(arguments) else {
            print(
                "usage: engine-benchmark MODEL ROWS.npz THREADS SECONDS [--forward] [--together | --lane-by-lane] "
                    + "[--steps N]")
            exit(2)
        }
        try benchmark.run()
    }

    private init?(_ arguments: ArraySlice<String>) {
        var plain: [String] = []
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--forward": passes = .forward
            case "--together": tiling = .together
            case "--lane-by-lane": tiling = .laneByLane
            case "--steps":
                guard let number = rest.popFirst().flatMap({ Int($0) }) else { return nil }
                steps = number
            default: plain.append(argument)
            }
        }
        guard plain.count == 4, let threads = Int(plain[2]), let seconds = Double(plain[3]) else { return nil }
        (model, rows, self.threads, self.seconds) = (plain[0], plain[1], threads, seconds)
    }

    private func run() throws {
        let columns = try Dataset(reading: Array(Data(contentsOf: URL(fileURLWithPath: rows))), as: .npz).columns
        let graph = try graph(columns)
        let output = graph.outputs[0].value
        let inputs = try graph.inputs.map { input in
            // What a rollout starts from is the model's one input, by another name.
            guard let column = columns.first(where: { steps != nil || $0.name == input.name }) else {
                throw Failure("\(rows) has no column \(input.name)")
            }
            return try column.tensor.batch(of: graph.type(of: input.value))
        }
        let count = Double(inputs[0].shape[0])
        let evaluator = try evaluator(graph, [output], nil)
        let forward = try best { _ = try evaluator.run(inputs, threads: threads) }
        var line = [count / forward, .nan]
        let reals = graph.inputs.map(\.value).filter { graph.type(of: $0).element.isReal }
        if passes == .forwardAndBackward, !reals.isEmpty {
            let both = try self.evaluator(graph, [output], .init(of: output, to: reals))
            line[1] = count / (try best { _ = try both.runWithGradient(inputs, threads: threads) })
            line.append(peak())
            if steps != nil {
                let results = try both.runWithGradient(inputs, threads: threads)
                line += means(results.outputs[0]) + means(results.gradients[0])
            }
        } else {
            line.append(peak())
        }
        print(line.map { "\($0)" }.joined(separator: " "))
    }

    private func graph(_ columns: [Dataset.Column]) throws -> Graph {
        let constants = columns.filter { $0.tensor.shape.rank == 0 }.map { ($0.name, $0.tensor) }
        let shapes = columns.filter { $0.tensor.shape.rank > 0 }.map {
            ($0.name, Array($0.tensor.shape.dimensions.dropFirst()))
        }
        let choices = Model.Choices(
            shapes: Dictionary(uniqueKeysWithValues: shapes), constants: Dictionary(uniqueKeysWithValues: constants))
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: model)))
        let graph = try ModelSource(bytes).model(choices).graph
        return try steps.map { try CartAndPole.graph(steeredBy: graph, steps: $0) } ?? graph
    }

    private func evaluator(
        _ graph: Graph, _ outputs: [Value], _ gradient: Evaluator.Gradient?
    ) throws -> Evaluator {
        guard let tiling else { return try Evaluator(graph, outputs: outputs, gradient: gradient) }
        return try Evaluator(graph, outputs: outputs, gradient: gradient, tiling: tiling)
    }

    /// The shortest time of one call, over so many seconds of calls.
    private func best(_ body: () throws -> Void) rethrows -> Double {
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

    /// The most memory that was ever resident, in MB.
    private func peak() -> Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Double($0.filter(\.isNumber)) }.map { $0 / 1024 } ?? .nan
    }

    /// Of each column.
    private func means(_ tensor: Tensor) -> [Double] {
        let (rows, columns, elements) = (tensor.shape[0], tensor.count / tensor.shape[0], tensor.doubles)
        return (0..<columns).map { column in
            (0..<rows).reduce(0) { $0 + elements[$1 * columns + column] } / Double(rows)
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
