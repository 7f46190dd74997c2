import Formatting
import Glibc

/// An axis of a plot: what it measures, from where to where.
package struct Axis: Sendable {
    package var label: String
    /// nil: as far as the numbers go.
    package var range: ClosedRange<Double>?

    package init(_ label: String, _ range: ClosedRange<Double>? = nil) { (self.label, self.range) = (label, range) }

    /// The axis over `values`, those that are not finite apart: its ends round numbers unless they are given.
    func scale(over values: [Double], from start: Double, to end: Double) -> Scale {
        let finite = values.filter(\.isFinite)
        var (low, high) = (range?.lowerBound ?? finite.min() ?? 0, range?.upperBound ?? finite.max() ?? 1)
        if !(high - low).isFinite { (low, high) = (low / 4, high / 4) }
        if low == high { (low, high) = (low - max(abs(low), 1) / 2, high + max(abs(high), 1) / 2) }
        let step = Scale.step(high - low)
        if range == nil { (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step) }
        return Scale(low: low, high: high, step: step, start: start, end: end)
    }
}

/// Numbers to places on the paper.
struct Scale {
    let low, high, step, start, end: Double

    func place(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }
    func holds(_ value: Double) -> Bool { value >= low && value <= high }

    /// Round numbers along the axis, at most eleven.
    var ticks: [Double] {
        let first = Int((low / step - 1e-9).rounded(.up))
        return (0...10).map { Double(first + $0) * step }.filter { $0 <= high + step * 1e-9 }
    }

    /// 1, 2 or 5 times a power of ten, which fits 4 to 10 times.
    static func step(_ width: Double) -> Double {
        let power = pow(10, floor(log10(width / 4)))
        return [5, 2].first { $0 * power <= width / 4 }.map { $0 * power } ?? power
    }

    static func text(_ tick: Double) -> String { String(format: "%g", abs(tick) < 1e-12 ? 0 : tick) }
}

/// A place on the paper, in units of its view box.
func coordinate(_ place: Double) -> String { String(format: "%.1f", place) }
