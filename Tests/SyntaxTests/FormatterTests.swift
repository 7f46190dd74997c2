import Diagnostics
import Foundation
import Testing

@testable import Syntax

@Suite("Formatter") struct FormatterTests {
    @Test("keeps the tree and settles at once", arguments: ["specs", "accept"]) func corpus(folder: String) {
        for (name, text) in Place.files(in: Place.corpus.appending(path: folder)) {
            for sample in text.components(separatedBy: "// ----\n") { checkLaws(sample, name) }
        }
    }

    @Test("keeps the tree of random sentences", arguments: 1...2) func sentences(seed: UInt64) {
        var sentences = Sentences(of: GrammarFile.say, seed: seed &+ 50)
        for round in 0..<150 { checkLaws(sentences.sentence(of: "file", depth: 8 + round % 20), "sentence \(round)") }
    }

    @Test("gives a file with errors back as it is") func errors() {
        #expect(format(tree(of: "use  in\n")) == "use  in\n")
    }

    /// Goldens/format: a text as written, a line of dashes, the text as formatted.
    @Test("lays out as recorded", arguments: Place.files(in: Place.layouts).map(\.name)) func golden(name: String)
        throws
    {
        let url = Place.layouts.appending(path: name + ".say")
        let recorded = try String(contentsOf: url, encoding: .utf8)
        let written = recorded.components(separatedBy: "\n--------\n")[0]
        let actual = written + "\n--------\n" + format(tree(of: written))
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == recorded, "\(actual)")
        }
    }

    private func tree(of text: String) -> SyntaxTree { parse(SourceFile(path: "t.say", text: text)).tree }

    private func checkLaws(_ text: String, _ name: String) {
        let source = SourceFile(path: "t.say", text: text)
        let (before, diagnostics) = parse(source)
        guard diagnostics.isEmpty else { return }
        let once = format(before)
        let (after, errors) = parse(SourceFile(path: "t.say", text: once))
        #expect(errors.isEmpty, "\(name): formatting broke\n\(text)\nto\n\(once)")
        #expect(
            shape(of: before.declarations) == shape(of: after.declarations),
            "\(name): formatting changed\n\(text)\nto\n\(once)")
        let comments = { (tree: SyntaxTree) in
            tree.comments.map { tree.source.text($0.span).trimmingCharacters(in: .whitespaces) }
        }
        #expect(comments(before) == comments(after), "\(name): comments of\n\(text)\nin\n\(once)")
        #expect(format(after) == once, "\(name): formatting\n\(once)\nagain gives\n\(format(after))")
    }

    /// The tree without its places.
    private func shape(of value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        guard !mirror.children.isEmpty else { return "\(value)" }
        let children = mirror.children.compactMap { child -> String? in
            child.value is Span ? nil : (child.label ?? "") + ":" + shape(of: child.value)
        }
        return "(" + children.joined(separator: " ") + ")"
    }
}
