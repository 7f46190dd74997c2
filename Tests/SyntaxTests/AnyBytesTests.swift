import Diagnostics
import Foundation
import Testing

@testable import Syntax

/// Whatever the bytes, `parse` ends with a tree that covers the file and diagnostics that lie in it.
@Suite("Any bytes") struct AnyBytesTests {
    /// `GAINSAY_MUTATIONS=1000000 swift test --filter AnyBytes` tries a million.
    @Test("mutated specs, samples and noise") func mutations() {
        let count = ProcessInfo.processInfo.environment["GAINSAY_MUTATIONS"].flatMap(Int.init) ?? 20_000
        let seeds = ["specs", "accept", "reject"].flatMap { folder in
            Place.files(in: Place.corpus.appending(path: folder)).map { Array($0.text.utf8.prefix(300)) }
        }
        var chance = Chance(seed: 3)
        for round in 0..<count {
            var bytes = seeds.randomElement(using: &chance)!
            for _ in 0..<Int.random(in: 1...4, using: &chance) { mutate(&bytes, seeds, &chance) }
            checkReading(of: bytes, thorough: round.isMultiple(of: 40))
        }
    }

    @Test(
        "hostile texts, in linear time",
        arguments: [
            "(", ")", "[", "{", "}", "\"", "/", "\\", "-", "not ", "a.", "a(", "a[", "a with {", "1+", "1,", "a and ",
            "a implies ", "if ", "{a:", "{let x=", "f(x:", "max(a:", "max({a,", "max(a in ", "[[", "forall x: T : ",
            "exists x in ", "exists ", "[i: T : ", "[x in d, ", "sum(i, ", "sum(i, j: T : ", "sum({a}, ", "a in {",
            "a in [",
            "property p(", "x ~ ", "let x = ", "const x = ", "for x: T ", "a: T, ", "where ",
            "f(from: ", "a\n", "\n", "\r",
            "// c\n",
            "/// d\n", "property p {", "forall ", "type T = {a:", "type T = A(", "\u{0}", "é", "≤", "\"\\u{", "use a.",
            "#",
            "enum A = b,\n", "property p { check a with { b: 1 } }\n", "1", "_", "1_", "a<", "a<b>c ",
        ])
    func repetition(piece: String) {
        for prefix in ["", "func f() = ", "property p { check "] {
            checkReading(of: Array((prefix + String(repeating: piece, count: 1200)).utf8), thorough: false)
        }
    }

    @Test("bytes that are no text") func noise() {
        checkReading(of: [], thorough: true)
        checkReading(of: [0xEF, 0xBB, 0xBF], thorough: true)
        checkReading(of: Array(repeating: 0, count: 10_000), thorough: true)
        checkReading(of: (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ $0 >> 3) }, thorough: true)
        checkReading(of: Array(repeating: 0xFF, count: 10_000), thorough: true)
        checkReading(of: Array("use \"".utf8) + [0xC3], thorough: true)
    }

    private func checkReading(of bytes: [UInt8], thorough: Bool) {
        let source = SourceFile(path: "t.say", bytes: bytes)
        let (tree, diagnostics) = parse(source)
        let text = { String(decoding: bytes.prefix(300), as: UTF8.self) }
        let areInside = diagnostics.allSatisfy { diagnostic in
            let spans = [diagnostic.span] + diagnostic.labels.map(\.span) + diagnostic.hints.compactMap(\.edit?.span)
            return spans.allSatisfy { $0.lower <= $0.upper && $0.upper <= bytes.count }
        }
        #expect(areInside, "a diagnostic lies outside of \(text())")
        #expect(coversAllTokens(tree), "no declaration covers a part of \(text())")
        guard thorough else { return }
        #expect(!render(diagnostics, from: [source]).contains("\u{0}"))
        #expect(misplacedNodes(in: tree.declarations, within: source.span).isEmpty, "nodes lie outside in \(text())")
    }

    private func coversAllTokens(_ tree: SyntaxTree) -> Bool {
        var declarations = tree.declarations[...]
        var end = 0
        for token in Lexer.lex(tree.source).tokens.dropLast() {
            while let next = declarations.first, next.span.lower <= Int(token.start) {
                end = max(end, next.span.upper)
                declarations.removeFirst()
            }
            if Int(token.end) > end { return false }
        }
        return true
    }

    /// Nodes with a text of their own that lie outside of the node around them.
    private func misplacedNodes(in value: Any, within outer: Span) -> [Span] {
        let mirror = Mirror(reflecting: value)
        let own = mirror.children.first { $0.label == "span" }?.value as? Span
        let inner = own ?? outer
        let misplaced = inner.isEmpty || outer.contains(inner) ? [] : [inner]
        return mirror.children.reduce(into: misplaced) { found, child in
            if child.value is Span || child.value is String { return }
            found += misplacedNodes(in: child.value, within: inner.isEmpty ? outer : inner)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ seeds: [[UInt8]], _ chance: inout Chance) {
        guard !bytes.isEmpty else {
            bytes = Array("x".utf8)
            return
        }
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        let end = min(bytes.count, place + Int.random(in: 1...20, using: &chance))
        switch Int.random(in: 0..<7, using: &chance) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.insert(Array("(){}[],:;.=-/\"\\\n<>+* ".utf8).randomElement(using: &chance)!, at: place)
        case 5:
            let word = Token.Kind.allCases.randomElement(using: &chance)!.spelling
            bytes.replaceSubrange(place..<end, with: Array(" \(word) ".utf8))
        default:
            let other = seeds.randomElement(using: &chance)!
            bytes.replaceSubrange(place..<end, with: other.prefix(Int.random(in: 0...other.count, using: &chance)))
        }
    }
}
