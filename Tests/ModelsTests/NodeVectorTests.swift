import Foundation
import Tensors
import Testing

@testable import Models

/// ONNX's own test vectors of single operators, in the folder that `GAINSAY_ONNX_NODE_TESTS` names
/// (`onnx/backend/test/data/node` of the Python package `onnx`).
///
/// Every vector runs whose model can be imported; the others are counted by the reason for which it cannot, and a reason
/// that is not among the known ones is a failure. Numbers agree to 1e-5 relative and 1e-6 absolute, whole numbers and
/// truth values exactly.
@Suite struct NodeVectorTests {
    private static let folder = ProcessInfo.processInfo.environment["GAINSAY_ONNX_NODE_TESTS"]

    @Test(.enabled(if: folder != nil, "GAINSAY_ONNX_NODE_TESTS does not name a folder"))
    func everyVectorOfAnImportedOperatorAgrees() throws {
        let root = URL(filePath: try #require(Self.folder))
        let cases = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
        var tally = Tally()
        for name in cases {
            let vector = NodeVector(folder: root.appending(path: name))
            tally.add(name, vector.run())
        }
        print(tally.summary)
        #expect(tally.failures.isEmpty, "\(tally.failures.joined(separator: "\n"))")
        #expect(tally.passed > 0)
    }
}

/// What became of the vectors.
private struct Tally {
    private(set) var passed = 0
    private(set) var failures: [String] = []
    private var live = 0
    private var skipped: [String: [String]] = [:]

    /// Why a vector of an imported operator may be skipped: what the importer refuses on purpose.
    private static let knownReasons = [
        "operator ", "constants of type ", "values of type ", "values that are not tensors", "antialiasing is not",
        "coordinate_transformation_mode `tf_crop_and_resize`", "dropout in training mode", "a norm with p = ",
        "batch normalization in training mode", "the indices of a max pool", "blocks are not supported",
        "the file does not say which version", "version 1 of ONNX's operators", "...: a letter that is repeated",
        "reduce maximum of [2, 0, 4]", "reduce minimum of [2, 0, 4]",
    ]

    mutating func add(_ name: String, _ outcome: NodeVector.Outcome) {
        switch outcome {
        case .agrees(let isLive):
            passed += 1
            live += isLive ? 1 : 0
        case .differs(let reason): failures.append("\(name): \(reason)")
        case .skipped(let reason) where Self.knownReasons.contains { reason.hasPrefix($0) }:
            skipped[reason, default: []].append(name)
        case .skipped(let reason): failures.append("\(name): cannot be imported: \(reason)")
        }
    }

    var summary: String {
        let count = skipped.values.reduce(0) { $0 + $1.count }
        let reasons = skipped.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        return
            "\(passed + failures.count + count) vectors: \(passed) agree (\(live) with inputs that are not constant), "
            + "\(failures.count) differ, \(count) skipped\n"
            + reasons.map { "  \($0.value.count) \($0.key): \($0.value.prefix(3).joined(separator: " "))" }
            .joined(separator: "\n")
    }
}

/// One vector: a model of one operator, and inputs with the outputs they give.
struct NodeVector {
    enum Outcome {
        /// `true` where at least one input was an input of the graph, not a constant.
        case agrees(Bool)
        case differs(String)
        case skipped(String)
    }

    let folder: URL

