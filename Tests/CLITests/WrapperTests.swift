import Foundation
import Models
import Tensors
import Testing

/// Models made of other models, as a user checks, exports and replays them.
@Suite(.withExecutable) struct WrapperTests {
    private let command: Command

    /// h = relu(w x + b), y = v h: two numbers to two scores.
    init() throws {
        command = try Command()
        var model = ModelWriter()
        model.input("x", .float32, [1, 2])
        model.initializer("w", try Tensor(Shape([2, 3]), [1, -1, 0.5, 0.25, 1, -2] as [Float]))
        model.initializer("b", try Tensor(Shape([3]), [0.5, 0.25, 0.125] as [Float]))
        model.initializer("v", try Tensor(Shape([3, 2]), [1, -1, -0.5, 1, 0.75, 0.5] as [Float]))
        model.node("MatMul", ["x", "w"], ["product"])
        model.node("Add", ["product", "b"], ["sum"])
        model.node("Relu", ["sum"], ["h"])
        model.node("MatMul", ["h", "v"], ["y"])
        model.output("y", .float32, [1, 2])
        try command.write(model.bytes(), to: "net.onnx")
    }

    private func write(_ properties: String) throws {
        try command.write(
            """
            model net  : (x: Tensor[2] in [-1, 1]) -> (y: Tensor[2]) from "net.onnx"
            model safe = corrected(net, for: linear, samples: 9)
            model calm = smoothed(net, sigma: 0.25, samples: 100, pilot: 20, confidence: 0.99)
            model both = smoothed(safe, sigma: 0.25, samples: 20, pilot: 5, confidence: 0.9)
            model bits = corrected(net, for: fourier_heavy, samples: 1024)
            \(properties)

            """, to: "spec.say")
    }

    private func evaluator(_ file: String, inner: [String] = []) throws -> (Evaluator, Graph) {
        let bytes = try Data(contentsOf: command.folder.appendingPathComponent(file))
        let graph = try Model(onnx: Array(bytes)).graph
        let values = graph.outputs.map(\.value) + inner.compactMap { graph.inner(named: $0) }
        return (try Evaluator(graph, outputs: values), graph)
    }

    private func grid(_ side: Int) throws -> Tensor {
        let ends = (0..<side).map { Float($0) / Float(side - 1) * 2 - 1 }
        let values: [Float] = ends.flatMap { first in ends.flatMap { second in [first, second] } }
        return try Tensor(Shape([side * side, 1, 2]), values)
    }

    /// The file is read as any other, and answers as the wrapper does.
    @Test("are files that answer alike", arguments: ["safe", "calm", "both", "bits"]) func filesAgree(name: String)
        throws
    {
        try write("property p { forall x: Tensor[2] in [-1, 1]; check max(\(name)(x)) <= 99 }")
        let written = try command.run("export spec.say --wrapper \(name) -o file.onnx --seed 3")
        #expect(written.code == 0, "\(written)")
        let isVote = name == "calm" || name == "both"
        let inner = isVote ? " with { radius: Real, class: Int, abstains: Bool }" : ""
        let same =
            isVote ? "and f.class == own.class and abs(f.radius - own.radius) <= 0 and f.abstains == own.abstains" : ""
        try write(
            """
            model file : (x: Tensor[2] in [-1, 1]) -> (y: Tensor[2])\(inner) from "file.onnx"
            property alike {
              forall x: Tensor[2] in [-1, 1]
              let f = file(x)
              let own = \(name)(x)
              check linf(f - own) <= 1e-6 \(same)
            }
            """)
        let result = try command.run("check spec.say --no-cases --tries 4000 --seed 3")
        #expect(result.code == 0 && result.output.contains("survived"), "\(result)")
    }

    /// What is proved of a wrapper holds on a grid, by its file; and something is proved.
    @Test func proofsHold() throws {
        try write("property p { forall x: Tensor[2] in [-1, 1]; check max(safe(x)) <= 99 }")
        #expect(try command.run("export spec.say --wrapper safe -o safe.onnx").code == 0)
        let answers = try evaluator("safe.onnx").0.run([grid(101)])[0].doubles
        let most = answers.indices.filter { $0 % 2 == 0 }.map { answers[$0] }.max() ?? 0
        let shifts = [-0.2, -0.01, 0.01, 0.2]
        try write(
            "property under(c: Real in {\(shifts.map { "\(most + $0)" }.joined(separator: ", "))}) "
                + "{ forall x: Tensor[2] in [-1, 1]; check safe(x)[0] <= c }")
        let result = try command.run("check spec.say --no-cases --budget 5s")
        #expect(result.output.contains("2 contradicted, 2 proved"), "\(result)")
    }

    @Test func aSeedIsKeptWithWhatWasFound() throws {
        try write("property p { forall x: Tensor[2] in [-1, 1]; check linf(safe(x) - net(x)) <= 0.1 }")
        let found = try command.run("check spec.say --seed 11")
        let id = try #require(found.output.firstMatch(of: /gainsay replay (\S+)/)?.1)
        let replayed = try command.run("replay \(id)")
        #expect(found.code == 1 && replayed.code == 1, "\(replayed)")
        let value = /linf\(safe\(x\) - net\(x\)\)\s+(\S+)/
        #expect(found.output.firstMatch(of: value)?.1 == replayed.output.firstMatch(of: value)?.1)
        #expect(try command.run("check spec.say --seed 11 --no-cases --threads 1").output.contains("contradicted"))
    }

    @Test func aCertificateIsOfItsSeed() throws {
        try write("property p { forall n: Int in [0, 9]; check safe([n / 10, 0])[0] <= 9 }")
        let proved = try command.run("check spec.say --no-cases --seed 5 --certificate c.txt")
        #expect(proved.code == 0, "\(proved)")
        #expect(
            try command.run("verify-certificate c.txt spec.say --seed 5").output.contains("accepted, all 10 inputs"))
        let other = try command.run("verify-certificate c.txt spec.say --seed 6")
        #expect(other.code == 1 && other.output.contains("--seed"), "\(other)")
    }

    @Test func whatCannotBeMadeHasAPlace() throws {
        func errors(_ wrapper: String, _ options: String = "") throws -> String {
            try command.write(
                """
                model net  : (x: Tensor[2] in [-1, 1]) -> (y: Tensor[2]) from "net.onnx"
                model made = \(wrapper)
                property p { forall x: Tensor[2] in [-1, 1]; check max(made(x)) <= 9 }

                """, to: "spec.say")
            let result = try command.run("check spec.say --no-cases \(options)")
            #expect(result.code == 2, "\(result)")
            return result.errors
        }
        let large = try errors("corrected(net, for: linear, samples: 99999)", "--memory 1m")
        #expect(large.contains("wrapper-too-large") && large.contains("spec.say:2:14"), "\(large)")
        let failed = try errors("corrected(net, for: fourier_heavy, threshold: 1)")
        #expect(failed.contains("wrapper-failed") && failed.contains("spec.say:2:7"), "\(failed)")
        let missing = try command.run("export spec.say --wrapper mede -o x.onnx")
        #expect(missing.code == 2 && missing.errors.contains("wrapper-failed"), "\(missing)")
    }
}
