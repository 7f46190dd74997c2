import Diagnostics
import Testing

@testable import Syntax

@Suite("Grammar/corpus") struct CorpusTests {
    @Test(
        "whole specs give no diagnostics", arguments: Place.files(in: Place.corpus.appending(path: "specs")).map(\.name)
    )
    func specs(name: String) throws {
        let (_, text) = try #require(Place.files(in: Place.corpus.appending(path: "specs")).first { $0.name == name })
        let source = SourceFile(path: name + ".say", text: text)
        let report = render(parse(source).diagnostics, from: [source])
        #expect(report.isEmpty, "\(report)")
        var recogniser = Recogniser(GrammarFile.say, TokenInput(source))
        let isAccepted = recogniser.accepts("file")
        #expect(isAccepted, "say.ebnf rejects \(name).say")
    }

    @Test("holds accepted samples of every rule", arguments: GrammarFile.say.names)
    func accepted(rule: String) throws {
        let samples = try samples(of: rule, in: "accept")
        var used: Set<String> = []
        for source in samples {
            let report = render(parse(source).diagnostics, from: [source])
            #expect(report.isEmpty, "the parser rejects\n\(source.text(source.span))\n\(report)")
            var recogniser = Recogniser(GrammarFile.say, TokenInput(source))
            let isAccepted = recogniser.accepts("file")
            #expect(isAccepted, "say.ebnf rejects\n\(source.text(source.span))")
            used.formUnion(recogniser.used)
        }
        #expect(used.contains(rule) || isLexical(rule), "no sample of `\(rule)` makes use of it")
    }

    @Test("holds rejected samples of every rule", arguments: GrammarFile.say.names)
    func rejected(rule: String) throws {
        for source in try samples(of: rule, in: "reject") {
            let text = source.text(source.span)
            #expect(!parse(source).diagnostics.isEmpty, "the parser accepts\n\(text)")
            let input = TokenInput(source)
            var recogniser = Recogniser(GrammarFile.say, input)
            let isAccepted = recogniser.accepts("file") && !input.hasLexicalErrors && !text.contains("1e999")
            #expect(!isAccepted, "say.ebnf accepts\n\(text)")
        }
    }

    @Test("every sample belongs to a rule", arguments: ["accept", "reject"])
    func orphans(folder: String) {
        let names = Place.files(in: Place.corpus.appending(path: folder)).map(\.name)
        #expect(Set(names).subtracting(GrammarFile.say.names).isEmpty)
    }

    /// The samples of a rule, which lines of `// ----` separate.
    private func samples(of rule: String, in folder: String) throws -> [SourceFile] {
        let files = Place.files(in: Place.corpus.appending(path: folder))
        let text = try #require(files.first { $0.name == rule }?.text, "Grammar/corpus/\(folder) has no \(rule).say")
        let samples = text.split(separator: "// ----\n", omittingEmptySubsequences: false)
        return samples.map { SourceFile(path: rule + ".say", text: String($0)) }
    }

    /// Rules of part 2, which only characters are held against.
    private func isLexical(_ rule: String) -> Bool {
        let names = GrammarFile.say.names
        guard let first = names.firstIndex(of: "name"), let index = names.firstIndex(of: rule) else { return false }
        return index >= first
    }
}
