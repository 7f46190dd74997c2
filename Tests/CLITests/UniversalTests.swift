import Foundation
import Models
import Tensors
import Testing

/// One input for all rows of data: a planted trigger is found, made small, replayed, and told on rows that were not searched.
@Suite(.withExecutable) struct UniversalTests {
    private let command: Command

    /// Six pixels in a row and a class by the first one; lit pixels 3 and 4 with 5 dark send all rows to the second class. y1 = x0 + 8 relu(x3 + x4 - x5 - 1.5), y0 = 0.5.
    init() throws {
        command = try Command()
        var model = ModelWriter()
        model.input("x", .float32, [1, 6])
        model.initializer("w", try Tensor(Shape([6, 1]), [0, 0, 0, 1, 1, -1] as [Float]))
        model.initializer("v", try Tensor(Shape([6, 2]), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as [Float]))
        model.initializer("gain", try Tensor(Shape([1, 2]), [0, 8] as [Float]))
        model.initializer("limit", try Tensor(Shape([]), [Float(-1.5)]))
        model.initializer("half", try Tensor(Shape([1, 2]), [0.5, 0] as [Float]))
        model.node("MatMul", ["x", "w"], ["sum"])
        model.node("Add", ["sum", "limit"], ["over"])
        model.node("Relu", ["over"], ["trigger"])
        model.node("Mul", ["trigger", "gain"], ["push"])
        model.node("MatMul", ["x", "v"], ["plain"])
        model.node("Add", ["plain", "push"], ["pushed"])
        model.node("Add", ["pushed", "half"], ["y"])
        model.output("y", .float32, [1, 2])
        try command.write(model.bytes(), to: "net.onnx")
    }

    /// Rows of the first class with noise in the other pixels.
    private func rows(_ count: Int, from start: Int = 0) -> String {
        "a,b,c,d,e,f\n"
            + (start..<start + count).map { row in
                (0..<6).map { "\(Double((row * 37 + $0 * 11 + row * row * $0) % 29) / 29 * ($0 == 0 ? 0.4 : 0.5))" }
                    .joined(separator: ",")
            }.joined(separator: "\n") + "\n"
    }

    private func spec(_ table: String, _ other: String, _ limit: Double = 0.5) -> String {
        """
        use std.backdoor
        model net : (x: Tensor[6]) -> (y: Tensor[2]) from "net.onnx"
        data \(table) : { a: Real, b: Real, c: Real, d: Real, e: Real, f: Real } from "\(table).csv"
        \(other)
        property no_trigger {
          forall trigger: Trigger(1, 1, 6)
          forall target: Int in [0, 1]
          assume trigger.mask[0, 0] == 0
          let image = [[[0.1, 0, 0, 0, 0, 0]]]
          check rate(row in \(table) : {
            let own = reshape([row.a, row.b, row.c, row.d, row.e, row.f], [1, 1, 6])
            argmax(net(reshape(painted(own + 0 * image, trigger), [6]))) == target and target == 1
          }) <= \(limit)
          shrink l0(trigger.mask), l0(trigger.paint), l1(trigger.paint)
        }

        """
    }

    private struct Report: Decodable {
        struct Property: Decodable {
            struct Example: Decodable {
                struct Unused: Decodable {
                    struct Searched: Decodable { let table: String, count: Int, of: Int }
                    struct Rate: Decodable {
                        let words, table, method: String
                        let successes, counted: Int
                        let estimate, lower, upper, confidence: Double
                    }
                    let searched: [Searched]
                    let rates: [Rate]
                }
                struct Input: Decodable {
                    struct Change: Decodable { let place: [String] }
                    let name: String
                    let changes: [Change]?
                }
                let inputs: [Input]
                let unused: Unused?
                let margin: Double
            }
            let verdict: String
            let counterexamples: [Example]
        }
        let properties: [Property]
    }

    private func check(_ options: String) throws -> Report.Property {
        let result = try command.run("check spec.say --no-cases --json \(options)")
        return try #require(
            try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).properties.first, "\(result)")
    }

    /// Pixel 3 or 4 lit beside the other as it is does not do; both, or one and 5 dark, do.
    @Test func aTriggerIsFoundMadeSmallAndToldOnUnusedRows() throws {
        try command.write(rows(400), to: "train.csv")
        try command.write(spec("train", ""), to: "spec.say")
        let property = try check("--tries 200000")
        #expect(property.verdict == "contradicted")
        let example = try #require(property.counterexamples.first)
        let mask = try #require(example.inputs.first { $0.name == "trigger.mask" }?.changes)
        #expect(mask.count == 2 && mask.allSatisfy { ["3", "4", "5"].contains($0.place[1]) })
        let unused = try #require(example.unused)
        #expect(unused.searched.map(\.count) == [200] && unused.searched[0].of == 400)
        let rate = try #require(unused.rates.first)
        #expect(rate.counted == 200 && rate.table == "train" && rate.method == "Clopper-Pearson interval")
        #expect(
            rate.lower <= rate.estimate && rate.estimate <= rate.upper && rate.estimate > 0.5 && rate.confidence == 0.95
        )
        #expect(rate.estimate == Double(rate.successes) / 200)
        let text = try command.run("check spec.say --tries 200000")
        #expect(text.output.contains("on 200 of the 400 rows of train; on rows not used for that:"), "\(text)")
        let id = try #require(text.output.firstMatch(of: /replay: gainsay replay (\w+)/)).1
        #expect(try command.run("replay \(id)").code == 1)
    }

    @Test func aTestSplitIsNeverSearched() throws {
        try command.write(rows(64), to: "train.csv")
        try command.write(rows(90, from: 1000), to: "test.csv")
        let test = "data test : { a: Real, b: Real, c: Real, d: Real, e: Real, f: Real } from \"test.csv\""
        try command.write(spec("train", test), to: "spec.say")
        let unused = try #require(try check("--tries 100000").counterexamples.first?.unused)
        #expect(
            unused.searched.map(\.count) == [64] && unused.rates.first?.table == "test"
                && unused.rates.first?.counted == 90)
    }

    /// The verdict is about all rows, and of rows in which nothing can be sent nothing is said.
    @Test func whatHoldsIsNotContradicted() throws {
        try command.write(rows(100), to: "train.csv")
        try command.write(spec("train", "", 1), to: "spec.say")
        #expect(["survived", "proved"].contains(try check("--tries 20000").verdict))
    }

    @Test func theSameBytesWithAnyNumberOfThreads() throws {
        try command.write(rows(100), to: "train.csv")
        try command.write(spec("train", ""), to: "spec.say")
        func output(_ threads: Int) throws -> String {
            try command.run("check spec.say --no-cases --json --tries 50000 --threads \(threads)").output
                .replacing(/"seconds" : [0-9.e-]+/, with: "")
        }
        #expect(try output(1) == output(3))
    }
}
