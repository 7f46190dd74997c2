import Checker
import Diagnostics
import Foundation
import Testing

/// Each file of Goldens holds a `Sample`, a line of dashes, and what is reported about it, byte for byte.
///
/// It is named after the code it shows, as in `unknown-name.txt` or `unknown-name@case.txt`. After a change that is meant,
/// `GAINSAY_RECORD=1 swift test --filter Golden` writes the lower halves anew.
@Suite("Golden diagnostics of the checker") struct CheckerGoldenTests {
    @Test("are reported as recorded", arguments: Place.names(in: Place.goldens))
    func golden(name: String) throws {
        let golden = try Golden(Place.goldens.appending(path: name + ".txt"))
        let sample = Sample(golden.source)
        #expect(sample.parseDiagnostics == [], "\(render(sample.parseDiagnostics, from: sample.sources))")
        let diagnostics = sample.check().diagnostics
        let code = String(name.prefix { $0 != "@" })
        #expect(diagnostics.contains { $0.code == code }, "\(name) does not show its code")
        try golden.expect(render(diagnostics, from: sample.sources))
    }

    @Test("exist for every code, and for no other") func complete() {
        let shown = Set(Place.names(in: Place.goldens).map { String($0.prefix { $0 != "@" }) })
        let codes = Set(CheckerCode.allCases.map(\.rawValue))
        #expect(codes.subtracting(shown).sorted() == [])
        #expect(shown.subtracting(codes).sorted() == [])
    }
}

/// Each file of Specs holds a `Sample` without mistakes, a line of dashes, and the checked spec.
@Suite("Golden checked specs") struct CheckedSpecTests {
    @Test("are as recorded", arguments: Place.names(in: Place.specs))
    func golden(name: String) throws {
        let golden = try Golden(Place.specs.appending(path: name + ".txt"))
        let sample = Sample(golden.source)
        #expect(sample.parseDiagnostics == [], "\(render(sample.parseDiagnostics, from: sample.sources))")
        let result = sample.check()
        #expect(!result.diagnostics.hasErrors, "\(render(result.diagnostics, from: sample.sources))")
        let spec = try #require(result.spec)
        try golden.expect(render(result.diagnostics, from: sample.sources) + Dump(spec).text)
    }
}

/// A file whose upper half is given and whose lower half is recorded.
struct Golden {
    private static let separator = "\n--------\n"
    let source: Substring
    private let recorded: Substring
    private let url: URL

    init(_ url: URL) throws {
        let parts = try String(contentsOf: url, encoding: .utf8)
            .split(separator: Golden.separator, maxSplits: 1, omittingEmptySubsequences: false)
        self.url = url
        source = parts[0]
        recorded = parts.count > 1 ? parts[1] : ""
    }

    func expect(_ actual: String) throws {
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try (source + Golden.separator + actual).write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == recorded, "\(actual)")
        }
    }
}
