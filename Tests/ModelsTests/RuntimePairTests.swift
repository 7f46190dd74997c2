import Datasets
import Foundation
import Tensors
import Testing

@testable import Models

/// What ONNX Runtime answers for whole models, written by Tests/Conformance/onnxruntime_compare.py into the folder that
/// `GAINSAY_ONNXRUNTIME_PAIRS` names.
///
/// Answers agree to the part of the largest magnitude that the output has over all samples which the list says: where large numbers cancel, the
/// order of additions shows in the small ones that are left.
@Suite struct RuntimePairTests {
    private static let folder = ProcessInfo.processInfo.environment["GAINSAY_ONNXRUNTIME_PAIRS"]

    @Test(.enabled(if: folder != nil, "GAINSAY_ONNXRUNTIME_PAIRS does not name a folder"))
    func everyModelAnswersAlike() throws {
        let root = URL(filePath: try #require(Self.folder))
        let list = try String(contentsOf: root.appending(path: "pairs.txt"), encoding: .utf8)
        var (count, worst) = (0, 0.0)
        for line in list.split(separator: "\n") {
            let parts = line.split(separator: "\t").map(String.init)
            try #require(parts.count == 3)
            let tolerance = try #require(Double(parts[2]))
            let pair = try Dataset(reading: read(root.appending(path: parts[0])), as: .npz)
            let difference: Double
            do { difference = try self.difference(read(URL(filePath: parts[1])), pair) } catch {
                Issue.record("\(parts[1]): \(error)")
                continue
            }
            #expect(difference <= tolerance, "\(parts[1])")
            worst = max(worst, difference)
            count += 1
        }
        print("\(count) models answer like ONNX Runtime; largest difference \(worst)")
        #expect(count > 0)
    }

    /// The largest difference, relative to the largest magnitude of its output.
    private func difference(_ file: [UInt8], _ pair: Dataset) throws -> Double {
        let bytes = file.starts(with: [0x1F, 0x8B]) ? try Gzip.decompress(file, limit: 1 << 28) : file
        let names = try Model.openSignature(onnx: bytes).inputs.map(\.name)
        let given = try Dictionary(
            uniqueKeysWithValues: names.enumerated().map { ($1, try #require(pair["input_\($0)"])) })
        let graph = try model(bytes, given).graph
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        let inputs = try graph.inputs.map { try #require(given[$0.name]) }
        var worst = 0.0
        for (index, found) in try evaluator.run(inputs).enumerated() {
            let wanted = try #require(pair["output_\(index)"])
            try #require(found.shape == wanted.shape)
            let (a, b) = (found.doubles, wanted.doubles)
            let scale = b.reduce(1e-6) { max($0, abs($1)) }
            worst = zip(a, b).reduce(worst) { max($0, $1.0 == $1.1 ? 0 : abs($1.0 - $1.1) / scale) }
        }
        return worst
    }

    /// Whole numbers of a single sample, which may be a shape, are made constants where the model cannot be imported else.
    private func model(_ bytes: [UInt8], _ given: [String: Tensor]) throws -> Model {
        let shapes = given.mapValues { Array($0.shape.dimensions.dropFirst()) }
        do { return try Model(onnx: bytes, .init(shapes: shapes)) } catch {
            let whole = given.filter { $0.value.element == .int64 && $0.value.shape[0] == 1 }
            guard !whole.isEmpty else { throw error }
            let constants = try whole.mapValues { try $0.reshaped(Shape(Array($0.shape.dimensions.dropFirst()))) }
            return try Model(onnx: bytes, .init(shapes: shapes, constants: constants))
        }
    }

    private func read(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
}
