import Foundation
import Tensors
import Testing

@testable import Models

/// ONNX's own test vectors of single operators, in the folder that `GAINSAY_ONNX_NODE_TESTS` names
/// (`onnx/backend/test/data/node` of the Python package `onnx`).
///
/// Every vector runs whose model can be imported; the others are counted by the reason for which it cannot. Numbers agree
/// to 1e-5 relative and 1e-6 absolute, whole numbers and truth values exactly. `Tests/Conformance/onnx_nodes.py` sums
/// up the table that is written to the file that `GAINSAY_ONNX_NODE_TABLE` names.
@Suite struct NodeVectorTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let folder = environment["GAINSAY_ONNX_NODE_TESTS"]

    @Test(.enabled(if: folder != nil, "GAINSAY_ONNX_NODE_TESTS does not name a folder"))
    func everyVectorOfAnImportedOperatorAgrees() throws {
        let root = URL(filePath: try #require(Self.folder))
        let only = Self.environment["GAINSAY_ONNX_NODE_ONLY"]
        let cases = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
            .filter { only.map($0.contains) ?? true }
        let table = Self.environment["GAINSAY_ONNX_NODE_TABLE"]
        var tally = Tally()
        for name in cases {
            tally.add(name, NodeVector(folder: root.appending(path: name), wantsLaws: table != nil).run())
        }
        print(tally.summary)
        if let path = table {
            try tally.table.write(to: URL(filePath: path), atomically: true, encoding: .utf8)
        }
        #expect(tally.failures.isEmpty, "\(tally.failures.joined(separator: "\n"))")
        #expect(tally.passed > 0)
    }
}

/// What became of the vectors.
private struct Tally {
    private(set) var passed = 0
    private(set) var failures: [String] = []
    private var live = 0
    private var refused: [String: [String]] = [:]
    private var rows: [String] = []

    mutating func add(_ name: String, _ outcome: NodeVector.Outcome) {
        switch outcome {
        case .agrees(let given, let laws):
            passed += 1
            live += given == .all ? 1 : 0
            row(name, "ok", given.rawValue, laws?.slope.description ?? "", laws?.bounds.description ?? "", "")
        case .differs(let reason):
            failures.append("\(name): \(reason)")
            row(name, "wrong", "", "", "", reason)
        case .refused(let reason):
            refused[reason, default: []].append(name)
            row(name, "refused", "", "", "", reason)
        }
    }

    private mutating func row(_ fields: String...) {
        rows.append(fields.map { "\"\($0.replacing("\"", with: "'"))\"" }.joined(separator: ","))
    }

    var table: String { "case,result,inputs,gradient,bounds,reason\n" + rows.map { $0 + "\n" }.joined() }

    var summary: String {
        let count = refused.values.reduce(0) { $0 + $1.count }
        let reasons = refused.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        return
            "\(passed + failures.count + count) vectors: \(passed) agree (\(live) with no input constant), "
            + "\(failures.count) differ, \(count) refused\n"
            + reasons.map { "  \($0.value.count) \($0.key): \($0.value.prefix(3).joined(separator: " "))" }
            .joined(separator: "\n")
    }
}
