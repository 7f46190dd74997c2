extension Unary.Kind {
    /// The value of a step function.
    func step(_ x: Double) -> Double {
        switch self {
        case .floor: x.rounded(.down)
        case .ceiling: x.rounded(.up)
        case .round: x.rounded(.toNearestOrEven)
        case .rounded(let format): format.nearest(to: x)
        default: x > 0 ? 1 : x < 0 ? -1 : 0
        }
    }

    /// Constant lines, or where those of slope 1 are better at the middle, those.
    func stepLines(_ lower: Double, _ upper: Double, _ flat: Lines) -> Lines {
        guard flat.lowerIntercept < flat.upperIntercept else { return flat }
        switch self {
        case .floor: return diagonal(lower, upper, -1, 0, flat)
        case .ceiling: return diagonal(lower, upper, 0, 1, flat)
        case .round: return diagonal(lower, upper, -0.5, 0.5, flat)
        case .rounded(let format):
            let error = (max(lower.magnitude, upper.magnitude) * format.roundoff + format.underflow).nextUp.nextUp
            return diagonal(lower, upper, -error, error, flat)
        default: return signLines(lower, upper, flat)
        }
    }

    /// x + below <= f(x) <= x + above.
    private func diagonal(
        _ lower: Double, _ upper: Double, _ below: Double, _ above: Double, _ flat: Lines
    ) -> Lines {
        let middle = lower / 2 + upper / 2
        var lines = flat
        if middle + below > flat.lowerIntercept { (lines.lowerSlope, lines.lowerIntercept) = (1, below) }
        if middle + above < flat.upperIntercept { (lines.upperSlope, lines.upperIntercept) = (1, above) }
        return lines
    }

    /// From the value at one end, just before the jump at 0, to the other end.
    private func signLines(_ lower: Double, _ upper: Double, _ flat: Lines) -> Lines {
        let middle = lower / 2 + upper / 2
        let (first, last) = (step(lower), step(upper))
        var lines = flat
        if upper > 0, middle > 0 { lines.lowerSlope = max(((1 - first) / upper).nextDown, 0) }
        if lower < 0, middle < 0 { lines.upperSlope = max(((last + 1) / -lower).nextDown, 0) }
        return lines
    }
}
