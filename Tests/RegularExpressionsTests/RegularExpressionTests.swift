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
}
