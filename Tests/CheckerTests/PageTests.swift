import Checker
import Diagnostics
import Foundation
import Syntax
import Testing

/// Each code has a page in Grammar/diagnostics, with a spec that gives the code and one that is mended.
@Suite("Pages of the diagnostics") struct PageTests {
    /// What parsing and checking report. A page is UTF-8 itself, so it cannot show what is not.
    static let shown = (SyntaxCode.allCases.map(\.rawValue) + CheckerCode.allCases.map(\.rawValue)).filter {
        $0 != SyntaxCode.invalidUTF8.rawValue
    }

    @Test("show their code, and how to mend it", arguments: shown)
    func examples(code: String) throws {
        let specs = try Page(code).specs
        try #require(specs.count == 2)
        let wrong = Set(PageTests.diagnostics(of: specs[0]).map(\.code))
        #expect(wrong.contains(code))
        #expect(wrong.count == 1 || code == SyntaxCode.tooManyErrors.rawValue, "\(wrong.sorted())")
        #expect(PageTests.diagnostics(of: specs[1]) == [])
    }

    @Test("exist for every code, and for no other") func complete() throws {
        let pages = Set(Place.names(in: Page.folder, extension: "md")).subtracting(["README"])
        let codes = Set(PageTests.shown).union([SyntaxCode.invalidUTF8.rawValue]).union(try PageTests.written())
        #expect(codes.subtracting(pages).sorted() == [])
        #expect(pages.subtracting(codes).sorted() == [])
    }

    @Test("begin with their code, and are listed with their first sentence") func listed() throws {
        let pages = Place.names(in: Page.folder, extension: "md").filter { $0 != "README" }
        let index = try Page("README").text.split(separator: "\n").filter { $0.hasPrefix("- ") }
        var expected: [String] = []
        for code in pages {
            let lines = try Page(code).text.split(separator: "\n")
            try #require(lines.count > 2)
            #expect(lines[0] == "# \(code)")
            expected.append("- [\(code)](\(code).md): \(lines[1])")
        }
        #expect(index.map(String.init).sorted() == expected.sorted())
    }

    private static func diagnostics(of spec: String) -> [Diagnostic] {
        let sample = Sample(spec)
        let problems = sample.parseDiagnostics
        return problems.isEmpty ? sample.check().diagnostics : problems
    }

    /// The codes that Sources has as strings.
    private static func written() throws -> Set<String> {
        let sources = Place.root.appending(path: "Sources")
        let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        var codes: Set<String> = []
        for url in all?.compactMap({ $0 as? URL }) ?? [] where url.pathExtension == "swift" {
            let text = try String(contentsOf: url, encoding: .utf8)
            codes.formUnion(text.matches(of: /code: "([a-z0-9-]+)"/).map { String($0.1) })
        }
        return codes
    }
}

/// A page of Grammar/diagnostics.
private struct Page {
    static let folder = Place.root.appending(path: "Grammar/diagnostics")
    let text: String

    init(_ name: String) throws {
        text = try String(contentsOf: Page.folder.appending(path: name + ".md"), encoding: .utf8)
    }

    /// Its blocks of Say, as a `Sample` reads them.
    var specs: [String] {
        text.matches(of: /```say\n([\s\S]*?)\n```/).map { block in
            block.1.split(separator: "\n", omittingEmptySubsequences: false).map(Page.directive).joined(separator: "\n")
        }
    }

    /// A remark that says what has been loaded as a line of a `Sample`; any other line as it is.
    private static func directive(_ line: Substring) -> String {
        if let found = line.wholeMatch(of: /\/\/ (\w+)\.onnx has the (texts|labels) of (\w+): (.+)/) {
            return "@\(found.2) \(found.1) \(found.3) \(found.4)"
        }
        if let found = line.wholeMatch(of: /\/\/ (\w+)\.onnx: (.+)/) { return "@model \(found.1) \(found.2)" }
        if let found = line.wholeMatch(of: /\/\/ (\w+)\.\w+: (\d+) rows (\(.+\)), (\w+) in \[(\S+), (\S+)\]/) {
            return "@rows \(found.1) \(found.2) \(found.3)\n@range \(found.1) \(found.4) \(found.5) \(found.6)"
        }
        if let found = line.wholeMatch(of: /\/\/ (\w+)\.\w+: (\d+) rows (.+)/) {
            return "@rows \(found.1) \(found.2) \(found.3)"
        }
        if let found = line.wholeMatch(of: /\/\/ (\w+) is fitted to (.+)/) { return "@fit \(found.1) \(found.2)" }
        if let found = line.wholeMatch(of: /\/\/ --set (\S+)/) { return "@set \(found.1)" }
        if let found = line.wholeMatch(of: /\/\/ (\d+) times: (.+)/) { return "@repeat \(found.1) \(found.2)" }
        if let found = line.wholeMatch(of: /\/\/ (\S+\.say)/) { return "@file \(found.1)" }
        return String(line)
    }
}
