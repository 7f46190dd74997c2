import Foundation
import Tensors

@testable import Models

/// One of ONNX's test vectors: a model of one operator, and inputs with the outputs they give.
struct NodeVector {
    /// Which inputs of the model stay inputs of the graph; the others are constants.
    enum Live: String { case all, first, reals, none }

    enum Outcome {
        case agrees(Live, (slope: NodeLaws.Slope, bounds: NodeLaws.Bounds)?)
        case differs(String)
        case refused(String)
    }

    let folder: URL
    /// Whether slopes and bounds are measured as well.
    let wantsLaws: Bool

    func run() -> Outcome {
        do {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "model.onnx")))
            let ports = try self.ports(bytes)
            let data = folder.appending(path: "test_data_set_0")
            let inputs = try NodeValue.all(in: data, "input", ports.inputs)
            let expected = try NodeValue.all(in: data, "output", ports.outputs).flatMap(\.tensors).map(\.tensor)
            return try run(bytes, inputs, expected)
        } catch let error as ModelError {
            return .refused(Self.reason(error))
        } catch {
            return .differs("\(error)")
        }
    }

    /// First with all inputs live; where that cannot be imported, with all but the first constant; then with all whole
    /// numbers; then with all. The reason of a refusal is that of the last try.
    private func run(_ bytes: [UInt8], _ inputs: [NodeValue], _ expected: [Tensor]) throws -> Outcome {
        let named = inputs.flatMap(\.tensors)
        let lengths = Dictionary(inputs.map { ($0.name, $0.tensors.count) }, uniquingKeysWith: { first, _ in first })
        let shapes = Dictionary(
            named.map { ($0.name, $0.tensor.shape.dimensions) }, uniquingKeysWith: { first, _ in first })
        let choices: [(Live, [NodeValue.Part])] = [
            (.all, []), (.first, Array(named.dropFirst())), (.reals, named.filter { !$0.tensor.element.isReal }),
            (.none, named),
        ]
        var last: ModelError?
        for (live, constants) in choices {
            let given = Dictionary(constants.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
            do {
                let model = try Model(
                    onnx: bytes, Model.Choices(shapes: shapes, lengths: lengths, constants: given))
                let left = named.filter { given[$0.name] == nil }.map(\.tensor)
                return try compare(model.graph, live, left, expected, precision(bytes))
            } catch let error as ModelError {
                last = error
            }
        }
        throw last ?? ModelError("no reason")
    }

    /// Formats of 16 bits may be rounded in another order: a few units in the last place.
    private func precision(_ bytes: [UInt8]) throws -> Double {
        try bytes.withUnsafeBytes { buffer in
            let ports = try ModelProto(decoding: buffer).graph.map { $0.inputs + $0.outputs } ?? []
            let kinds = Set(ports.map(\.elementType))
            if kinds.contains(ElementKind.bfloat16.rawValue) { return 0x1p-6 }
            return kinds.contains(ElementKind.float16.rawValue) ? 0x1p-9 : 1e-5
        }
    }

    private func compare(
        _ graph: Graph, _ live: Live, _ inputs: [Tensor], _ expected: [Tensor], _ precision: Double
    ) throws -> Outcome {
        let results = try self.results(graph, inputs)
        guard results.count == expected.count else {
            return .differs("\(results.count) outputs, not \(expected.count)")
        }
        for (index, (result, wanted)) in zip(results, expected).enumerated() {
            guard result.type == wanted.type else {
                return .differs("output \(index) is \(result.type), not \(wanted.type)")
            }
            let relative = Self.rounded.contains(folder.lastPathComponent) ? 1e-3 : precision
            let step = folder.lastPathComponent.hasPrefix(Self.stepped) ? 1.0 : 0
            if let difference = Self.difference(result, wanted, relative: relative, step: step) {
                if Self.corrected.contains(folder.lastPathComponent) { return .refused(Self.contradicted) }
                return .differs("output \(index): \(difference)")
            }
        }
        let kept = inputs.isEmpty ? Live.none : live
        // Of large vectors they take minutes each, and say nothing that small ones do not.
        guard wantsLaws, (inputs + expected).reduce(0, { $0 + $1.count }) <= 2_000 else { return .agrees(kept, nil) }
        let laws = NodeLaws(graph, inputs)
        return .agrees(kept, (laws.slope(), laws.bounds()))
    }

    /// Vectors whose expected numbers are written with four digits.
    private static let rounded: Set = [
        "test_averagepool_2d_ceil_last_window_starts_on_pad", "test_gridsample_bicubic", "test_roialign_aligned_false",
        "test_roialign_aligned_true", "test_roialign_mode_max",
    ]

    /// Vectors that ONNX Runtime 1.32 contradicts, and most of which ONNX has changed between 1.19 and 1.23: a soft cap comes
    /// before the mask, which is wanted as the second stage; a vector of norm 0 stays as it is; sums beyond 8 bits are brought
    /// into range, not wrapped around.
    private static let corrected: Set = [
        "test_attention_3d_with_past_and_present_qk_matmul_bias",
        "test_attention_3d_with_past_and_present_qk_matmul_softcap",
        "test_attention_4d_with_past_and_present_qk_matmul_bias",
        "test_attention_4d_with_past_and_present_qk_matmul_bias_3d_mask",
        "test_attention_4d_with_past_and_present_qk_matmul_bias_3d_mask_causal",
        "test_attention_4d_with_past_and_present_qk_matmul_bias_4d_mask",
        "test_attention_4d_with_past_and_present_qk_matmul_bias_4d_mask_causal",
        "test_attention_4d_with_qk_matmul_bias",
        "test_attention_4d_with_qk_matmul_softcap", "test_l2normalization_axis_0",
        "test_qlinearmatmul_2D_int8_float32", "test_qlinearmatmul_3D_int8_float32",
        "test_qlinearmatmul_2D_int8_float16",
        "test_qlinearmatmul_3D_int8_float16",
    ]

    /// Vectors whose results may differ by one step of the scale, as ONNX Runtime's own tests let them: a mean in float32 may
    /// fall on either side of half a step.
    private static let stepped = "contributed_qlinear_average_pool"

    private func results(_ graph: Graph, _ inputs: [Tensor]) throws -> [Tensor] {
        let constants = graph.outputs.compactMap { graph.constant(of: $0.value) }
        if constants.count == graph.outputs.count { return constants }
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        let batch = try inputs.map { try $0.reshaped(Shape([1] + $0.shape.dimensions)) }
        return try evaluator.run(batch).map { try $0.reshaped(Shape(Array($0.shape.dimensions.dropFirst()))) }
    }

    private static let contradicted = "ONNX Runtime contradicts what is expected"

    static func difference(_ result: Tensor, _ wanted: Tensor, relative: Double, step: Double = 0) -> String? {
        let (found, expected) = (result.doubles, wanted.doubles)
        for index in expected.indices {
            let (a, b) = (found[index], expected[index])
            if a == b || a.isNaN && b.isNaN { continue }
            let tolerance = wanted.element.isReal ? 1e-6 + relative * abs(b) : step
            guard abs(a - b) <= tolerance else { return "element \(index) is \(a), not \(b)" }
        }
        return nil
    }

    private func ports(_ bytes: [UInt8]) throws -> (inputs: [ValueInfoProto], outputs: [ValueInfoProto]) {
        try bytes.withUnsafeBytes { buffer in
            guard let graph = try ModelProto(decoding: buffer).graph else { throw ModelError.noGraph }
            let initializers = Set(graph.initializers.map(\.name))
            return (graph.inputs.filter { !initializers.contains($0.name) }, graph.outputs)
        }
    }

    /// The reason without the names that are particular to one vector.
    private static func reason(_ error: ModelError) -> String {
        error.message.replacing(/`[^`]*`/) { match in
            error.message.hasPrefix("operator") || error.message.hasPrefix("coordinate") ? String(match.output) : "..."
        }
    }
}
