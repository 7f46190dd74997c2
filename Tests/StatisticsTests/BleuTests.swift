import Testing

@testable import Statistics

@Suite struct BleuTests {
    /// What nltk 3.10's `sentence_bleu([reference], hypothesis)` says of the same strings, to its last digit or so.
    @Test(arguments: [
        ("the dog sees a cat", "the dog sees a cat", 1.0),
        ("the dog sees a cat", "the dog sees a hat", 0.8578928092681435),
        ("our dry bottle shows every heavy window", "our dry window shows every bottle", 0.7848965047834895),
        ("abcdefgh", "abcd", 0.36787944117144233),
    ])
    func agrees(_ reference: String, _ hypothesis: String, _ expected: Double) {
        #expect(abs(Bleu.score(hypothesis, reference: reference) - expected) < 1e-12)
    }

    @Test func isNothingWithoutFourInARow() {
        // nltk has 1e-77 and the like.
        #expect(Bleu.score("my clock turns near the old lake today", reference: "every sheep writes this shoe") == 0)
        #expect(Bleu.score("ab", reference: "ab") == 0)
        #expect(Bleu.score("", reference: "abcd") == 0 && Bleu.score("abcd", reference: "") == 0)
    }
}
