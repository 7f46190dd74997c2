import Foundation
import Models
import Tensors
import Testing

/// Layers by their names and what is fitted to them, as a user checks them.
@Suite(.withExecutable) struct FitTests {
    private let command: Command

    /// h = relu(2 x - 1), c = relu of a weight, y = [sum h + sum c, -h0].
    init() throws {
        command = try Command()
        var model = ModelWriter()
        model.input("x", .float32, [1, 2])
        model.initializer("two", try Tensor(Shape([]), [Float(2)]))
        model.initializer("one", try Tensor(Shape([]), [Float(1)]))
        model.initializer("w", try Tensor(Shape([2, 2]), [1, -1, 1, 0] as [Float]))
        model.node("Mul", ["x", "two"], ["double"])
        model.node("Sub", ["double", "one"], ["moved"])
        model.node("Relu", ["moved"], ["h"])
        model.node("Relu", ["one"], ["c"])
        model.node("MatMul", ["h", "w"], ["product"])
        model.node("Add", ["product", "c"], ["y"])
        model.output("y", .float32, [1, 2])
        try command.write(model.bytes(), to: "net.onnx")
        try command.write(
            "a,b,marked\n"
                + (0..<60).map { "\(Double($0 % 10) / 10),\(Double($0 % 7) / 7),\($0 % 10 > 6 ? 1 : 0)" }
                .joined(separator: "\n"), to: "rows.csv")
    }

    private func check(_ properties: String, _ options: String = "--budget 3s") throws -> Command.Result {
        try command.write(
            """
            model net : (x: Tensor[2]) -> (y: Tensor[2]) with { declared: Tensor[2] at "h" } from "net.onnx"
            data rows_of : { a: Real, b: Real, marked: Bool } from "rows.csv"
            func h(x: Tensor[2]) -> Tensor[2] = net(x).layer("h")
            fit usual = gaussian(row in rows_of : h([row.a, row.b]))
            fit flag  = probe(row in rows_of : h([row.a, row.b]) => row.marked)
            fit heads = centroids(row in rows_of : [row.a, row.b] => row.marked)
            \(properties)

            """, to: "spec.say")
        return try command.run("check spec.say --no-cases \(options)")
    }

    @Test func aLayerIsWhatADeclaredTensorIs() throws {
        let result = try check(
            "property same { forall x: Tensor[2] in [0, 1]; check linf(h(x) - net(x).declared) <= 0 }")
        #expect(result.output.contains("proved"), "\(result)")
    }

    /// The search follows the layer's slope to a corner no random point meets, and bounds show what plainly holds.
    @Test func aLayerHasSlopesAndBounds() throws {
        let result = try check(
            """
            property found { forall x: Tensor[2] in [-1000, 1]; check sum(h(x)) <= 1.9999 }
            property bounded { forall x: Tensor[2] in [0, 1]; check max(h(x)) <= 1.001 }
            """)
        #expect(result.output.contains("2 properties: 1 contradicted, 1 proved"), "\(result)")
    }

    @Test func namesThatAreNotThereSaySo() throws {
        for (name, words) in [
            ("moveed", "did you mean `moved`?"), ("c", "`c` of model `net` was folded away: no input changes it"),
        ] {
            let result = try check(
                "property p { forall x: Tensor[2] in [0, 1]; check sum(net(x).layer(\"\(name)\")) <= 9 }")
            #expect(result.code == 2 && result.errors.contains("error[unknown-layer]"), "\(result)")
            #expect(result.errors.contains(words), "\(result)")
        }
    }

    @Test func fitsAreFunctionsWithSlopesAndBounds() throws {
        let result = try check(
            """
            property far { forall x: Tensor[2] in [0, 1]; check usual.distance(h(x)) <= usual.quantile(1) }
            property near { forall x: Tensor[2] in [0, 1]; check usual.distance(h(x)) <= 20 }
            property sure { forall x: Tensor[2] in [0, 1]; check flag.probability(h(x)) <= 0.9999999 }
            property turned { forall x: Tensor[2] in [0, 1] where x[0] <= 0.5; check flag.margin(h(x)) < 0 }
            property nearest { forall x: Tensor[2] in [0, 1]; check heads.nearest(x) implies x[0] >= 0.2 }
            property right { check rate(row in rows_of : (flag.margin(h([row.a, row.b])) > 0) == row.marked) >= 0.95 }
            """, "--budget 5s --verbose")
        #expect(result.output.contains("near  spec.say"), "\(result)")
        let verdicts = result.output.matches(of: #/\n  (contradicted|proved|survived) /#).map { String($0.1) }
        #expect(verdicts == ["contradicted", "proved", "proved", "proved", "proved", "proved"], "\(result)")
        #expect(result.errors.contains("fit usual: gaussian of 2 numbers over 60 rows of rows_of: shrinkage "))
        #expect(result.errors.contains("fit flag: probe of 2 numbers over 60 rows of rows_of: 18 marked"))
        #expect(result.errors.contains("fit heads: centroids of 2 numbers over 60 rows of rows_of: 2 classes"))
    }

    @Test func whatCannotBeFittedIsOneLocatedError() throws {
        for (fit, words) in [
            ("gaussian(row in rows_of where row.a > 5 : row.a)", "error[fit-rows]: `gaussian` needs at least 2 rows"),
            ("gaussian(row in rows_of : 1 / row.a)", "error[fit-not-finite]: row 0 of `rows_of` gives"),
            ("gaussian(row in rows_of : row.a * 0)", "error[fit-singular]"),
            ("probe(row in rows_of : row.a => row.a > 3)", "error[fit-classes]: all 60 rows of `rows_of`"),
        ] {
            let result = try check("fit other = \(fit)\nproperty p { check other.margin(3) <= usual.quantile(0.5) }")
            #expect(result.code == 2 && result.errors.contains(words), "\(result)")
        }
    }

    /// Once fitted the same in every run, whatever the threads.
    @Test func theSameNumbersEachTime() throws {
        let spec = "property p { forall x: Tensor[2] in [0, 1]; check usual.distance(h(x)) <= 0.5 * usual.quantile(1) }"
        let one = try check(spec, "--tries 3000 --threads 1 --json").output
        let two = try check(spec, "--tries 3000 --threads 3 --json").output
        #expect(one.timeless == two.timeless)
    }
}
