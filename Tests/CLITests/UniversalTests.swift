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
                    struct Mean: Decodable {
                        let table, method: String
                        let counted: Int
                        let estimate: Double
                        let lower, upper: Double?
                        let range: [Double]?
                    }
                    let searched: [Searched]
                    let rates: [Rate]
                    let means: [Mean]
                }
                struct Input: Decodable {
                    struct Change: Decodable { let place: [String] }
                    let name: String
                    let values: [String]?
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

    /// Of averages beside the rate of one row, each with a planted cause; no model is called.
    private func found(
        _ body: String, column: String = "Real in [0, 1]", train: Int = 400, test: Int? = nil,
        _ options: String = ""
    ) throws -> Report.Property.Example {
        try command.write(rows(train), to: "train.csv")
        let type = "{ a: Share, b: Share, c: Share, d: Share, e: Share, f: Share }"
        var spec = "type Share = \(column)\ndata train : \(type) from \"train.csv\"\n"
        if let test {
            try command.write(rows(test, from: 1000), to: "test.csv")
            spec += "data test : \(type) from \"test.csv\"\n"
        }
        try command.write(spec + "property p {\n\(body)\n}\n", to: "spec.say")
        let property = try check("--tries 20000 \(options)")
        #expect(property.verdict == "contradicted")
        return try #require(property.counterexamples.first)
    }

    /// The value of the column `a` of the rows from 1000 on.
    private func firstColumn(_ count: Int) -> [Double] {
        (1000..<1000 + count).map { Double($0 * 37 % 29) / 29 * 0.4 }
    }

    @Test func aMeanIsToldOnUnusedRowsWithItsInterval() throws {
        let example = try found(
            "  forall s: Real in [0, 1]\n  check mean(row in train where row.a > 0.1 : row.a * s) <= 0.15", test: 90)
        let strength = try #require(example.inputs.first?.values?.first.flatMap { Double($0) })
        let unused = try #require(example.unused)
        let mean = try #require(unused.means.first)
        let told = firstColumn(90).filter { $0 > 0.1 }
        let expected = told.reduce(0, +) * strength / Double(told.count)
        #expect(mean.counted == told.count && mean.table == "test" && unused.rates.isEmpty)
        #expect(abs(mean.estimate - expected) < 1e-12 && mean.method == "empirical Bernstein confidence sequence")
        let (lower, upper) = (try #require(mean.lower), try #require(mean.upper))
        #expect(0 <= lower && lower < mean.estimate && mean.estimate < upper && upper <= 1)
        let range = try #require(mean.range)
        #expect(range[0] <= 0 && abs(range[1] - strength) < 1e-9)
    }

    @Test func aMeanOfWhatHasNoBoundsHasNoInterval() throws {
        let body = "  forall s: Real in [0, 1]\n  check mean(row in train : BODY) <= 0.1"
        let open = try found(body.replacing("BODY", with: "row.a * s"), column: "Real")
        let mean = try #require(open.unused?.means.first)
        #expect(mean.lower == nil && mean.range == nil && mean.method.contains("no bounds are known"))
        let clamped = try found(body.replacing("BODY", with: "clamp(row.a * s, 0, 2)"), column: "Real")
        #expect(clamped.unused?.means.first?.range == [0, 2])
    }

    /// Values that the declared type does not have say that its bounds are not to be relied on.
    @Test func aMeanOfWhatLeavesItsTypeHasNoInterval() throws {
        let example = try found(
            "  forall s: Real in [0, 1]\n  check mean(row in train : row.a * s) <= 0.1", column: "Real in [0, 0.3]")
        #expect(example.unused?.means.first?.lower == nil)
    }

    @Test func otherVariablesBesideTheRowAreDrawn() throws {
        let example = try found(
            """
              forall s: Real in [0, 1], t: Real in [0, 1]
              check rate(row in train, k: Int in [0, 63] where k > 0 or row.b > 0.2 : row.a + s + t * k / 63 > 0.9) <= 0.5
            """, test: 90)
        let rate = try #require(example.unused?.rates.first)
        #expect(rate.counted > 80 && rate.counted <= 90 && rate.method == "Clopper-Pearson interval")
        #expect(rate.lower <= rate.estimate && rate.estimate <= rate.upper && rate.estimate > 0.5)
    }

    /// Two rows of one table are two of its unused rows, and each is in one pair alone.
    @Test func pairsOfRowsShareNone() throws {
        let body = "  forall s: Real in [0, 1]\n  check rate(one in train, two in OTHER : one.a + two.a + s > 1) <= 0.2"
        let own = try found(body.replacing("OTHER", with: "train"))
        #expect(own.unused?.rates.first?.counted == 100 && own.unused?.searched.map(\.count) == [200])
        // Half of `test` is searched; from the other half come both the rows that stand for `train` and its own.
        let other = try found(body.replacing("OTHER", with: "test"), test: 90)
        #expect(other.unused?.rates.first?.counted == 22 && other.unused?.searched.map(\.count) == [400, 45])
    }

    /// A row that is chosen is no row that was not used.
    @Test func aChosenRowIsNotTold() throws {
        let example = try found(
            "  forall source in test\n  forall s: Real in [0, 1]\n"
                + "  check rate(row in train : row.a + source.a + s > 0.5) <= 0.5", test: 90)
        #expect(example.unused?.rates.first?.counted == 89)
    }

    /// What depends on more than the rows and the property's variables is not told, but searched as ever; nor what is written out
    /// for each of many values.
    @Test(arguments: [19, 4999]) func averagesInsideOfOthersTakeTheOldSearch(_ last: Int) throws {
        let example = try found(
            "  forall s: Real in [0, 1]\n"
                + "  check max(k: Int in [0, \(last)] : rate(row in train : row.a * k / \(last) + s > 0.6)) <= 0.3",
            train: 32, "--no-shrink")
        #expect(example.unused == nil)
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
            try command.run("check spec.say --no-cases --json --tries 50000 --threads \(threads)").output.timeless
        }
        #expect(try output(1) == output(3))
    }
}