    func run() -> Outcome {
        do {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "model.onnx")))
            guard try hasOnlyTensors(bytes) else { return .skipped("values that are not tensors") }
            let data = folder.appending(path: "test_data_set_0")
            let inputs = try tensors(data, "input")
            let expected = try tensors(data, "output")
            return try run(bytes, inputs, expected)
        } catch let error as ModelError {
            return .skipped(Self.reason(error))
        } catch {
            return .differs("\(error)")
        }
    }

    /// First with all inputs live; where that cannot be imported, with all but the first constant; then with all whole
    /// numbers; then with all.
    private func run(_ bytes: [UInt8], _ inputs: [Tensor], _ expected: [Tensor]) throws -> Outcome {
        let names = try inputNames(bytes)
        let named = Array(zip(names, inputs))
        let choices: [[(String, Tensor)]] = [
            [], Array(named.dropFirst()), named.filter { !$0.1.element.isReal }, named,
        ]
        var last: ModelError?
        for constants in choices {
            let given = Dictionary(constants, uniquingKeysWith: { first, _ in first })
            let model: Model
            do {
                model = try Model(onnx: bytes, Model.Choices(constants: given))
            } catch {
                last = error
                continue
            }
            let live = named.filter { given[$0.0] == nil }
            return try compare(model, live, expected)
        }
        throw last ?? ModelError("no reason")
    }

    private func compare(_ model: Model, _ live: [(String, Tensor)], _ expected: [Tensor]) throws -> Outcome {
        let graph = model.graph
        let results = try self.results(graph, live.map(\.1))
        guard results.count == expected.count else {
            return .differs("\(results.count) outputs, not \(expected.count)")
        }
        for (index, (result, wanted)) in zip(results, expected).enumerated() {
            guard result.type == wanted.type else {
                return .differs("output \(index) is \(result.type), not \(wanted.type)")
            }
            let relative = Self.rounded.contains(folder.lastPathComponent) ? 1e-3 : 1e-5
            if let difference = Self.difference(result, wanted, relative: relative) {
                return .differs("output \(index): \(difference)")
            }
        }
        return .agrees(!live.isEmpty)
    }

    /// Vectors whose expected numbers are written with four digits.
    private static let rounded: Set = ["test_averagepool_2d_ceil_last_window_starts_on_pad"]

    private func results(_ graph: Graph, _ inputs: [Tensor]) throws -> [Tensor] {
        let constants = graph.outputs.compactMap { graph.constant(of: $0.value) }
        if constants.count == graph.outputs.count { return constants }
        let evaluator = try Evaluator(graph, outputs: graph.outputs.map(\.value))
        let batch = try inputs.map { try $0.reshaped(Shape([1] + $0.shape.dimensions)) }
        return try evaluator.run(batch).map { try $0.reshaped(Shape(Array($0.shape.dimensions.dropFirst()))) }
    }

    static func difference(_ result: Tensor, _ wanted: Tensor, relative: Double) -> String? {
        let (found, expected) = (result.doubles, wanted.doubles)
        for index in expected.indices {
            let (a, b) = (found[index], expected[index])
            if a == b || a.isNaN && b.isNaN { continue }
            let tolerance = wanted.element.isReal ? 1e-6 + relative * abs(b) : 0
            guard abs(a - b) <= tolerance else { return "element \(index) is \(a), not \(b)" }
        }
        return nil
    }

    private func hasOnlyTensors(_ bytes: [UInt8]) throws -> Bool {
        try bytes.withUnsafeBytes { buffer in
            guard let graph = try ModelProto(decoding: buffer).graph else { return false }
            return (graph.inputs + graph.outputs).allSatisfy(\.isTensor)
        }
    }

    private func inputNames(_ bytes: [UInt8]) throws -> [String] {
        try bytes.withUnsafeBytes { buffer in
            let proto = try ModelProto(decoding: buffer)
            let initializers = Set(proto.graph?.initializers.map(\.name) ?? [])
            return proto.graph?.inputs.map(\.name).filter { !initializers.contains($0) } ?? []
        }
    }

    private func tensors(_ folder: URL, _ kind: String) throws -> [Tensor] {
        var tensors: [Tensor] = []
        while true {
            let file = folder.appending(path: "\(kind)_\(tensors.count).pb")
            guard let bytes = try? Data(contentsOf: file) else { return tensors }
            tensors.append(try TensorFile.read([UInt8](bytes)).tensor)
        }
    }

    /// The reason without the names that are particular to one vector.
    private static func reason(_ error: ModelError) -> String {
        error.message.replacing(/`[^`]*`/) { match in
            error.message.hasPrefix("operator") || error.message.hasPrefix("coordinate") ? String(match.output) : "..."
        }
    }
}
