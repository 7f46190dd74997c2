import Tensors
import Testing

@testable import Models

@Suite struct DenseLayerTests {
    /// Gemm behind MatMul and Add, with a rectifier between them.
    private static func network(activation: String = "Relu", isBranching: Bool = false, alpha: Float = 1) throws
        -> [UInt8]
    {
        var model = ModelWriter(operatorSet: 13)
        model.input("x", .float32, [1, 3])
        model.initializer("w", try Tensor(Shape([3, 4]), [Float](repeating: 1, count: 12)))
        model.initializer("b", try Tensor(Shape([4]), [Float](repeating: 0, count: 4)))
        model.initializer("v", try Tensor(Shape([2, 4]), [Float](repeating: 1, count: 8)))
        model.initializer("c", try Tensor(Shape([2]), [Float](repeating: 0, count: 2)))
        model.node("MatMul", ["x", "w"], ["product"])
        model.node("Add", ["product", "b"], ["before"])
        model.node(activation, ["before"], ["after"])
        model.node("Gemm", ["after", "v", "c"], ["scores"], [("transB", .integer(1)), ("alpha", .float(alpha))])
        model.output("scores", .float32, [1, 2])
        if isBranching {
            model.node("Neg", ["after"], ["other"])
            model.output("other", .float32, [1, 4])
        }
        return model.bytes()
    }

    @Test func layersAndTheirWeightsAreFound() throws {
        let weights = try ModelWeights(onnx: try Self.network())
        let (hidden, last) = try #require(try weights.rectifiedPair)
        #expect(hidden == DenseLayer(matrix: 0, bias: 1, isTransposed: false, input: "x", output: "before"))
        #expect(last == DenseLayer(matrix: 2, bias: 3, isTransposed: true, input: "after", output: "scores"))
        #expect(try weights.denseLayers == [hidden, last])
    }

    @Test func whatIsReadElsewhereIsNoPair() throws {
        #expect(try ModelWeights(onnx: try Self.network(isBranching: true)).rectifiedPair == nil)
        #expect(try ModelWeights(onnx: try Self.network(activation: "Tanh")).rectifiedPair == nil)
        #expect(try ModelWeights(onnx: try Self.network(alpha: 2)).denseLayers.count == 1)
    }
}
