import Datasets
import Diagnostics
import Foundation
import Testing

@testable import VNNLIB

/// Every property of the VNN-COMP benchmarks in the folder that `GAINSAY_VNNCOMP` names.
@Suite struct CompetitionTests {
    private static let folder = ProcessInfo.processInfo.environment["GAINSAY_VNNCOMP"]

    @Test(.enabled(if: folder != nil, "GAINSAY_VNNCOMP does not name a folder"))
    func everyPropertyIsRead() throws {
        let root = URL(filePath: try #require(Self.folder))
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        let paths = (files?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".vnnlib.gz") }.sorted()
        try #require(!paths.isEmpty)
        var (slowest, total, boxes, cases) = ((Duration.zero, ""), Duration.zero, 0, 0)
        for path in paths {
            let packed = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let source = SourceFile(path: path, bytes: try Gzip.decompress(packed, limit: 1 << 28))
            var query: Query?
            let time = try ContinuousClock().measure { query = try Query(parsing: source) }
            total += time
            if time > slowest.0 { slowest = (time, path) }
            let read = try #require(query)
            boxes += read.boxCount
            cases += read.cases.count
        }
        print(
            "\(paths.count) properties read in \(total): \(boxes) boxes in \(cases) cases; slowest \(slowest.0) \(slowest.1)"
        )
    }
}
