import Diagnostics
import Foundation
import Testing

@testable import Syntax

/// Holds Grammar/say.tmLanguage.json against the lexer: on the whole corpus both see the same keywords, strings, regular
/// expressions, numbers, names and comments.
@Suite("Grammar/say.tmLanguage.json") struct EditorGrammarTests {
    @Test("agrees with the lexer", arguments: ["specs", "accept"]) func agreement(folder: String) throws {
        let grammar = try EditorGrammar()
        var compared = 0
        for (name, text) in Place.files(in: Place.corpus.appending(path: folder)) {
            for sample in text.components(separatedBy: "// ----\n") {
                let source = SourceFile(path: name, text: sample)
                let classes = grammar.classes(of: sample)
                for (span, expected) in expectations(source) {
                    let found = Set(classes[span.range])
                    #expect(
                        found == [expected], "\(name): \(source.text(span)) is \(expected), not \(found)\n\(sample)")
                    compared += 1
                }
            }
        }
        #expect(compared > 300)
    }

    @Test("knows every reserved word") func words() throws {
        let grammar = try EditorGrammar()
        for word in Token.Kind.reservedWords.keys {
            #expect(Set(grammar.classes(of: word).dropLast()) == ["keyword"], "\(word)")
        }
    }

    private func expectations(_ source: SourceFile) -> [(Span, String)] {
        let lexer = Lexer.lex(source)
        let comments = lexer.comments.map { ($0.span, "comment") }
        return comments
            + lexer.tokens.compactMap { token in
                let span = Span(file: source.id, Int(token.start)..<Int(token.end))
                switch token.kind {
                case .name: return ["language", "const"].contains(source.text(span)) ? nil : (span, "name")
                case .number: return (span, "number")
                case .string: return (span, "string")
                case .regex: return (span, "regex")
                case _ where token.kind.isReservedWord: return (span, "keyword")
                case .unknown, .end: return nil
                default: return (span, "sign")
                }
            }
    }
}

/// As much of a TextMate grammar as say.tmLanguage.json uses: `match` with `name` or with `captures`.
private struct EditorGrammar {
    private struct Pattern: Decodable {
        struct Capture: Decodable { let name: String? }
        let name: String?
        let match: String
        let captures: [String: Capture]?
    }

    private struct File: Decodable { let patterns: [Pattern] }

    private let patterns: [(regex: NSRegularExpression, scopes: [Int: String])]

    init() throws {
        let file = try JSONDecoder().decode(
            File.self, from: Data(contentsOf: Place.grammar.appending(path: "say.tmLanguage.json")))
        patterns = try file.patterns.map { pattern in
            var scopes = pattern.name.map { [0: $0] } ?? [:]
            for (group, capture) in pattern.captures ?? [:] {
                if let name = capture.name { scopes[Int(group)!] = name }
            }
            return (try NSRegularExpression(pattern: pattern.match), scopes)
        }
    }

    /// The class of each byte; the corpus is matched line by line, as editors do.
    func classes(of text: String) -> [String] {
        text.split(separator: /\r\n|\n/, omittingEmptySubsequences: false).flatMap { line -> [String] in
            classes(ofLine: String(line)) + [""]
        }
    }

    private func classes(ofLine line: String) -> [String] {
        var scopes = [String](repeating: "", count: line.utf16.count)
        var position = 0
        while position < scopes.count, let (match, names) = first(in: line, from: position) {
            for group in names.keys.sorted() {
                let range = match.range(at: group)
                if range.location != NSNotFound {
                    for index in range.location..<range.upperBound { scopes[index] = names[group]! }
                }
            }
            position = max(position + 1, match.range.upperBound)
        }
        let utf16 = Array(line.utf16)
        return line.unicodeScalars.reduce(into: (classes: [String](), index: 0)) { result, scalar in
            let isBlank = utf16[result.index] == 32 || utf16[result.index] == 9
            let name = EditorGrammar.name(of: scopes[result.index])
            let isSignBlank = isBlank && name == "sign"
            result.classes += Array(repeating: isSignBlank ? "" : name, count: UTF8.width(scalar))
            result.index += UTF16.width(scalar)
        }.classes
    }

    private func first(in line: String, from position: Int) -> (NSTextCheckingResult, [Int: String])? {
        let range = NSRange(location: position, length: line.utf16.count - position)
        var best: (NSTextCheckingResult, [Int: String])?
        for (regex, scopes) in patterns {
            let found = regex.firstMatch(in: line, options: .withTransparentBounds, range: range)
            if let found, found.range.location < best?.0.range.location ?? .max { best = (found, scopes) }
        }
        return best
    }

    private static func name(of scope: String) -> String {
        let prefixes = [
            ("comment.", "comment"), ("string.regexp", "regex"), ("string.", "string"), ("constant.numeric", "number"),
            ("constant.language", "keyword"), ("keyword.operator.say", "sign"), ("punctuation", "sign"),
            ("keyword.", "keyword"), ("variable.", "name"), ("support.", "name"), ("entity.", "name"),
        ]
        return prefixes.first { scope.hasPrefix($0.0) }?.1 ?? ""
    }
}
