/// Whole numbers that are computed for each input: float64 in the file, of shape [inputs] + `shape`.
///
/// Where each entry of the last axis lies is known, so that no number is ever beyond 2^53, up to which float64 holds every
/// whole number: a circuit that could be inexact is refused while it is built.
package struct Wire: Sendable {
    package let name: String
    package let shape: [Int]
    /// One for each entry of the last axis.
    package let ranges: [ClosedRange<Double>]

    init(_ name: String, _ shape: [Int], _ ranges: [ClosedRange<Double>]) {
        precondition(ranges.count == shape.last, "a range for each entry of the last axis")
        precondition(ranges.allSatisfy { max(-$0.lowerBound, $0.upperBound) < 0x1p53 }, "whole numbers beyond 2^53")
        (self.name, self.shape, self.ranges) = (name, shape, ranges)
    }

    /// Around all entries.
    var range: ClosedRange<Double> { .around(ranges) }

    /// The greatest magnitude of all entries.
    var magnitude: Double { max(-range.lowerBound, range.upperBound) }
}

/// Truth values, likewise.
package struct Flags: Sendable {
    package let name: String
    package let shape: [Int]

    init(_ name: String, _ shape: [Int]) { (self.name, self.shape) = (name, shape) }
}

extension ClosedRange<Double> {
    /// The least that holds all of some.
    static func around(_ ranges: [Self]) -> Self {
        ranges.dropFirst().reduce(ranges[0]) {
            Swift.min($0.lowerBound, $1.lowerBound)...Swift.max($0.upperBound, $1.upperBound)
        }
    }

    static func + (first: Self, second: Self) -> Self {
        first.lowerBound + second.lowerBound...first.upperBound + second.upperBound
    }

    static func * (range: Self, factor: Double) -> Self {
        let ends = [range.lowerBound * factor, range.upperBound * factor]
        return Swift.min(ends[0], ends[1])...Swift.max(ends[0], ends[1])
    }

    static func * (first: Self, second: Self) -> Self {
        let ends = [first * second.lowerBound, first * second.upperBound]
        return Swift.min(ends[0].lowerBound, ends[1].lowerBound)...Swift.max(ends[0].upperBound, ends[1].upperBound)
    }

    /// Of what `bits` bits to the right are left.
    func shifted(by bits: Int) -> Self {
        let unit = Double(sign: .plus, exponent: -bits, significand: 1)
        return (lowerBound * unit).rounded(.down)...(upperBound * unit).rounded(.down)
    }
}
