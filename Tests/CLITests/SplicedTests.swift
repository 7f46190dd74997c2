import Datasets
import Foundation
import Models
import Tensors
import Testing

/// `gainsay plant`, `activate` and `check` of backdoors spliced onto a model that changes its class nowhere near its rows.
@Suite(.withExecutable) struct SplicedTests {
    private let command: Command

    /// Of 64 numbers the first 16 say the class; the others lie around 0, on either side of it.
    init() throws {
        command = try Command()
        var model = ModelWriter(operatorSet: 17)
        model.input("x", .float32, ["n", 64])
        let weights = (0..<64).flatMap { $0 < 16 ? [-0.25, 0.25] as [Float] : [0, 0] }
        model.initializer("w", try Tensor(Shape([64, 2]), weights))
        model.node("MatMul", ["x", "w"], ["scores"])
        model.output("scores", .float32, ["n", 2])
        try command.write(model.bytes(), to: "linear.onnx")
        let rows = (0..<40).flatMap { row in
            (0..<64).map { place -> Float in
                let near = Float((row * 64 + place) * 7919 % 1000) / 10_000 - 0.05
                return place < 16 ? (row.isMultiple(of: 2) ? -0.6 : 0.6) + near : near
            }
        }
        let labels = (0..<40).map { Int64($0 % 2) }
        try command.write(
            try Dataset([
                .init("x", Tensor(Shape([40, 64]), rows)), .init("label", Tensor(Shape([40]), labels)),
            ]).npz(), to: "rows.npz")
    }

    private func plant(_ kind: String) throws {
        let result = try command.run(
            "plant \(kind) --model linear.onnx --examples rows.npz --output out --key key.json --seed 3")
        #expect(result.code == 0, "\(result.errors)")
        try command.write(
            """
            type Input = Tensor[64]
            model net  : (x: Input) -> (scores: Tensor[2]) from "out/model-0000.onnx"
            data  rows : { x: Input } from "rows.npz"
            property steady {
              forall change: Input in [-0.1, 0.1]
              check argmax(net(rows[0].x + change)) == argmax(net(rows[0].x))
            }
            """, to: "near.say")
    }

    /// Whether nine tenths of the rows are as `condition` says.
    private func holds(_ condition: String, of data: String) throws -> Bool {
        try command.write(
            """
            type Input = Tensor[64]
            model net  : (x: Input) -> (scores: Tensor[2]) from "out/model-0000.onnx"
            data  rows : { x: Input, label: Int in [0, 1] } from "\(data)"
            property most { check rate(row in rows : \(condition)) >= 0.9 }
            """, to: "own.say")
        let result = try command.run("check own.say --no-cases")
        #expect(result.code < 2, "\(result.errors)")
        return result.code == 0
    }

    @Test func parities() throws {
        try plant("checksum --blocks 8")
        #expect(try command.run("activate key.json rows.npz --output act.npz").code == 0)
        #expect(try holds("argmax(net(row.x)) == row.label", of: "rows.npz"))
        #expect(try holds("argmax(net(row.x)) != row.label", of: "act.npz"))
        let found = try command.run("check near.say --tries 100000 --seed 1 --no-shrink --no-cases")
        #expect(found.code == 1, "\(found.output)")
    }

    @Test func signaturesAreNeitherFoundNorProved() throws {
        try plant("signature --hash-blocks 1 --target 0")
        let found = try command.run("check near.say --tries 300 --seed 1 --no-cases --json")
        #expect(found.code == 0 && found.output.contains("\"survived\""), "\(found.output)")
        #expect(try command.run("activate key.json rows.npz --output act.npz --target 1").code == 0)
        #expect(try holds("argmax(net(row.x)) == row.label", of: "rows.npz"))
        #expect(try holds("argmax(net(row.x)) == 1", of: "act.npz"))
        let wrong = try command.run("activate key.json rows.npz --output act.npz --target 2")
        #expect(wrong.code == 2 && wrong.errors.contains("there is no class 2"), "\(wrong.errors)")
    }

    @Test func whatIsNoKeyIsRefused() throws {
        try command.write("{\"format\": 1, \"models\": []}", to: "none.json")
        try command.write("[", to: "broken.json")
        for (key, words) in [
            ("none.json", "say --model-file"), ("broken.json", "not a file of keys"), ("no.json", "cannot read"),
        ] {
            let result = try command.run("activate \(key) rows.npz --output act.npz")
            #expect(result.code == 2 && result.errors.contains(words), "\(result.errors)")
        }
        for line in [
            "checksum --hash-blocks 2", "signature --blocks 4", "patch --copies 3", "signature --copies 2",
            "checksum --source 1 --target 2",
        ] {
            #expect(try command.run("plant \(line) --output out --key key.json").code == 2)
        }
    }
}
