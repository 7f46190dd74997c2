import Testing

@testable import Diagnostics

@Suite("Spelling") struct SpellingTests {
    @Test(
        "suggests what was meant",
        arguments: [
            ("imge", "image"), ("lable", "label"), ("Image", "image"), ("forall_", "forall"), ("chekc", "check"),
        ])
    func near(word: String, meant: String) {
        #expect(suggest(word, among: ["image", "label", "forall", "check", "x"]) == meant)
    }

    @Test(
        "suggests nothing far", arguments: ["y", "zebra", "", "images_of_digits", String(repeating: "a", count: 9999)])
    func far(word: String) {
        #expect(suggest(word, among: ["image", "label", "x", ""]) == nil)
    }

    @Test("counts edits") func distances() {
        #expect(spellingDistance("abcd", "acbd") == 1)
        #expect(spellingDistance("kitten", "sitting") == 3)
        #expect(spellingDistance("", "abc") == 3)
    }
}
