import Foundation
import Tensors
import Testing

@testable import Models

/// Conditionals, loops, scans and sequences: values are those of ONNX Runtime 1.32.
@Suite struct StructureTests {
    private func run(_ model: ModelWriter, _ inputs: [Tensor]) throws -> [[Double]] {
        let graph = try Model(onnx: model.bytes()).graph
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        return try evaluator.run(inputs.map { try $0.reshaped(Shape([1] + $0.shape.dimensions)) }).map(\.doubles)
    }

    private func expect(_ found: [Double], _ wanted: [Double], _ place: SourceLocation = #_sourceLocation) {
        #expect(found.count == wanted.count, sourceLocation: place)
        for (a, b) in zip(found, wanted) { #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), sourceLocation: place) }
    }

    private func number(_ value: Float) -> (String, ModelWriter.Attribute) { ("value", .tensor(.scalar(value))) }

    // MARK: conditionals

    /// y = exp(x) where x sums to more than 0 and has an element above 1/2, sin(x) where it has none, else -x.
    private func nested() -> ModelWriter {
        func branch(_ operation: String, _ name: String) -> ModelWriter {
            var inner = ModelWriter()
            inner.node(operation, ["x"], [name])
            inner.output(name, .float32, [1, 3])
            return inner
        }
        var then = ModelWriter()
        then.node("ReduceMax", ["x"], ["m"], [("keepdims", .integer(0))])
        then.node("Constant", [], ["half"], [number(0.5)])
        then.node("Greater", ["m", "half"], ["d"])
        then.node(
            "If", ["d"], ["r"],
            [("then_branch", .graph(branch("Exp", "q"))), ("else_branch", .graph(branch("Sin", "q")))])
        then.output("r", .float32, [1, 3])
        var model = ModelWriter()
        model.input("x", .float32, [1, 3])
        model.node("ReduceSum", ["x"], ["s"], [("keepdims", .integer(0))])
        model.node("Constant", [], ["zero"], [number(0)])
        model.node("Greater", ["s", "zero"], ["c"])
        model.node("If", ["c"], ["y"], [("then_branch", .graph(then)), ("else_branch", .graph(branch("Neg", "w")))])
        model.output("y", .float32, [1, 3])
        return model
    }

    @Test func aComputedConditionChoosesBetweenBothBranches() throws {
        let cases: [([Float], [Double])] = [
            ([1, -0.25, 0.5], [2.7182817459106445, 0.7788007855415344, 1.6487212181091309]),
            ([0.25, 0.25, -0.25], [0.2474039644002914, 0.2474039644002914, -0.2474039644002914]),
            ([-1, 0.25, 0.5], [1, -0.25, -0.5]),
        ]
        for (x, y) in cases { expect(try run(nested(), [Tensor([1, 3], x)])[0], y) }
    }

    @Test func bothBranchesHaveSlopes() throws {
        let graph = try Model(onnx: nested().bytes()).graph
        let evaluator = try Evaluator(
            graph, outputs: [], gradient: .init(of: graph.outputs[0].value, to: graph.inputs.map(\.value)))
        let x: [Float] = [1, -0.25, 0.5, 0.25, 0.25, -0.25, -1, 0.25, 0.5]
        let slopes = try evaluator.runWithGradient([Tensor([3, 1, 3], x)]).gradients[0].doubles
        let numbers = x.map(Double.init)
        expect(slopes, numbers[..<3].map(exp) + numbers[3..<6].map(cos) + [-1, -1, -1])
    }

    @Test func branchesThatDifferInShapeCannotBeChosenBetween() throws {
        var (first, second) = (ModelWriter(), ModelWriter())
        first.node("Identity", ["x"], ["a"])
        first.output("a", .float32, [2])
        second.node("ReduceSum", ["x"], ["b"])
        second.output("b", .float32, [1])
        var model = ModelWriter()
        model.input("x", .float32, [2])
        model.input("c", .bool, [])
        model.node("If", ["c"], ["y"], [("then_branch", .graph(first)), ("else_branch", .graph(second))])
        model.output("y", .float32, ["n"])
        let error = #expect(throws: ModelError.self) { try Model(onnx: model.bytes()) }
        #expect(error?.description.contains("chooses between float32[2] and float32[1]") == true)
    }

    // MARK: loops

    private func loop(
        _ inputs: [String], _ outputs: [String], inner: ModelWriter, trip: Int? = nil, _ model: inout ModelWriter
    ) {
        model.node("Constant", [], ["true"], [("value", .tensor(.scalar(true)))])
        if let trip { model.node("Constant", [], ["n"], [("value", .tensor(.scalar(Int64(trip))))]) }
        model.node("Loop", [trip == nil ? "" : "n", "true"] + inputs, outputs, [("body", .graph(inner))])
    }

    private func body(_ carried: [(String, ElementType, [ModelWriter.Dimension])]) -> ModelWriter {
        var inner = ModelWriter()
        inner.input("i", .int64, [])
        inner.input("c0", .bool, [])
        for (name, element, shape) in carried { inner.input(name, element, shape) }
        return inner
    }

    @Test func aConstantCountIsWrittenOut() throws {
        var inner = body([("s", .float32, [2, 3])])
        inner.node("Identity", ["c0"], ["c1"])
        inner.node("Cast", ["i"], ["f"], [("to", .integer(1))])
        inner.node("Add", ["s", "f"], ["a"])
        inner.node("Tanh", ["a"], ["t"])
        inner.node("Mul", ["t", "x"], ["r"])
        inner.output("c1", .bool, [])
        inner.output("t", .float32, [2, 3])
        inner.output("r", .float32, [2, 3])
        var model = ModelWriter()
        model.input("x", .float32, [2, 3])
        loop(["x"], ["y", "z"], inner: inner, trip: 5, &model)
        model.output("y", .float32, [2, 3])
        model.output("z", .float32, [5, 2, 3])
        let found = try run(model, [Tensor([2, 3], [0.1, -0.2, 0.3, 0.4, -0.5, 0.6] as [Float])])
        expect(
            found[0],
            [
                0.9999090433120728, 0.9999091625213623, 0.9999090433120728, 0.9999091625213623, 0.9999090433120728,
                0.9999090433120728,
            ])
        expect(
            Array(found[1].prefix(12)),
            [
                0.009966799058020115, 0.039475057274103165, 0.08739378303289413, 0.15197961032390594,
                0.23105858266353607, 0.3222297728061676, 0.08003798127174377, -0.13310033082962036, 0.25784099102020264,
                0.35237595438957214, -0.24569185078144073, 0.5469739437103271,
            ])
        #expect(found[1].count == 30)
    }

    /// Grows by half as long as it stays below 3, at most `trip` times; and how often it did.
    private func growing(trip: Int?, counted: Bool) -> ModelWriter {
        var inner = body([("s", .float32, [1])] + (counted ? [("j", .int64, [])] : []))
        inner.node("Constant", [], ["half"], [number(1.5)])
        inner.node("Constant", [], ["three"], [number(3)])
        inner.node("Mul", ["s", "half"], ["t"])
        inner.node("Abs", ["t"], ["a"])
        inner.node("Less", ["a", "three"], ["l"])
        inner.node("Squeeze", ["l"], ["c1"])
        inner.output("c1", .bool, [])
        inner.output("t", .float32, [1])
        if counted {
            inner.node("Constant", [], ["one"], [("value", .tensor(.scalar(Int64(1))))])
            inner.node("Add", ["j", "one"], ["k"])
            inner.output("k", .int64, [])
        }
        var model = ModelWriter()
        model.input("x", .float32, [1])
        model.node("Constant", [], ["zero"], [("value", .tensor(.scalar(Int64(0))))])
        loop(counted ? ["x", "zero"] : ["x"], counted ? ["y", "count"] : ["y"], inner: inner, trip: trip, &model)
        model.output("y", .float32, [1])
        if counted { model.output("count", .int64, []) }
        return model
    }

    @Test func dataMayEndALoop() throws {
        let model = growing(trip: 9, counted: true)
        for (x, y, count) in [(0.25, 4.271484375, 7.0), (-2.5, -3.75, 1), (0.01, 0.38443359375, 9)] {
            let found = try run(model, [Tensor([1], [Float(x)])])
            expect(found[0], [y])
            #expect(found[1] == [count])
        }
        // Without a count: what is not over at the limit is no number, and a number of steps is refused.
        let open = growing(trip: nil, counted: false)
        expect(try run(open, [Tensor([1], [0.25 as Float])])[0], [4.271484375])
        #expect(try run(open, [Tensor([1], [0 as Float])])[0][0].isNaN)
        let error = #expect(throws: ModelError.self) { try Model(onnx: growing(trip: nil, counted: true).bytes()) }
        #expect(error?.description.contains("output `count`: it cannot be had: data decide how many steps") == true)
    }

    // MARK: scans

    @Test func aScanGoesEitherWayAlongAnyAxis() throws {
        var inner = ModelWriter()
        for name in ["s", "a", "w"] { inner.input(name, .float32, [2]) }
        inner.node("Add", ["s", "a"], ["u"])
        inner.node("Tanh", ["u"], ["t"])
        inner.node("Mul", ["t", "w"], ["p"])
        inner.node("Identity", ["t"], ["q"])
        for name in ["t", "p", "q"] { inner.output(name, .float32, [2]) }
        var model = ModelWriter()
        model.input("h0", .float32, [2])
        model.input("x", .float32, [4, 2])
        model.input("v", .float32, [2, 4])
        model.node(
            "Scan", ["h0", "x", "v"], ["h", "y", "z"],
            [
                ("num_scan_inputs", .integer(2)), ("body", .graph(inner)), ("scan_input_axes", .integers([0, 1])),
                ("scan_input_directions", .integers([1, 0])), ("scan_output_axes", .integers([1, 0])),
                ("scan_output_directions", .integers([0, 1])),
            ])
        model.output("h", .float32, [2])
        model.output("y", .float32, [2, 4])
        model.output("z", .float32, [4, 2])
        let found = try run(
            model,
            [
                Tensor([2], [0.1, -0.1] as [Float]), Tensor([4, 2], [1, 2, 3, -1, 0.5, 0.25, -1, -2] as [Float]),
                Tensor([2, 4], [1, 2, 3, 4, -1, -2, -3, -4] as [Float]),
            ])
        expect(found[0], [0.9634894132614136, 0.7916306853294373])
        expect(
            found[1],
            [
                -0.7162978649139404, -0.4259732663631439, 2.9773147106170654, 3.8539576530456543, 0.9704520106315613,
                1.234378457069397, 2.772645950317383, -3.166522741317749,
            ])
        expect(
            found[2],
            [
                0.9634894132614136, 0.7916306853294373, 0.9924382567405701, -0.9242153167724609, -0.21298663318157196,
                -0.6171892285346985, -0.7162978649139404, -0.9704520106315613,
            ])
    }

    /// A body does not forget the type of what it is given.
    @Test func sumsInsideAScanAreRounded() throws {
        var inner = ModelWriter()
        inner.input("s", .float32, [1])
        inner.input("a", .float32, [1])
        inner.node("Add", ["s", "a"], ["t"])
        inner.output("t", .float32, [1])
        var model = ModelWriter()
        model.input("h", .float32, [1])
        model.input("x", .float32, [3, 1])
        model.node("Cast", ["h"], ["h0"], [("to", .integer(10))])
        model.node("Cast", ["x"], ["x0"], [("to", .integer(10))])
        model.node("Scan", ["h0", "x0"], ["y"], [("num_scan_inputs", .integer(1)), ("body", .graph(inner))])
        model.output("y", .float32, [1])
        let numbers: [Float] = [1.0 / 3, 100.1, 7.7]
        let found = try run(model, [Tensor([1], [0.1] as [Float]), Tensor([3, 1], numbers)])
        var sum = Float16(0.1 as Float)
        for number in numbers { sum += Float16(number) }
        #expect(found == [[Double(sum)]])
    }

    @Test func aScanOfOldGoesThroughEachOfABatch() throws {
        var inner = ModelWriter(operatorSet: 8)
        inner.input("s", .float32, [2])
        inner.input("a", .float32, [2])
        inner.node("Add", ["s", "a"], ["t"])
        inner.node("Identity", ["t"], ["u"])
        inner.output("t", .float32, [2])
        inner.output("u", .float32, [2])
        var model = ModelWriter(operatorSet: 8)
        model.input("h", .float32, [1, 2])
        model.input("x", .float32, [1, 3, 2])
        model.node("Scan", ["", "h", "x"], ["y", "z"], [("num_scan_inputs", .integer(1)), ("body", .graph(inner))])
        model.output("y", .float32, [1, 2])
        model.output("z", .float32, [1, 3, 2])
        let found = try run(model, [Tensor([1, 2], [0, 0] as [Float]), Tensor([1, 3, 2], (1...6).map(Float.init))])
        #expect(found == [[9, 12], [1, 2, 4, 6, 9, 12]])
    }

    // MARK: sequences

    @Test func sequencesFoldAway() throws {
        var model = ModelWriter(operatorSet: 18)
        model.input("x", .float32, [6, 2])
        model.initializer("two", .scalar(Int64(2)))
        model.initializer("last", .scalar(Int64(-1)))
        model.node("SplitToSequence", ["x", "two"], ["s"], [("axis", .integer(0))])
        model.node("SequenceLength", ["s"], ["n"])
        model.node("SequenceAt", ["s", "last"], ["z"])
        model.node("SequenceErase", ["s", "last"], ["e"])
        model.node("Neg", ["z"], ["w"])
        model.node("Optional", ["w"], ["o"])
        model.node("OptionalHasElement", ["o"], ["h"])
        model.node("OptionalGetElement", ["o"], ["g"])
        model.node("SequenceInsert", ["e", "g"], ["f"])
        model.node("ConcatFromSequence", ["f"], ["y"], [("axis", .integer(0))])
        model.output("y", .float32, [6, 2])
        model.output("n", .int64, [])
        model.output("h", .bool, [])
        let found = try run(model, [Tensor([6, 2], (0..<12).map(Float.init))])
        #expect(found == [[0, 1, 2, 3, 4, 5, 6, 7, -8, -9, -10, -11], [3], [1]])
    }

    // MARK: 16-bit floats

    /// What numpy's float16 gives for each operation, rounded each time.
    @Test func resultsInNarrowFloatsAreRounded() throws {
        var model = ModelWriter()
        model.input("x", .float32, [4])
        model.node("Cast", ["x"], ["a"], [("to", .integer(10))])
        model.node("Mul", ["a", "a"], ["b"])
        model.node("Add", ["b", "a"], ["c"])
        model.node("Reshape", ["c", "shape"], ["d"])
        model.initializer("shape", try Tensor([1], [4] as [Int64]))
        model.node("Cast", ["d"], ["y"], [("to", .integer(1))])
        model.node("Mul", ["y", "y"], ["z"])
        model.output("y", .float32, [4])
        model.output("z", .float32, [4])
        let found = try run(model, [Tensor([4], [0.1, 3.14159, 200.3, 300] as [Float])])
        #expect(found[0] == [0.1099853515625, 13.0078125, 40288, .infinity])
        #expect(found[1] == found[0].map { Double(Float($0) * Float($0)) })
    }

    /// All kinds of structures in one file, for those who damage files.
    static func everything() -> ModelWriter {
        var branch = ModelWriter()
        branch.node("Neg", ["x"], ["n"])
        branch.output("n", .float32, [2, 2])
        var step = ModelWriter()
        step.input("i", .int64, [])
        step.input("c", .bool, [])
        step.input("s", .float32, [2, 2])
        step.node("Identity", ["c"], ["d"])
        step.node("Sin", ["s"], ["t"])
        step.output("d", .bool, [])
        step.output("t", .float32, [2, 2])
        step.output("t", .float32, [2, 2])
        var scan = ModelWriter()
        scan.input("h", .float32, [2])
        scan.input("r", .float32, [2])
        scan.node("Add", ["h", "r"], ["k"])
        scan.output("k", .float32, [2])
        scan.output("k", .float32, [2])
        var model = ModelWriter(operatorSet: 17)
        model.input("x", .float32, ["N", 2])
        model.input("h0", .float32, [2])
        model.initializer("three", .scalar(Int64(3)))
        model.initializer("yes", .scalar(true))
        model.initializer("one", .scalar(Int64(1)))
        model.node("ReduceMax", ["x"], ["m"], [("keepdims", .integer(0))])
        model.node("Cast", ["m"], ["p"], [("to", .integer(9))])
        model.node("If", ["p"], ["a"], [("then_branch", .graph(branch)), ("else_branch", .graph(branch))])
        model.node("Loop", ["three", "yes", "a"], ["b", "rows"], [("body", .graph(step))])
        model.node(
            "Scan", ["h0", "b"], ["e", "f"], [("num_scan_inputs", .integer(1)), ("body", .graph(scan))])
        model.node("SplitToSequence", ["f", "one"], ["q"], [("axis", .integer(0))])
        model.node("ConcatFromSequence", ["q"], ["y"], [("axis", .integer(0))])
        model.output("y", .float32, [2, 2])
        model.output("rows", .float32, [3, 2, 2])
        return model
    }

    @Test func structuresLieInsideOneAnother() throws {
        let x = try Tensor([2, 2], [0.1, -0.2, 0.3, 0.4] as [Float])
        var model = Self.everything()
        model.node("Identity", ["y"], ["z"])
        let graph = try Model(onnx: model.bytes(), .init(shapes: ["x": [2, 2]])).graph
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        let found = try evaluator.run([x.reshaped([1, 2, 2]), Tensor([1, 2], [1, 1] as [Float])])
        let last = x.doubles.map { sin(sin(sin(-$0))) }
        expect(found[0].doubles, [1 + last[0], 1 + last[1], 1 + last[0] + last[2], 1 + last[1] + last[3]])
        expect(Array(found[1].doubles.prefix(4)), x.doubles.map { sin(-$0) })
    }
}
