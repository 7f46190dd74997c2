import Search
import Testing

@testable import Texts

@Suite struct FunctionTests {
    private func numbers(_ text: String, _ count: Int = 40) -> [Double] {
        CodePoints.numbers(CodePoints.of(text), count: count)
    }

    private func text(_ function: TextFunction, _ arguments: [[Double]]) -> String {
        CodePoints.text(CodePoints.read(function.apply(arguments, count: 80)))
    }

    @Test func textsAreRead() {
        for text in ["", "abc", "日本 e\u{301}", "a\u{0}b", "😀"] {
            #expect(CodePoints.text(CodePoints.read(numbers(text))) == text)
        }
    }

    @Test func partsAndWords() {
        #expect(text(.join, [numbers("ab"), numbers(""), numbers("c")]) == "abc")
        #expect(text(.take, [numbers("hello"), [2]]) == "he")
        #expect(text(.take, [numbers("hello"), [-1]]) == "")
        #expect(text(.drop, [numbers("hello"), [9]]) == "")
        #expect(text(.word, [numbers("  a bc\td "), [1]]) == "bc")
        #expect(text(.word, [numbers("a"), [1]]) == "")
        #expect(text(.part, [numbers("a. b. c"), numbers(". "), [1]]) == "b")
        #expect(text(.part, [numbers("a. b"), numbers(". "), [2]]) == "")
        #expect(TextFunction.wordCount.apply([numbers(" a b ")], count: 1) == [2])
    }

    @Test func replacements() throws {
        #expect(text(.replace, [numbers("aaa"), numbers("aa"), numbers("b")]) == "ba")
        #expect(text(.replace, [numbers("aaa"), numbers(""), numbers("b")]) == "aaa")
        #expect(text(.substitute, [numbers("abcz"), numbers("abc"), numbers("bc")]) == "bccz")
        let between = try TextPattern("(?<=.)(?=.)", matching: .part)
        #expect(text(.replacePattern(between), [numbers("aéb"), numbers("|")]) == "a|é|b")
        let digits = try TextPattern("\\d*", matching: .part)
        #expect(text(.replacePattern(digits), [numbers("a12b"), numbers("#")]) == "#a#b#")
        #expect(text(.upper, [numbers("straße é")]) == "STRAßE É")
    }

    @Test func distancesAreMetric() {
        var random = Random(seed: 3)
        for _ in 0..<200 {
            let texts = (0..<3).map { _ in (0..<random.below(8)).map { _ in UInt32(97 + random.below(3)) } }
            let (ab, bc, ac) = (
                EditDistance.between(texts[0], texts[1]), EditDistance.between(texts[1], texts[2]),
                EditDistance.between(texts[0], texts[2])
            )
            #expect(ac <= ab + bc && ab == EditDistance.between(texts[1], texts[0]))
            #expect((ab == 0) == (texts[0] == texts[1]))
            #expect(ab >= abs(texts[0].count - texts[1].count) && ab <= max(texts[0].count, texts[1].count))
            #expect(EditDistance.leastDistance(of: texts[0], in: texts[1]) <= ab)
            #expect(
                (EditDistance.containment(of: texts[0], in: texts[1]) > 0)
                    == (texts[0].isEmpty || !texts[1].places(of: texts[0]).isEmpty))
        }
    }

    @Test func bytesAndBack() {
        #expect(TextFunction.bytes(padding: 0).apply([numbers("aé")], count: 5) == [97, 0xC3, 0xA9, 0, 0])
        #expect(TextFunction.codePoints(padding: -1).apply([numbers("aé")], count: 3) == [97, 0xE9, -1])
        #expect(text(.fromCodePoints, [[97, 233, -1, 98]]) == "aé")
        for word in ["", "f", "fo", "foo", "foob", "fooba", "foobar", "é😀"] {
            #expect(
                text(.fromBase64, [CodePoints.numbers(CodePoints.of(text(.base64, [numbers(word)])), count: 80)])
                    == word)
        }
        #expect(text(.base64, [numbers("foobar")]) == "Zm9vYmFy")
        #expect(text(.base64, [numbers("fo")]) == "Zm8=")
    }

    /// What PCRE2 cannot decide within its limits is neither true nor false.
    @Test func whatIsUndecidedIsNoNumber() throws {
        let pattern = try TextPattern("(a?){0,40}(?:(?:a+)+)+(?=b)(?<!c)\\1*$x", matching: .part)
        let margin = pattern.margin(of: Array(repeating: 97, count: 4000))
        #expect(margin.isNaN || margin < 0)
    }

    @Test func plainTextsComeFirst() {
        let texts = ["", "a", "b", "A", "0", " ", "!", "é", "\n", "aa"].map(CodePoints.of)
        for (one, next) in zip(texts, texts.dropFirst()) {
            #expect(Plainness.isPlainer(one, than: next) && !Plainness.isPlainer(next, than: one))
        }
    }

    @Test func setsCountBothWays() {
        let set = CodePointSet([0...70, 0x80...0x90, 0x1F600...0x1F610])
        for place in 0..<set.count { #expect(set.place(of: set[place]) == place) }
        #expect(set[0] == 65 && set.place(of: 71) == nil && set.place(of: 0x91) == nil)
    }
}
