import Formatting
import Testing

@Suite("Numbers as C prints them") struct PrintedTextTests {
    @Test(arguments: [(0.1, "0.1"), (1234.5678, "1235"), (1e-9, "1e-09"), (.infinity, "inf")])
    func significantDigits(number: Double, text: String) { #expect(String(format: "%.4g", number) == text) }

    @Test func severalOfSeveralKinds() {
        #expect(String(format: "%04d of %d: %.1f%%", 7, 1_000_000, 12.25) == "0007 of 1000000: 12.2%")
    }

    @Test func longerThanAnyBuffer() {
        let text = String(format: "%.500f", 1.0)
        #expect(text.count == 502 && text.hasPrefix("1.000"))
    }
}
