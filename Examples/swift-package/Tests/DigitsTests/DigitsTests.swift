import Gainsay
import GainsaySearch
import GainsayTesting
import Testing

/// Specs as tests of a Swift package. `robust` of the digits does not hold: that is what is to be seen.
@Suite struct DigitsTests {
    static let examples = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
        separator: "/")

    @Test("the network answers as its spec says", .checkBudget(.seconds(5)))
    func specHolds() throws {
        var options = CheckOptions()
        // Of the others it depends on the machine how far five seconds get.
        options.only = "^(robust|accurate)$"
        try expectHolds(.file(Self.examples + "/digits/digits.say"), options: options)
    }

    @Test("a function of our own stays below its limit")
    func functionHolds() throws {
        let spec = Spec.text(
            """
            model celsius : (fahrenheit: Real) -> (degrees: Real)

            property above_zero {
              forall f: Real in [-459.67, 1000]
              check celsius(f) >= -273.16
            }
            """)
        var options = CheckOptions()
        options.tries = 5000
        try expectHolds(spec, models: ["celsius": .function { $0.map { [($0[0] - 32) / 1.8] } }], options: options)
    }

    @Test("sorting twice is sorting once")
    func sorting() {
        let outcome = forAll { choices in
            try choices.list(0...50) { try $0.integer(in: -1000...1000) }
        } holds: { numbers in
            numbers.sorted() == numbers.sorted().sorted()
        }
        #expect(outcome.contradiction == nil)
    }
}
