import Diagnostics
import Testing

@testable import Syntax

/// Holds part 2 of Grammar/say.ebnf against the lexer.
@Suite("Lexemes of Grammar/say.ebnf") struct LexemeTests {
    @Test("every token of the corpus is what its rule says") func corpus() {
        for folder in ["specs", "accept"] {
            for (name, text) in Place.files(in: Place.corpus.appending(path: folder)) {
                let source = SourceFile(path: name, text: text)
                let lexer = Lexer.lex(source)
                for token in lexer.tokens {
                    guard let rule = rule(of: token.kind) else { continue }
                    let text = source.text(Span(file: source.id, Int(token.start)..<Int(token.end)))
                    #expect(accepts(rule, text), "\(text) is no \(rule)")
                }
                for comment in lexer.comments { #expect(accepts("comment", source.text(comment.span))) }
            }
        }
    }

    @Test("near misses are judged alike", arguments: 1...3) func nearMisses(seed: UInt64) {
        var chance = Chance(seed: seed)
        var verdicts = [true: 0, false: 0]
        for _ in 0..<1500 {
            let (rule, start, alphabet) = [
                ("number", "", "0123456789..__eE+-"), ("string", "\"", "ab\\\"\"n{}u3é"), ("regex", "/", "ab\\//[]\""),
                ("name", "", "inortd_1"),
            ].randomElement(using: &chance)!
            let length = Int.random(in: 1...7, using: &chance)
            let text = start + String((0..<length).map { _ in alphabet.randomElement(using: &chance)! })
            let lexer = Lexer.lex(SourceFile(path: "t", text: text))
            let token = lexer.tokens[0]
            let isWhole = lexer.tokens.count == 2 && Int(token.end) == text.utf8.count
            let isOne = isWhole && lexer.log.diagnostics.isEmpty && self.rule(of: token.kind) == rule
            #expect(accepts(rule, text) == isOne, "\(rule): \(text)")
            verdicts[isOne, default: 0] += 1
        }
        #expect(verdicts.values.allSatisfy { $0 > 150 }, "\(verdicts)")
    }

    private func accepts(_ rule: String, _ text: String) -> Bool {
        var recogniser = Recogniser(GrammarFile.say, CharacterInput(text))
        return recogniser.accepts(rule)
    }

    private func rule(of kind: Token.Kind) -> String? {
        switch kind {
        case .name: "name"
        case .number: "number"
        case .string: "string"
        case .regex: "regex"
        default: kind.isReservedWord ? "reserved-word" : nil
        }
    }
}
