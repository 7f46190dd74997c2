import Formatting
import Glibc

/// An axis of a plot: what it measures, from where to where.
package struct Axis: Sendable {
    package var label: String
    /// nil: as far as the numbers go.
    package var range: ClosedRange<Double>?
    package var spacing: Spacing

    package enum Spacing: Sendable {
        case even
        /// By powers of ten: what is not above 0 has no place.
        case logarithmic
    }

    package init(_ label: String, _ range: ClosedRange<Double>? = nil, _ spacing: Spacing = .even) {
        (self.label, self.range, self.spacing) = (label, range, spacing)
    }

    /// The axis over `values`, those that are not finite apart: its ends round numbers unless they are given.
    func scale(over values: [Double], from start: Double, to end: Double) -> Scale {
        if spacing == .logarithmic { return powers(over: values, from: start, to: end) }
        let finite = values.filter(\.isFinite)
        var (low, high) = (range?.lowerBound ?? finite.min() ?? 0, range?.upperBound ?? finite.max() ?? 1)
        if !(high - low).isFinite { (low, high) = (low / 4, high / 4) }
        if low == high { (low, high) = (low - max(abs(low), 1) / 2, high + max(abs(high), 1) / 2) }
        let step = Scale.step(high - low)
        if range == nil { (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step) }
        return Scale(low: low, high: high, step: step, start: start, end: end)
    }

    /// From a power of ten to another one.
    private func powers(over values: [Double], from start: Double, to end: Double) -> Scale {
        let shown = values.filter { $0.isFinite && $0 > 0 }
        let low = floor(log10(range?.lowerBound ?? shown.min() ?? 1))
        let high = max(ceil(log10(range?.upperBound ?? shown.max() ?? 10)), low + 1)
        let step = max(1, ((high - low) / 10).rounded(.up))
        return Scale(low: low, high: high, step: step, start: start, end: end, spacing: .logarithmic)
    }
}

/// Numbers to places on the paper.
struct Scale {
    /// Of logarithmic ones the powers of ten.
    let low, high, step, start, end: Double
    var spacing = Axis.Spacing.even

    func place(_ value: Double) -> Double { start + (level(value) - low) / (high - low) * (end - start) }
    func holds(_ value: Double) -> Bool { level(value) >= low && level(value) <= high }

    /// Round numbers along the axis, at most eleven.
    var ticks: [Double] {
        let first = Int((low / step - 1e-9).rounded(.up))
        let levels = (0...10).map { Double(first + $0) * step }.filter { $0 <= high + step * 1e-9 }
        return spacing == .even ? levels : levels.map { pow(10, $0) }
    }

    private func level(_ value: Double) -> Double {
        spacing == .even ? value : value > 0 ? log10(value) : -.infinity
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
