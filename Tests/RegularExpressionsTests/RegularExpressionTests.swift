import RegularExpressions
import Testing

@Suite struct RegularExpressionTests {
    @Test func searches() throws {
        let expression = try RegularExpression("^ro.x")
        #expect(expression.search("robust") == .differs)
        #expect(expression.search("ro\u{E9}xust") == .matches)
    }

    @Test func aPatternThatWouldTakeForEverIsUndecided() throws {
        let expression = try RegularExpression("(a+)+$")
        #expect(expression.search(String(repeating: "a", count: 40) + "b") == .undecided)
    }

    @Test func aBadPatternIsLocated() {
        do throws(RegularExpression.Failure) {
            _ = try RegularExpression("ab(c")
            Issue.record("an open group was compiled")
        } catch { #expect(error.offset == 4) }
    }

    @Test func limitsAreSaidBeforehand() {
        #expect(throws: RegularExpression.Failure.self) { try RegularExpression(String(repeating: "a", count: 65_537)) }
        #expect(throws: Never.self) { try RegularExpression(String(repeating: "a", count: 1000)) }
    }

    /// A byte in the middle of a character is refused: texts stay UTF-8.
    @Test(arguments: ["[z-a]", "*a", "a{2,1}", "\\C", "(?<n>a)(?<n>b)"])
    func badPatternsSayWhere(_ pattern: String) {
        do throws(RegularExpression.Failure) {
            _ = try RegularExpression(pattern)
            Issue.record("\(pattern) was compiled")
        } catch {
            #expect(!error.message.isEmpty && (0...pattern.utf8.count).contains(error.offset))
            #expect(error.description == "\(error.message) (at byte \(error.offset))")
        }
    }

    @Test func deepNestingEnds() throws {
        let expression = try RegularExpression("^((a|b|ab)*)*c$")
        let answer = expression.search(String(repeating: "ab", count: 5000))
        #expect(answer == .undecided || answer == .differs)
        #expect(try RegularExpression("").search("") == .matches)
    }
}
