import Tensors
import Testing

@testable import Models

@Suite struct SpliceTests {
    /// A model whose output is read inside a branch, and whose names begin as those of spliced nodes would.
    private static func model(outputs: [String] = ["y"]) throws -> [UInt8] {
        var branches = [ModelWriter(), ModelWriter()]
        for place in 0..<2 {
            branches[place].node(place == 0 ? "Neg" : "Abs", ["y"], ["inner"])
            branches[place].output("inner", .float32, [1, 2])
        }
        var model = ModelWriter(operatorSet: 13)
        model.input("x", .float32, ["n", 2])
        model.initializer("spliced/w", try Tensor(Shape([2]), [2, -1] as [Float]))
        model.initializer("zero", .scalar(Float(0)))
        model.node("Mul", ["x", "spliced/w"], ["y"])
        model.node("ReduceSum", ["x"], ["sum"], [("keepdims", .integer(0))])
        model.node("Greater", ["sum", "zero"], ["c"])
        model.node("If", ["c"], ["z"], [("then_branch", .graph(branches[0])), ("else_branch", .graph(branches[1]))])
        for name in outputs { model.output(name, .float32, ["n", 2]) }
        return model.bytes()
    }

    private static func run(_ file: [UInt8], _ rows: [Float]) throws -> [Float] {
        let graph = try Model(onnx: file).graph
        let evaluator = try Evaluator(graph, outputs: [graph.outputs[0].value])
        return try evaluator.run([try Tensor(Shape([rows.count / 2, 1, 2]), rows)])[0].floats
    }

    @Test(arguments: [("y", 1), ("y", 3), ("z", 1), ("z", 3)]) func nodesStandBehindTheModel(
        output: String, copies: Int
    ) throws {
        let file = try Self.model(outputs: [output])
        let splice = try Splice(onnx: file)
        #expect(splice.prefix == "_spliced/" && splice.operatorSet == 13)
        var nodes = ModelWriter()
        nodes.node("Sum", splice.answers(copies), [splice.output])
        let spliced = try splice.file(with: nodes, copies: copies)
        #expect(try Model(onnx: spliced).signature.outputs.map(\.name) == [output])
        let rows: [Float] = [1, 2, -3, 1, 0.5, -7]
        #expect(try Self.run(spliced, rows) == Self.run(file, rows).map { Float(copies) * $0 })
        #expect(try ModelWeights(onnx: spliced).names.count == copies)
    }

    @Test func whatHasTwoOutputsIsRefused() throws {
        let file = try Self.model(outputs: ["y", "z"])
        #expect(throws: ModelError.self) { try Splice(onnx: file) }
        var model = ModelWriter()
        model.input("x", .float64, [1, 2])
        model.node("Neg", ["x"], ["y"])
        model.output("y", .float64, [1, 2])
        #expect(throws: ModelError.self) { try Splice(onnx: model.bytes()) }
    }
}
