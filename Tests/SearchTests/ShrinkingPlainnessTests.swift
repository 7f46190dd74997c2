import Testing

@testable import Search

/// Digits as printed, buckets, and plain numbers around a number.
@Suite struct ShrinkingPlainnessTests {
    @Test(arguments: [
        (0.0, 0), (1, 0), (0.5, 1), (0.25, 2), (1000, 1), (1234, 4), (0.001, 1), (-3.5, 2), (1e-7, 1), (10.05, 4),
    ])
    func countsDigitsAsPrinted(value: Double, digits: Int) {
        #expect(Plainness.digits(value) == digits)
    }

    @Test func bucketsAreMonotoneAndNarrow() {
        var last = -1.0
        for step in 0..<2000 {
            let value = Double(step) * 0.37
            let bucket = Plainness.bucket(value)
            #expect(bucket >= last && bucket <= value && value <= bucket * (1 + 1.0 / 16) + 1e-300)
            last = bucket
        }
    }

    @Test(arguments: [0.53217, 987.6, -0.000123, 3.0, 1e-300, 1e300])
    func plainNumbersSurroundTheNumber(value: Double) {
        for candidate in Rounding.candidates(near: value) {
            #expect(abs(candidate - value) <= 10 * abs(value))
        }
        if abs(value) > 1e-10, abs(value) < 1e10 {
            #expect(Rounding.candidates(near: value).contains { Plainness.digits($0) <= 1 })
        }
    }
}
