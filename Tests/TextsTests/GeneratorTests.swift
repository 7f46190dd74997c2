import RegularExpressions
import Search
import Testing

@testable import Texts

@Suite struct GeneratorTests {
    @Test func eachDrawMatchesAndComesOfItsChoices() throws {
        for pattern in patterns {
            let generator = try TextGenerator(matching: pattern)
            let expression = try RegularExpression(pattern, matching: .whole)
            var draws = generator.makeDraws(Random(seed: 1))
            for _ in 0..<100 {
                let (text, choices) = draws.next()
                #expect(expression.search(CodePoints.utf8(text)) == .matches, "\(pattern)")
                #expect(generator.text(of: choices) == text, "\(pattern): \(CodePoints.text(text))")
                if let again = generator.choices(of: text) {
                    #expect(generator.text(of: again) == text)
                } else {
                    Issue.record("\(pattern): the choices of \(CodePoints.text(text)) are not found")
                }
            }
        }
    }

    private let patterns = [
        "(What|Who|Where) is [a-z]{2,12}( [a-z]{2,12}){0,3}\\?", "a*b+c?", "(a|bc)*", "[^@\\s]+@[a-z]+\\.(com|org)",
        "(\\w)x\\1",
        "(?i:hello) World", "\\d{4}-(0[1-9]|1[0-2])-\\d{2}", "(?<n>ab|c)\\k<n>", "\\((?:[^()]|(?R))*\\)",
        "\\p{Lu}\\p{Ll}+", "(a?){3}",
        "^\\bword\\b$", "\\R", "x{2,}y{,1}?", "\\Qa.b\\E+",
    ]
}
