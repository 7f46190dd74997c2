import Diagnostics
import Testing

@testable import Syntax

/// Holds Grammar/say.ebnf against the parser: whatever the file accepts, the parser accepts without a word, and the other
/// way round.
@Suite("Grammar/say.ebnf") struct GrammarTests {
    private let grammar = GrammarFile.say

    @Test("defines every rule it uses, and uses every rule it defines") func closed() {
        var used: Set<String> = ["file", "comment"]
        for form in grammar.rules.values { collectRules(form, into: &used) }
        #expect(used.subtracting(grammar.names).isEmpty)
        #expect(Set(grammar.names).subtracting(used).isEmpty)
    }

    @Test("reserves the words that the lexer reserves, and names the same aggregates") func words() {
        #expect(terminals("reserved-word") == Set(Token.Kind.reservedWords.keys))
        #expect(terminals("aggregate-word") == Set(Aggregate.words))
    }

    @Test("makes sentences that the parser reads without a word", arguments: 1...4) func sentences(seed: UInt64) {
        var sentences = Sentences(of: grammar, seed: seed)
        var accepted = 0
        for round in 0..<250 {
            let text = sentences.sentence(of: "file", depth: 8 + round % 30)
            accepted += agrees(on: text) ? 1 : 0
        }
        #expect(accepted > 190, "too few sentences were kept: \(accepted)")
        #expect(sentences.used.count > 50)
    }

    @Test("agrees with the parser on broken sentences", arguments: 1...4) func brokenSentences(seed: UInt64) {
        var sentences = Sentences(of: grammar, seed: seed &+ 100)
        var chance = Chance(seed: seed)
        var rejected = 0
        for round in 0..<250 {
            let text = sentences.sentence(of: "declaration", depth: 8 + round % 20)
            for _ in 0..<3 { rejected += agrees(on: broken(text, &chance)) ? 0 : 1 }
        }
        #expect(rejected > 250, "too few sentences were broken: \(rejected)")
    }

    @Test(
        "agrees with the parser on brackets with and without binders",
        arguments: ["aggregate", "reduction", "comprehension", "quantified", "tensor", "comparison"])
    func brackets(rule: String) {
        var sentences = Sentences(of: grammar, seed: 5)
        var chance = Chance(seed: 11)
        var verdicts = [true: 0, false: 0]
        for round in 0..<120 {
            let text = "func f() = " + sentences.sentence(of: rule, depth: 9 + round % 12)
            verdicts[agrees(on: text), default: 0] += 1
            for _ in 0..<3 { verdicts[agrees(on: broken(text, &chance)), default: 0] += 1 }
        }
        #expect(verdicts.values.allSatisfy { $0 > 60 }, "\(verdicts)")
    }

    @Test("agrees with the parser on broken specs") func brokenSpecs() {
        var chance = Chance(seed: 7)
        for (_, text) in Place.files(in: Place.corpus.appending(path: "specs")) {
            for _ in 0..<40 { _ = agrees(on: broken(text, &chance)) }
        }
    }

    /// What both say; an issue where they differ.
    private func agrees(on text: String) -> Bool {
        let source = SourceFile(path: "t.say", text: text)
        let diagnostics = parse(source).diagnostics
        let input = TokenInput(source)
        var recogniser = Recogniser(grammar, input)
        let isAccepted = recogniser.accepts("file") && !input.hasLexicalErrors
        if isAccepted != diagnostics.isEmpty {
            let report = render(diagnostics, from: [source])
            Issue.record(
                "say.ebnf \(isAccepted ? "accepts" : "rejects"), the parser does not agree:\n\(text)\n\(report)")
        }
        return isAccepted
    }

    /// With one or two tokens left out, doubled, swapped or replaced.
    private func broken(_ text: String, _ chance: inout Chance) -> String {
        let input = TokenInput(SourceFile(path: "t.say", text: text))
        var pieces = zip(input.texts, input.startsLine).map { ($1 ? "\n" : " ") + $0 }
        for _ in 0..<Int.random(in: 1...2, using: &chance) where !pieces.isEmpty {
            let place = Int.random(in: 0..<pieces.count, using: &chance)
            let other = Int.random(in: 0..<pieces.count, using: &chance)
            switch Int.random(in: 0..<6, using: &chance) {
            case 0: pieces.remove(at: place)
            case 1: pieces.insert(pieces[place], at: place)
            case 2: pieces.swapAt(place, other)
            case 3: pieces[place] = pieces[other]
            case 4: pieces[place] = " " + (Token.Kind.allCases.randomElement(using: &chance) ?? .name).spelling
            default: pieces[place] = (pieces[place].hasPrefix("\n") ? " " : "\n") + pieces[place].dropFirst()
            }
        }
        return pieces.joined()
    }

    private func terminals(_ rule: String) -> Set<String> {
        guard case .choice(let forms) = grammar.rules[rule] else { return [] }
        return Set(forms.compactMap { if case .terminal(let text) = $0 { text } else { nil } })
    }

    private func collectRules(_ form: Form, into used: inout Set<String>) {
        switch form {
        case .terminal, .special: break
        case .rule(let name): used.insert(name)
        case .sequence(let forms), .choice(let forms): for form in forms { collectRules(form, into: &used) }
        case .option(let form), .repetition(let form): collectRules(form, into: &used)
        case .exception(let form, let not):
            collectRules(form, into: &used)
            collectRules(not, into: &used)
        }
    }
}
