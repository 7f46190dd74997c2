import Foundation
import Testing

/// The pages of the diagnostics, as the program carries them.
@Suite(.withExecutable) struct ExplainTests {
    private let command: Command

    init() throws { command = try Command() }

    private static let pages = Command.examples.deletingLastPathComponent().appendingPathComponent(
        "Grammar/diagnostics")

    @Test func everyPageOfTheFolderIsCarried() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.pages.path)
        let codes = names.filter { $0.hasSuffix(".md") && $0 != "README.md" }.map { String($0.dropLast(3)) }.sorted()
        let list = try command.run("explain").output.split(separator: "\n")
        #expect(list.map { String($0.prefix { $0 != " " }) } == codes)
        #expect(list.allSatisfy { $0.hasSuffix(".") })
    }

    @Test func aPageIsShownWithItsSpecsIndented() throws {
        let shown = try command.run("explain unknown-name")
        #expect(shown.code == 0 && shown.errors.isEmpty)
        #expect(shown.output.hasPrefix("unknown-name\n\nNothing has this name here.\n\n    property small {\n"))
        #expect(!shown.output.contains("```") && shown.output.hasSuffix("    }\n"))
        #expect(try command.run(["explain", "error[unknown-name]"]).output == shown.output)
    }

    @Test func anotherCodeIsRefusedWithTheNearest() throws {
        let wrong = try command.run("explain unknown-nam")
        #expect(wrong.code == 2 && wrong.output.isEmpty)
        #expect(wrong.errors.contains("did you mean `unknown-name`?"))
    }
}
