import Diagnostics
import Foundation
import Testing

@testable import Syntax

/// Each file of Goldens holds a source, a line of dashes, and what is reported about the source, byte for byte.
///
/// It is named after the code it shows, as in `let-separator.txt` or `let-separator@comma.txt`. After a change that is
/// meant, `GAINSAY_RECORD=1 swift test --filter Golden` writes the lower halves anew. In the source a line
/// `@repeat 3 ab` stands for `ababab`, a line `@bytes FF 00` for these bytes.
@Suite("Golden diagnostics") struct GoldenTests {
    private static let separator = "\n--------\n"

    @Test("are reported as recorded", arguments: Place.files(in: Place.goldens).map(\.name))
    func golden(name: String) throws {
        let url = Place.goldens.appending(path: name + ".txt")
        let recorded = try String(contentsOf: url, encoding: .utf8)
        let parts = recorded.split(separator: GoldenTests.separator, maxSplits: 1, omittingEmptySubsequences: false)
        let code = String(name.prefix { $0 != "@" })
        let source = SourceFile(path: "spec.say", bytes: bytes(of: parts[0]))
        let diagnostics = parse(source).diagnostics
        #expect(diagnostics.contains { $0.code == code }, "\(name) does not show its code")
        let shown = diagnostics.count > 20 ? diagnostics.filter { $0.code == code } : diagnostics
        let actual = parts[0] + GoldenTests.separator + render(shown, from: [source])
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == recorded, "\(actual)")
        }
    }

    @Test("exist for every code, and for no other") func complete() {
        let shown = Set(Place.files(in: Place.goldens).map { String($0.name.prefix { $0 != "@" }) })
        #expect(shown == Set(SyntaxCode.allCases.map(\.rawValue)))
    }

    private func bytes(of source: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            if words[0] == "@repeat", words.count == 3, let count = Int(words[1]) {
                bytes += String(repeating: String(words[2]), count: count).utf8
            } else if words[0] == "@bytes" {
                bytes += line.split(separator: " ").dropFirst().compactMap { UInt8($0, radix: 16) }
            } else {
                bytes += Array((line + "\n").utf8)
            }
        }
        return bytes
    }
}
