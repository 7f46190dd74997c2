extension Unary.Kind {
    /// The values of the true function over the real numbers of lower...upper, rounded outward.
    ///
    /// -infinity...infinity where it is not defined on all of them, or an end is not finite.
    package func range(lower: Double, upper: Double) -> (lower: Double, upper: Double) {
        guard lower <= upper, lower.isFinite, upper.isFinite else { return (-.infinity, .infinity) }
        let (low, high) = bounds(lower, upper)
        return low <= high ? (low, high) : (-.infinity, .infinity)
    }

    /// Lines below and above the true function over the real numbers of lower...upper, close to it at the middle.
    ///
    /// Where nothing is known the slope is 0 and the intercept infinite. Constant time, no allocation.
    package func lines(lower: Double, upper: Double) -> Lines {
        let range = range(lower: lower, upper: upper)
        let flat = Lines(
            lowerSlope: 0, lowerIntercept: range.lower, upperSlope: 0, upperIntercept: range.upper)
        guard range.lower.isFinite, range.upper.isFinite, lower < upper else { return flat }
        return inclined(lower, upper, flat).improved(by: flat, at: lower / 2 + upper / 2)
    }

    /// `range` for each element and lane.
    package func range(_ input: LanedBounds, _ output: LanedBounds, lanes: Int) {
        for index in 0..<(input.shape.count * lanes) {
            let range = range(lower: input.lower[index], upper: input.upper[index])
            (output.lower[index], output.upper[index]) = (range.lower, range.upper)
        }
    }

    /// `lines` for each element and lane.
    package func lines(_ input: LanedBounds, _ output: UnsafeMutablePointer<Lines>, lanes: Int) {
        for index in 0..<(input.shape.count * lanes) {
            output[index] = lines(lower: input.lower[index], upper: input.upper[index])
        }
    }
}

extension Unary.Kind {
    private func bounds(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        switch self {
        case .negate: (-upper, -lower)
        case .absolute: Leaky(slope: -1).range(lower, upper)
        case .relu: (max(lower, 0), max(upper, 0))
        case .leakyRelu(let slope): Leaky(slope: slope).range(lower, upper)
        case .clip(let low, let high): Clip(low, high).range(lower, upper)
        case .hardSigmoid(let alpha, let beta): HardSigmoid(alpha: alpha, beta: beta).range(lower, upper)
        case .sign, .floor, .ceiling, .round: (step(lower), step(upper))
        case .rounded(let format): format.range(lower, upper)
        case .sine: Wave.sine.range(lower, upper)
        case .cosine: Wave.cosine.range(lower, upper)
        case .not: (-.infinity, .infinity)
        default: smooth.map { $0.range(lower, upper) } ?? (-.infinity, .infinity)
        }
    }

    private func inclined(_ lower: Double, _ upper: Double, _ flat: Lines) -> Lines {
        switch self {
        case .negate: Lines(lowerSlope: -1, lowerIntercept: 0, upperSlope: -1, upperIntercept: 0)
        case .absolute: Leaky(slope: -1).lines(lower, upper)
        case .relu: Leaky(slope: 0).lines(lower, upper)
        case .leakyRelu(let slope): Leaky(slope: slope).lines(lower, upper)
        case .clip(let low, let high): Clip(low, high).lines(lower, upper)
        case .hardSigmoid(let alpha, let beta): HardSigmoid(alpha: alpha, beta: beta).lines(lower, upper)
        case .sign, .floor, .ceiling, .round, .rounded: stepLines(lower, upper, flat)
        case .sine: Wave.sine.lines(lower, upper, flat)
        case .cosine: Wave.cosine.lines(lower, upper, flat)
        default: smooth.map { $0.lines(lower, upper) } ?? flat
        }
    }
}

extension Lines {
    /// A line that overflowed, or is not as good at the middle as the range, gives way to that.
    fileprivate func improved(by flat: Lines, at middle: Double) -> Lines {
        var lines = self
        let below = lowerSlope * middle + lowerIntercept
        let above = upperSlope * middle + upperIntercept
        if !(below >= flat.lowerIntercept && below.isFinite && lowerSlope.isFinite && lowerIntercept.isFinite) {
            (lines.lowerSlope, lines.lowerIntercept) = (0, flat.lowerIntercept)
        }
        if !(above <= flat.upperIntercept && above.isFinite && upperSlope.isFinite && upperIntercept.isFinite) {
            (lines.upperSlope, lines.upperIntercept) = (0, flat.upperIntercept)
        }
        return lines
    }
}
