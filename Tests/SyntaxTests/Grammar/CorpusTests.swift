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
}
