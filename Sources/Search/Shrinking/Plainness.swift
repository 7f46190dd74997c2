/// How plain a real number is, least first: near its simplest value, up to a few per cent; then few digits; then nearer.
///
/// Nearness is compared with its mantissa cut to `bits`, so that a gain below 2^-bits never beats roundness.
package struct Plainness: Comparable, Sendable {
    package static let bits = 4

    private let bucket: Double
    private let digits: Int
    private let distance: Double
    private let isBelow: Int

    package init(_ value: Double, towards aim: Double) {
        distance = abs(value - aim)
        bucket = Self.bucket(distance)
        digits = Self.digits(value)
        isBelow = value < aim ? 1 : 0
    }

    package static func < (left: Plainness, right: Plainness) -> Bool {
        (left.bucket, left.digits, left.distance, left.isBelow)
            < (right.bucket, right.digits, right.distance, right.isBelow)
    }

    /// `magnitude` with its mantissa cut to `bits` bits behind the leading one: equal within a bucket, monotone.
    package static func bucket(_ magnitude: Double) -> Double {
        guard magnitude.isFinite else { return magnitude.isNaN ? .infinity : magnitude }
        return Double(bitPattern: magnitude.bitPattern & ~((1 << UInt64(Double.significandBitCount - bits)) - 1))
    }

    /// Significant decimal digits of the shortest decimal that reads back as `value`; 0 for zero and for one, which
    /// read at a glance.
    package static func digits(_ value: Double) -> Int {
        value == 0 || value == 1 ? 0 : digits(printed: value.description)
    }

    /// The same for a number printed as a Float32.
    package static func digits(_ value: Float) -> Int {
        value == 0 || value == 1 ? 0 : digits(printed: value.description)
    }

    private static func digits(printed text: String) -> Int {
        var count = 0
        var zeros = 0
        for character in text.utf8 {
            if character == UInt8(ascii: "e") { break }
            guard character >= UInt8(ascii: "0"), character <= UInt8(ascii: "9") else { continue }
            if character == UInt8(ascii: "0") {
                zeros += count > 0 ? 1 : 0
            } else {
                count += zeros + 1
                zeros = 0
            }
        }
        return count
    }
}
