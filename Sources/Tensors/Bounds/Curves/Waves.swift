import Glibc

/// Sine and cosine, over any interval.
struct Wave {
    static let sine = Wave(kind: .sine)
    static let cosine = Wave(kind: .cosine)

    enum Kind { case sine, cosine }

    let kind: Kind

    /// Beyond, arguments are known too coarsely to tell where the crests are: only nearness is used.
    private static let far = 0x1p30

    private func value(_ x: Double) -> Double { kind == .sine ? sin(x) : cos(x) }
    private func slope(_ x: Double) -> Double { kind == .sine ? cos(x) : -sin(x) }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let (width, first, last) = (upper - lower, value(lower), value(upper))
        guard width < 7 else { return (-1, 1) }
        let (low, high) = (min(first, last).loweredForError, max(first, last).raisedForError)
        guard max(lower.magnitude, upper.magnitude) < Wave.far else {
            return (max(low - width.nextUp, -1), min(high + width.nextUp, 1))
        }
        let crest = kind == .sine ? Double.pi / 2 : 0
        return (
            firstPlace(crest + .pi, lower, upper) == nil ? max(low, -1) : -1,
            firstPlace(crest, lower, upper) == nil ? min(high, 1) : 1
        )
    }

    /// Lines of several slopes are tried, and those kept that are best at the middle.
    func lines(_ lower: Double, _ upper: Double, _ flat: Lines) -> Lines {
        guard upper - lower < 7, max(lower.magnitude, upper.magnitude) < Wave.far else { return flat }
        let middle = lower / 2 + upper / 2
        var lines = flat
        var (best, worst) = (flat.lowerIntercept, flat.upperIntercept)
        let slopes = slopes(lower, upper, middle)
        for index in slopes.indices where slopes[index].isFinite {
            let slope = min(max(slopes[index], -1), 1)
            let (below, above) = (lowest(slope, lower, upper), -highest(slope, lower, upper))
            if slope * middle + below > best {
                (lines.lowerSlope, lines.lowerIntercept, best) = (slope, below, slope * middle + below)
            }
            if slope * middle + above < worst {
                (lines.upperSlope, lines.upperIntercept, worst) = (slope, above, slope * middle + above)
            }
        }
        return lines
    }

    /// Those of the tangent at the middle, of the chord, and of the tangents through either end where the interval has
    /// one inflection.
    private func slopes(_ lower: Double, _ upper: Double, _ middle: Double) -> [4 of Double] {
        let width = upper - lower
        let tangent = slope(middle)
        let chord = width > 0x1p-30 ? (value(upper) - value(lower)) / width : tangent
        return [tangent, chord, meeting(lower, from: upper), meeting(upper, from: lower)]
    }

    /// The slope of the tangent through one end whose point of contact lies towards the other, by Newton's method.
    private func meeting(_ end: Double, from start: Double) -> Double {
        var place = start / 2 + end / 2
        for _ in 0..<4 {
            // f(t) + f'(t)(e - t) - f(e); its derivative is f''(t)(e - t), and f'' = -f.
            let gap = value(place) + slope(place) * (end - place) - value(end)
            let change = -value(place) * (end - place)
            guard change.magnitude > 1e-9 else { break }
            place = min(max(place - gap / change, min(start, end)), max(start, end))
        }
        return slope(place)
    }

    /// The least of f(x) - s·x, at most: at an end, or where f' = s and f'' > 0.
    private func lowest(_ slope: Double, _ lower: Double, _ upper: Double) -> Double {
        extreme(slope, lower, upper, sign: 1)
    }

    /// The negative of the greatest, at most.
    private func highest(_ slope: Double, _ lower: Double, _ upper: Double) -> Double {
        extreme(slope, lower, upper, sign: -1)
    }

    private func extreme(_ slope: Double, _ lower: Double, _ upper: Double, sign: Double) -> Double {
        func offset(_ x: Double, _ value: Double) -> Double { sign * (value - slope * x) }
        var least = min(offset(lower, value(lower)), offset(upper, value(upper)))
        // There the curve is at -√(1 - s²), seen from the side asked for.
        let height = -sign * ((1 - slope) * (1 + slope)).squareRoot()
        let phase = phase(slope, sign)
        if let first = firstPlace(phase, lower, upper) { least = min(least, offset(first, height)) }
        if let last = lastPlace(phase, lower, upper) { least = min(least, offset(last, height)) }
        let error = (max(lower.magnitude, upper.magnitude) + 8) * 0x1p-48
        return least - error
    }

    /// A place where f' = s and f'' has the sign.
    private func phase(_ slope: Double, _ sign: Double) -> Double {
        switch kind {
        case .sine: -sign * acos(slope)
        case .cosine: sign > 0 ? Double.pi + asin(slope) : -asin(slope)
        }
    }

    /// The first place of the interval that is a whole number of turns from the phase; nil if there is none.
    ///
    /// What is outside by less than the rounding counts as inside; the division may be off by less than 2^-18.
    private func firstPlace(_ phase: Double, _ lower: Double, _ upper: Double) -> Double? {
        let turn = 2 * Double.pi
        let slack = (max(lower.magnitude, upper.magnitude) + 8) * 0x1p-49
        var place = phase + ((lower - slack - phase) / turn - 0x1p-18).rounded(.up) * turn
        if place < lower - slack { place += turn }
        return place <= upper + slack ? place : nil
    }

    /// The last such place.
    private func lastPlace(_ phase: Double, _ lower: Double, _ upper: Double) -> Double? {
        firstPlace(-phase, -upper, -lower).map { -$0 }
    }
}

/// On the branch between two poles.
struct Tangent: Smooth {
    /// The inflection is at a multiple of π; beyond this the poles are not told apart.
    private static let far = 0x1p20

    var bend: Bend { .concaveThenConvex(at: 0) }

    func isDefined(_ lower: Double, _ upper: Double) -> Bool {
        guard max(lower.magnitude, upper.magnitude) < Tangent.far else { return false }
        let turns = (lower / .pi).rounded()
        let (first, last) = ((turns - 0.5) * .pi, (turns + 0.5) * .pi)
        let slack = first.magnitude * 0x1p-50 + 0x1p-50
        return lower > first + slack && upper < last - slack
    }

    func lines(_ lower: Double, _ upper: Double) -> Lines {
        lines(.concaveThenConvex(at: ((lower / 2 + upper / 2) / .pi).rounded() * .pi), lower, upper)
    }

    func value(_ x: Double) -> Double { tan(x) }

    func slope(_ x: Double) -> Double {
        let y = 1 / cos(x)
        return y * y
    }
}
