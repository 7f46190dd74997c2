import Foundation
import FoundationXML
import Testing

@testable import Pages

struct PageTests {
    /// What a page holds, read back: pages are well-formed XML too.
    private func elements(_ page: Page) throws -> Elements {
        let elements = Elements()
        let parser = XMLParser(data: Data(page.html().utf8))
        parser.delegate = elements
        guard parser.parse() else { throw parser.parserError ?? UnfitPicture() }
        return elements
    }

    @Test func everyKindOfBlockIsThere() throws {
        let found = try elements(samplePage())
        let counts = Dictionary(grouping: found.names) { $0 }.mapValues(\.count)
        #expect(counts["h1"] == 1 && counts["h2"] == 2 && counts["h3"] == 2 && counts["dl"] == 1)
        #expect(counts["img"] == 5 && counts["figure"] == 9 && counts["table"] == 2 && counts["details"] == 1)
        #expect(counts["tr"] == 7 && counts["th"] == 15 && counts["td"] == 43 && counts["a"] == 2)
        // 10 bars, one of the other 10 is no number; a cross through 10 of them; three curves, a guide.
        #expect(counts["rect"] == 19)
        #expect(found.attributes.count { $0 == ("class", "interval") } == 10)
    }

    /// What is in both is said once; each of both can be read off.
    @Test(arguments: [
        ("", ""), ("abc", "abc"), ("abcd", "acbd"), ("kitten", "sitting"), ("a\u{301}b", "ab"), ("", "x"),
    ])
    func differencesHoldBothTexts(old: String, new: String) {
        let difference = Difference("", from: old, to: new)
        func text(_ kinds: [Difference.Kind]) -> [Unicode.Scalar] {
            difference.pieces.filter { kinds.contains($0.kind) }.flatMap(\.text.unicodeScalars)
        }
        #expect(text([.kept, .removed]) == Array(old.unicodeScalars))
        #expect(text([.kept, .added]) == Array(new.unicodeScalars))
        #expect((difference.likeness == 1) == (old == new))
    }

    @Test func differencesOfLongTextsAreBothTexts() {
        let (old, new) = (String(repeating: "a", count: 3000), String(repeating: "b", count: 3000))
        #expect(Difference("", from: old, to: new).pieces == [.init(.removed, old), .init(.added, new)])
        #expect(Difference("", from: "kitten", to: "sitting").likeness == 4.0 / 7)
    }

    @Test func theSamePageGivesTheSameBytes() throws {
        #expect(try samplePage().html() == samplePage().html())
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\" onload=\"alert(1)", "' x='", "\"\u{301} onload=x y=\"\u{301}", "<\u{338}b>",
        "&lt;b&amp;", "{{{style}}} {{title}}", "</style></svg>-->]]>", "\r\n<b>", "a\u{0}b\u{1B}c\u{7}", "日本\u{200D}語",
    ])
    func textStaysText(_ text: String) throws {
        let (plain, hostile) = try (elements(samplePage("plain")), elements(samplePage(text)))
        #expect(hostile.names == plain.names)
        #expect(hostile.attributes.map(\.0) == plain.attributes.map(\.0))
        // It is read back as it was, but for control characters.
        let shown = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 < " " && $0 != "\n" && $0 != "\t" ? "\u{FFFD}" : $0 })
        )
        #expect(hostile.text.contains("gainsay \(shown)"))
        #expect(hostile.attributes.contains { $0 == ("alt", "grey \(shown.replacing("\n", with: " "))") })
    }

    @Test func nothingIsLoadedFromElsewhere() throws {
        let page = try samplePage("http://example.org/x.js url(https://example.org)")
        let found = try elements(page)
        #expect(!found.names.contains("script") && !found.names.contains("link") && !found.names.contains("iframe"))
        let loading = ["src", "href", "srcset", "xlink:href", "action", "data", "poster", "style"]
        for (name, value) in found.attributes where loading.contains(name) {
            #expect(name == "src" ? value.hasPrefix("data:image/png;base64,") : name == "href" && value == "#linked")
        }
        #expect(!Templates.style.contains("url(") && !Templates.style.contains("@import"))
        #expect(page.html().contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""))
    }

    @Test func unfitPicturesAreNone() {
        #expect(Picture("", width: 2, height: 2, .grey([0, 1, 0])) == nil)
        #expect(Picture("", width: 2, height: 1, .colour([0, 1, 0])) == nil)
        #expect(Picture("", width: 0, height: 0, .heat([], full: 1)) == nil)
        #expect(Picture("", width: 2, height: 1, .signed([.nan, .infinity], full: 0)) != nil)
    }

    /// Written for who opens it in a browser.
    @Test func theSampleIsWritten() throws {
        guard let folder = ProcessInfo.processInfo.environment["GAINSAY_PAGES"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(samplePage().html().utf8).write(to: URL(fileURLWithPath: folder + "/sample.html"))
    }
}

private final class Elements: NSObject, XMLParserDelegate {
    private(set) var names: [String] = []
    private(set) var attributes: [(String, String)] = []
    private(set) var text = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes found: [String: String]
    ) {
        names.append(name)
        attributes += found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
