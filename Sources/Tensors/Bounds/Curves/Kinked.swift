// Curves made of straight pieces: their lines are exact but for a last rounding.

/// slope · x below 0, x above.
struct Leaky {
    let slope: Double

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        guard slope.isFinite else { return (-.infinity, .infinity) }
        let (low, high) = (scaled(lower), scaled(upper))
        var (least, most) = (min(low.lower, high.lower), max(low.upper, high.upper))
        if lower < 0, upper > 0 { (least, most) = (min(least, 0), max(most, 0)) }
        return (least, most)
    }

    private func scaled(_ x: Double) -> (lower: Double, upper: Double) {
        x >= 0 ? (x, x) : Interval.product(slope, x)
    }

    func lines(_ lower: Double, _ upper: Double) -> Lines {
        if lower >= 0 { return Lines(lowerSlope: 1, lowerIntercept: 0, upperSlope: 1, upperIntercept: 0) }
        if upper <= 0 { return Lines(lowerSlope: slope, lowerIntercept: 0, upperSlope: slope, upperIntercept: 0) }
        // Through the kink, along the piece that leaves the smaller area; and the chord. A steep slope bends downward.
        let piece = upper > -lower ? 1 : slope
        let chord = upper / (upper - lower) - slope * (lower / (upper - lower))
        if slope <= 1 {
            let offset = max(above(lower, slope, chord), above(upper, 1, chord))
            return Lines(lowerSlope: piece, lowerIntercept: 0, upperSlope: chord, upperIntercept: offset)
        }
        let offset = min(-above(lower, -slope, -chord), -above(upper, -1, -chord))
        return Lines(lowerSlope: chord, lowerIntercept: offset, upperSlope: piece, upperIntercept: 0)
    }

    /// (piece - chord) · x, rounded up.
    private func above(_ x: Double, _ piece: Double, _ chord: Double) -> Double {
        let difference = piece - chord
        let product = difference * x
        // The difference is off by half a unit in its last place at most.
        return (product + product.magnitude * 0x1p-51).nextUp
    }
}

/// low up to low, high from high.
struct Clip {
    let low, high: Double

    init(_ low: Double, _ high: Double) { (self.low, self.high) = (low, high) }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        if low <= high { return (min(max(lower, low), high), min(max(upper, low), high)) }
        guard low.isFinite, high.isFinite else { return (-.infinity, .infinity) }
        // The order of the tests decides: low below low, high from there.
        return (lower < low && upper < low ? low : high, lower >= low ? high : low)
    }

    func lines(_ lower: Double, _ upper: Double) -> Lines {
        let range = range(lower, upper)
        guard low < high, lower < high, upper > low else {
            return Lines(lowerSlope: 0, lowerIntercept: range.lower, upperSlope: 0, upperIntercept: range.upper)
        }
        if lower >= low, upper <= high {
            return Lines(lowerSlope: 1, lowerIntercept: 0, upperSlope: 1, upperIntercept: 0)
        }
        let (below, above) = (lineBelow(lower, upper), lineAbove(lower, upper))
        return Lines(
            lowerSlope: below.slope, lowerIntercept: below.intercept, upperSlope: above.slope,
            upperIntercept: above.intercept)
    }

    /// Through the kink at `low`, or the lower end behind it, and the upper end.
    private func lineBelow(_ lower: Double, _ upper: Double) -> Line {
        if upper <= high { return Line(slope: 1, intercept: 0) }
        let start = max(lower, low)
        let slope = min((high - start) / (upper - start), 1)
        return Line(
            slope: slope, intercept: min(start - roundedUp(slope * start), high - roundedUp(slope * upper)).nextDown)
    }

    /// Through the lower end and the kink at `high`, or the upper end in front of it.
    private func lineAbove(_ lower: Double, _ upper: Double) -> Line {
        if lower >= low { return Line(slope: 1, intercept: 0) }
        let end = min(upper, high)
        let slope = min((end - low) / (end - lower), 1)
        return Line(slope: slope, intercept: max(low + roundedUp(-slope * lower), end + roundedUp(-slope * end)).nextUp)
    }

    private func roundedUp(_ x: Double) -> Double { x.nextUp }
}

/// alpha · x + beta, held between 0 and 1.
struct HardSigmoid {
    let alpha, beta: Double

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let (low, high) = (argument(lower), argument(upper))
        let clip = Clip(0, 1).range(min(low.lower, high.lower), max(low.upper, high.upper))
        return clip.lower.isNaN || clip.upper.isNaN ? (-.infinity, .infinity) : clip
    }

    /// The line of the clip, at alpha · x + beta.
    func lines(_ lower: Double, _ upper: Double) -> Lines {
        let (low, high) = (argument(lower), argument(upper))
        let lines = Clip(0, 1).lines(min(low.lower, high.lower), max(low.upper, high.upper))
        let reach = alpha.magnitude * max(lower.magnitude, upper.magnitude) + beta.magnitude + 1
        let error = reach * 0x1p-49
        return Lines(
            lowerSlope: lines.lowerSlope * alpha,
            lowerIntercept: lines.lowerSlope * beta + lines.lowerIntercept - error,
            upperSlope: lines.upperSlope * alpha,
            upperIntercept: lines.upperSlope * beta + lines.upperIntercept + error)
    }

    private func argument(_ x: Double) -> (lower: Double, upper: Double) {
        let product = Interval.product(alpha, x)
        return ((product.lower + beta).nextDown, (product.upper + beta).nextUp)
    }
}
