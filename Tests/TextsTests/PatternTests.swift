import Foundation
import RegularExpressions
import Search
import Testing

@testable import Texts

/// Tests/Conformance/patterns.txt: the commonest validators, and the syntax of PCRE2, a pattern a line.
@Suite struct PatternTests {
    static let patterns: [String] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Conformance/patterns.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("# ") }
    }()

    @Test func thereAreMany() { #expect(Self.patterns.count >= 500) }

    /// A thousand texts of each, which PCRE2 confirms, or a reason why there are none; all alternatives and ends among them.
    @Test func giveTextsOrSayWhyNot() throws {
        var (refused, incomplete): ([String], [String]) = ([], [])
        for pattern in Self.patterns {
            guard (try? RegularExpression(pattern, matching: .whole)) != nil else {
                refused.append("\(pattern): PCRE2")
                continue
            }
            let generator: TextGenerator
            do throws(PatternFailure) { generator = try TextGenerator(matching: pattern) } catch {
                refused.append("\(pattern): \(error.message)")
                continue
            }
            let expression = try RegularExpression(pattern, matching: .whole)
            var draws = generator.makeDraws(Random(seed: 7))
            for number in 0..<1000 {
                let text = draws.next().text
                guard number % 10 == 0 else { continue }
                #expect(expression.search(CodePoints.utf8(text)) == .matches, "\(pattern)")
            }
            if draws.missing > 0, generator.blind.isEmpty { incomplete.append("\(pattern): \(draws.missing)") }
        }
        print("refused:", refused.joined(separator: "\n  "), "\nnot all drawn:", incomplete.joined(separator: "\n  "))
        #expect(refused.count <= 20)
        #expect(incomplete.isEmpty)
    }
}
