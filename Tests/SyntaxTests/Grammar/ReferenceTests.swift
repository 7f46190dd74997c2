import Diagnostics
import Foundation
import Testing

@testable import Syntax

@Suite("Grammar/README.md") struct ReferenceTests {
    /// Each is a file, or an expression a line.
    @Test("has examples that are Say") func examples() throws {
        let text = try String(contentsOf: Place.grammar.appending(path: "README.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```\n").enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(
            \.element)
        #expect(blocks.count >= 5)
        for block in blocks where !isSay(block) {
            let expressions = block.split(separator: "\n").map { "func f() = \($0)\n" }
            for expression in expressions { #expect(isSay(expression), "\(expression)") }
        }
    }

    @Test("names every reserved word and every aggregate") func words() throws {
        let text = try String(contentsOf: Place.grammar.appending(path: "README.md"), encoding: .utf8)
        let words = Set(text.split { !$0.isLetter }.map(String.init))
        #expect(Set(Token.Kind.reservedWords.keys).union(Aggregate.words).subtracting(words).isEmpty)
    }

    private func isSay(_ text: String) -> Bool { parse(SourceFile(path: "t.say", text: text)).diagnostics.isEmpty }
}
