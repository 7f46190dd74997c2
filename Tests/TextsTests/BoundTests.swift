import Testing

@testable import Texts

/// Patterns that explode are refused, or made within bounds; none hangs.
@Suite struct BoundTests {
    @Test func explosionsAreRefused() {
        for pattern in [
            "(a{1000}){50}", "((((a{60}){60}){60}))", "a{5000}", "[^\\x{0}-\\x{10ffff}]", "(*FAIL)", "(?R)", "(a(?1))",
            "a$b",
        ] {
            #expect(throws: PatternFailure.self, "\(pattern)") { _ = try TextGenerator(matching: pattern) }
        }
        let deep = String(repeating: "(", count: 240) + "a" + String(repeating: ")", count: 240)
        #expect(throws: PatternFailure.self) { _ = try TextGenerator(matching: deep) }
    }

    @Test func nestedRepetitionsEnd() throws {
        for pattern in [
            "((((a*)*)*)*)*", "(((a?){9}){9}){9}", "(a|b(?R)?c)*", "(?:(?:(?:a|b)*c)*d)*", "(\\((?1)*\\))+",
        ] {
            let generator = try TextGenerator(matching: pattern)
            var draws = generator.makeDraws(Counter())
            for _ in 0..<50 { #expect(generator.length.contains(draws.next().text.count)) }
            let all = Array(repeating: generator.bound - 1, count: generator.width)
            #expect(generator.contains(generator.text(of: all)))
            #expect(generator.contains(generator.text(of: Array(repeating: 1, count: generator.width))))
        }
    }

    @Test func lengthsAreKept() throws {
        let generator = try TextGenerator(matching: "[ab]+( [ab]+)*", length: 5...9)
        var draws = generator.makeDraws(Counter())
        for _ in 0..<200 { #expect((5...9).contains(draws.next().text.count)) }
        #expect(generator.contains(generator.sample))
        #expect(throws: PatternFailure.self) { _ = try TextGenerator(matching: "a{3}", length: 5...9) }
    }

    /// What fewer than so many texts have is all drawn: the whole language of a small pattern.
    @Test func smallLanguagesAreWhole() throws {
        let generator = try TextGenerator(matching: "(a|b)?(x|yy){0,2}")
        var draws = generator.makeDraws(Counter())
        var seen: Set<[UInt32]> = []
        for _ in 0..<3000 { seen.insert(draws.next().text) }
        #expect(seen.count == 3 * 7)
        #expect(generator.isComplete)
    }

    private struct Counter: RandomNumberGenerator {
        var state: UInt64 = 7

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
        }
    }
}
