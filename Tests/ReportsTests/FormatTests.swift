import Foundation
import FoundationXML
import Testing

@testable import Reports

/// JUnit XML, SARIF, Markdown, commands to GitHub's runner: every verdict, and texts that would break out.
@Suite struct FormatTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    private static func text(_ name: String, _ run: CheckRun) throws -> String {
        switch name {
        case "xml": JUnitReport(run).text()
        case "sarif": try SARIFReport(run).text()
        case "md": MarkdownReport(run).text()
        default: WorkflowCommands(run).text()
        }
    }

    @Test(arguments: ["xml", "sarif", "md", "github"], [nil, Requirement.proved]) func golden(
        format: String, requirement: Requirement?
    ) throws {
        let name = "\(requirement == nil ? "all" : "required").\(format)"
        let url = Self.folder.appending(path: name)
        let actual = try Self.text(format, SampleRun.all(requirement: requirement))
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(try actual == String(contentsOf: url, encoding: .utf8), "\(name): \(actual)")
        }
    }

    @Test func standingsAreCounted() throws {
        let elements = try Elements(of: JUnitReport(SampleRun.all()).text())
        let whole = try #require(elements.all.first { $0.name == "testsuites" })
        #expect(whole.attributes["tests"] == "17" && whole.attributes["failures"] == "3")
        #expect(whole.attributes["errors"] == "4")
        let required = try Elements(of: JUnitReport(SampleRun.all(requirement: .proved)).text())
        // What survived, was not found, is undecided or holds with confidence only is too little now.
        #expect(required.all[0].attributes["failures"] == "9")
        #expect(required.all.count { $0.name == "skipped" } == 1)
    }

    @Test(arguments: SampleRun.hostileTexts) func xmlStaysXML(_ text: String) throws {
        let plain = try Elements(of: JUnitReport(SampleRun.hostile("plain")).text())
        let hostile = try Elements(of: JUnitReport(SampleRun.hostile(text)).text())
        #expect(hostile.all.map(\.name) == plain.all.map(\.name))
        #expect(hostile.all.map { $0.attributes.keys.sorted() } == plain.all.map { $0.attributes.keys.sorted() })
        // It is read back as it was, but for what XML has no character for.
        let legal = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isLegal = scalar >= " " && scalar < "\u{FFFE}" || "\n\t\r".unicodeScalars.contains(scalar)
                    return isLegal ? scalar : "\u{FFFD}"
                }))
        #expect(hostile.all.contains { $0.attributes["name"] == "p \(legal)" })
        #expect(hostile.text.contains(legal))
    }

    @Test(arguments: SampleRun.hostileTexts) func jsonStaysJSON(_ text: String) throws {
        let written = try SARIFReport(SampleRun.hostile(text)).text()
        let object = try #require(JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any])
        let run = try #require((object["runs"] as? [[String: Any]])?.first)
        let result = try #require((run["results"] as? [[String: Any]])?.first)
        let message = try #require((result["message"] as? [String: Any])?["text"] as? String)
        #expect(
            !message.unicodeScalars.indices.contains { message.unicodeScalars[$0...].starts(with: "](".unicodeScalars) }
        )
        let uri = ((result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])?[
            "artifactLocation"]
        #expect(URL(string: (uri as? [String: String])?["uri"] ?? "") != nil)
        // The same property has the same fingerprint, whatever was found.
        let again = try SARIFReport(SampleRun.hostile(text)).text()
        #expect(again == written)
    }

    @Test(arguments: SampleRun.hostileTexts) func commandsAreOneLineEach(_ text: String) {
        let lines = WorkflowCommands(SampleRun.hostile(text)).text().split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        #expect(lines.count == 4 && lines.last == "")
        for line in lines.dropLast() {
            #expect(line.hasPrefix("::error file="))
            let parts = line.dropFirst(2).components(separatedBy: "::")
            #expect(parts[0].components(separatedBy: ",").allSatisfy { $0.components(separatedBy: "=").count >= 2 })
            #expect(!parts[0].dropFirst("error ".count).contains(":"))
        }
    }

    /// The runner takes a line for a command wherever it begins with two colons, blanks aside.
    @Test func otherOutputIsShielded() {
        #expect(WorkflowCommands.shielded("a :: b\n  c\n") == "a :: b\n  c\n")
        for text in ["::error::x\n", "a\n  ::error::x", "a\r\u{A0}::\u{301}x\n", "a ##[error]x\n", "##[\u{301}"] {
            let shielded = WorkflowCommands.shielded(text)
            let lines = shielded.split(separator: "\n")
            let word = lines[0].replacing("::stop-commands::", with: "")
            #expect(lines[0].hasPrefix("::stop-commands::") && lines.last == "::\(word)::" && word.count == 64)
            #expect(shielded.contains(text))
        }
    }

    @Test(arguments: SampleRun.hostileTexts) func markdownKeepsItsShape(_ text: String) {
        let plain = MarkdownReport(SampleRun.hostile("plain")).text()
        let hostile = MarkdownReport(SampleRun.hostile(text)).text()
        func skeleton(_ markdown: String) -> [String] {
            var (lines, fence) = ([String](), String?.none)
            for line in markdown.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" })
            {
                let line = String(String.UnicodeScalarView(line))
                if let open = fence {
                    if line == open { fence = nil }
                } else if line.hasPrefix("```") {
                    fence = String(line.prefix { $0 == "`" })
                } else {
                    lines.append(
                        line.hasPrefix("|")
                            ? "row of \(line.components(separatedBy: "|").count)" : String(line.prefix(8)))
                }
            }
            return fence == nil ? lines : ["a fence is open"]
        }
        #expect(skeleton(hostile) == skeleton(plain))
        for sign in ["<script", "<!--", "](", "@everyone"] where text.contains(sign) {
            let outside = hostile.components(separatedBy: "\n").filter { $0.hasPrefix("|") || $0.hasPrefix("<summary") }
            #expect(!outside.joined().contains(sign))
        }
    }

    @Test func aLongRunFitsIntoAComment() {
        let verdict = SampleRun.verdict("p", .contradicted([SampleRun.example(String(repeating: "x", count: 30_000))]))
        let run = CheckRun(
            version: "1", seed: 0, specs: [.init(path: "a.say")],
            entries: (0..<400).map { SampleRun.entry(verdict, "p\($0)", line: $0 + 1, spec: "a.say") })
        let text = MarkdownReport(run).text()
        #expect(text.utf8.count < 200_000 && text.contains("and 200 more.") && text.contains("more did not fit here."))
    }

    private final class Elements: NSObject, XMLParserDelegate {
        private(set) var all: [(name: String, attributes: [String: String])] = []
        private(set) var text = ""

        init(of document: String) throws {
            super.init()
            let parser = XMLParser(data: Data(document.utf8))
            parser.delegate = self
            guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) { all.append((name, attributes)) }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }
}
