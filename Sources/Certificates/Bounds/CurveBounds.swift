/// Two lines between which a function lies over a range: slope · x + offset.
struct Lines: Sendable {
    var lowerSlope, lowerOffset, upperSlope, upperOffset: Double

    static let identity = Lines(lowerSlope: 1, lowerOffset: 0, upperSlope: 1, upperOffset: 0)

    /// Two constants.
    static func constant(_ range: Enclosure) -> Lines {
        Lines(lowerSlope: 0, lowerOffset: range.lower, upperSlope: 0, upperOffset: range.upper)
    }

    func widened(by error: Double) -> Lines {
        guard error != 0 else { return self }
        var lines = self
        lines.lowerOffset = Down.sum(lowerOffset, -error)
        lines.upperOffset = Up.sum(upperOffset, error)
        return lines
    }
}

extension Curve {
    /// What the exact function may be, over a finite range.
    func range(over x: Enclosure) -> Enclosure {
        switch self {
        case .relu: Enclosure(max(x.lower, 0), max(x.upper, 0))
        case .leakyRelu, .exponential, .sigmoid, .hyperbolicTangent, .clip:
            Enclosure(value(at: x.lower).lower, value(at: x.upper).upper)
        case .absolute:
            x.lower >= 0 ? x : x.upper <= 0 ? -x : Enclosure(0, x.magnitude)
        case .square:
            x.contains(0)
                ? Enclosure(0, Up.product(x.magnitude, x.magnitude))
                : value(at: x.lower).union(value(at: x.upper))
        }
    }

    /// The exact function of a number.
    func value(at x: Double) -> Enclosure {
        switch self {
        case .relu: Enclosure(max(x, 0))
        case .leakyRelu(let slope): x >= 0 ? Enclosure(x) : Enclosure(x) * slope
        case .clip(let lower, let upper): Enclosure(min(max(x, lower), upper))
        case .absolute: Enclosure(x.magnitude)
        case .square: Enclosure(Down.product(x, x), Up.product(x, x))
        case .exponential: Exponential.value(at: x)
        case .sigmoid: Exponential.sigmoid(at: x)
        case .hyperbolicTangent: Exponential.hyperbolicTangent(at: x)
        }
    }

    /// Lines over a finite range of more than one number; `slope` is the one that the lower line should have, where
    /// there is a choice.
    func lines(over x: Enclosure, slope: Double? = nil) -> Lines {
        switch self {
        case .relu: return Curve.leakyRelu(slope: 0).lines(over: x, slope: slope)
        case .leakyRelu(let below):
            if x.lower >= 0 { return .identity }
            if x.upper <= 0 { return Lines(lowerSlope: below, lowerOffset: 0, upperSlope: below, upperOffset: 0) }
            let lower = min(max(slope ?? (x.upper > -x.lower ? 1 : below), below), 1)
            return chord(x, lower: (lower, 0))
        case .clip(let lower, let upper): return clipLines(x, lower, upper)
        case .absolute:
            if x.lower >= 0 { return .identity }
            if x.upper <= 0 { return Lines(lowerSlope: -1, lowerOffset: 0, upperSlope: -1, upperOffset: 0) }
            return chord(x, lower: (min(max(slope ?? (x.upper > -x.lower ? 1 : -1), -1), 1), 0))
        case .square:
            // The tangent at m: x² >= 2·m·x - m².
            let middle = x.middle
            return chord(x, lower: (2 * middle, -Up.product(middle, middle)))
        case .exponential:
            // The slope is nowhere less than at the lower end, so f(x) - slope·x does not fall.
            let start = value(at: x.lower)
            return chord(x, lower: (start.lower, Down.sum(start.lower, -Up.product(start.lower, x.lower))))
        case .sigmoid, .hyperbolicTangent: return bellLines(x)
        }
    }

    /// The upper line of a convex function: it lies over both ends.
    private func chord(_ x: Enclosure, lower: (slope: Double, offset: Double)) -> Lines {
        let (start, end) = (value(at: x.lower).upper, value(at: x.upper).upper)
        let (slope, offset) = Curve.line(over: (x.lower, start), (x.upper, end))
        return Lines(lowerSlope: lower.slope, lowerOffset: lower.offset, upperSlope: slope, upperOffset: offset)
    }

    private static func line(
        over first: (x: Double, y: Double), _ second: (x: Double, y: Double)
    ) -> (slope: Double, offset: Double) {
        let steepness = (second.y - first.y) / (second.x - first.x)
        let slope = steepness.isFinite ? steepness : 0
        let offset = max(
            Up.sum(first.y, -Down.product(slope, first.x)), Up.sum(second.y, -Down.product(slope, second.x)))
        return (slope, offset)
    }

    private func clipLines(_ x: Enclosure, _ lower: Double, _ upper: Double) -> Lines {
        if x.lower >= lower, x.upper <= upper { return .identity }
        let range = range(over: x)
        if range.isPoint || (x.lower < lower && x.upper > upper) { return .constant(range) }
        if x.upper <= upper {
            // Convex: max(x, lower).
            return chord(x, lower: x.upper - lower > lower - x.lower ? (1, 0) : (0, lower))
        }
        // Concave: min(x, upper), the mirror image.
        let (slope, offset) = Curve.line(over: (x.lower, -range.lower), (x.upper, -range.upper))
        let above: (Double, Double) = upper - x.lower > x.upper - upper ? (1, 0) : (0, upper)
        return Lines(lowerSlope: -slope, lowerOffset: -offset, upperSlope: above.0, upperOffset: above.1)
    }

    /// Sigmoid and tanh rise, and their slope is nowhere less than at the nearer of the two ends (Singh et al., An
    /// Abstract Domain for Certifying Neural Networks, 2019, §4.5); they are convex below zero and concave above.
    private func bellLines(_ x: Enclosure) -> Lines {
        let (start, end) = (value(at: x.lower), value(at: x.upper))
        let slope = max(0, min(steepness(start), steepness(end)))
        var lines = Lines(
            lowerSlope: slope, lowerOffset: Down.sum(start.lower, -Up.product(slope, x.lower)),
            upperSlope: slope, upperOffset: Up.sum(end.upper, -Down.product(slope, x.upper)))
        if x.upper <= 0 {
            (lines.upperSlope, lines.upperOffset) = Curve.line(over: (x.lower, start.upper), (x.upper, end.upper))
        } else if x.lower >= 0 {
            let (steepness, offset) = Curve.line(over: (x.lower, -start.lower), (x.upper, -end.lower))
            (lines.lowerSlope, lines.lowerOffset) = (-steepness, -offset)
        }
        return lines
    }

    /// The least that the derivative may be where the function has such a value.
    private func steepness(_ value: Enclosure) -> Double {
        // y·(1 - y), or (1 - y)·(1 + y).
        let low = self == .sigmoid ? value : Enclosure(1) + value
        return (low * (Enclosure(1) - value)).lower
    }
}
