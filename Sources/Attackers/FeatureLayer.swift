import Models
import Tensors
import Training

/// A layer of random features and what reads them out, as an ONNX file.
struct FeatureLayer {
    enum Activation { case cosineOfTurns, rectifier }

    /// [features, dimension], row-major, and a number for each feature.
    let matrix: [Float]
    let bias: [Float]
    let activation: Activation

    private var dimension: Int { matrix.count / bias.count }

    /// The network with two scores for each input: `readout` is [2, features], row-major.
    func file(readout: [Float], bias: [Float]) throws -> [UInt8] {
        var (writer, features) = try written()
        writer.initializer("readout.weight", try Tensor(Shape([2, self.bias.count]), readout))
        writer.initializer("readout.bias", try Tensor(Shape([2]), bias))
        writer.node("Gemm", [features, "readout.weight", "readout.bias"], ["scores"], [("transB", .integer(1))])
        writer.output("scores", .float32, [.open("N"), 2])
        return writer.bytes()
    }

    /// The features of rows, row-major.
    func features(of rows: Examples, threads: Int) throws -> [Double] {
        var (writer, features) = try written()
        writer.output(features, .float32, [.open("N"), .size(bias.count)])
        let graph = try Model(onnx: writer.bytes()).graph
        let shape = try Shape([rows.rows, 1, dimension])
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        return try evaluator.run([try Tensor(shape, rows.inputs[0].floats)], threads: threads)[0].doubles
    }

    private func written() throws -> (ModelWriter, features: String) {
        var writer = ModelWriter(operatorSet: 17)
        writer.input("x", .float32, [.open("N"), .size(dimension)])
        writer.initializer("features.weight", try Tensor(Shape([bias.count, dimension]), matrix))
        writer.initializer("features.bias", try Tensor(Shape([bias.count]), bias))
        writer.node("Gemm", ["x", "features.weight", "features.bias"], ["drawn"], [("transB", .integer(1))])
        switch activation {
        case .cosineOfTurns:
            writer.initializer("turn", try Tensor(Shape([]), [2 * Float.pi]))
            writer.node("Mul", ["drawn", "turn"], ["angles"])
            writer.node("Cos", ["angles"], ["features"])
        case .rectifier: writer.node("Relu", ["drawn"], ["features"])
        }
        return (writer, "features")
    }
}
