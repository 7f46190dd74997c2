/// A function of one number whose lines are found from its values and slopes.
///
/// Values are within 2^-49 of themselves (the C library's are within 2 or 3 units in the last place, 2^-52 each), slopes
/// within 2^-48, and both within 2^-1000 besides.
protocol Curve {
    func value(_ x: Double) -> Double
    /// The derivative; at a kink either side's.
    func slope(_ x: Double) -> Double
}

/// Where a curve is convex and where concave.
enum Bend {
    case convex, concave
    case convexThenConcave(at: Double)
    case concaveThenConvex(at: Double)

    /// Whether it is convex over all of an interval; nil where it is neither that nor concave.
    func isConvex(_ lower: Double, _ upper: Double) -> Bool? {
        switch self {
        case .convex: true
        case .concave: false
        case .convexThenConcave(let turn): upper <= turn ? true : lower >= turn ? false : nil
        case .concaveThenConvex(let turn): lower >= turn ? true : upper <= turn ? false : nil
        }
    }
}

/// A line on one side of a curve.
struct Line {
    var slope, intercept: Double
}

extension Curve {
    /// Both lines over lower...upper, each as near as can be at the middle.
    func lines(_ bend: Bend, _ lower: Double, _ upper: Double) -> Lines {
        switch bend {
        case .convex: lines(convexUpTo: .infinity, lower, upper)
        case .concave: lines(convexUpTo: -.infinity, lower, upper)
        case .convexThenConcave(let place): lines(convexUpTo: place, lower, upper)
        case .concaveThenConvex(let place):
            Reflected(curve: self).lines(convexUpTo: -place, -upper, -lower).reflected
        }
    }

    private func lines(convexUpTo place: Double, _ lower: Double, _ upper: Double) -> Lines {
        let below = lineBelow(convexUpTo: place, lower, upper)
        let above = Turned(curve: self).lineBelow(convexUpTo: -place, -upper, -lower)
        return Lines(
            lowerSlope: below.slope, lowerIntercept: below.intercept, upperSlope: above.slope,
            upperIntercept: -above.intercept)
    }

    /// The line below a curve that is convex up to a place and concave from there.
    ///
    /// Over the convex part a tangent is below, over the concave part whatever is below at both ends. So: the tangent at
    /// the middle, if it is below at the far end; else the tangent that meets the curve there; if there is none, the chord.
    func lineBelow(convexUpTo place: Double, _ lower: Double, _ upper: Double) -> Line {
        let middle = lower / 2 + upper / 2
        if lower >= place {
            let slope = chord(lower, upper, middle)
            return Line(slope: slope, intercept: min(offset(lower, slope), offset(upper, slope)))
        }
        if upper <= place { return tangent(middle, slope(middle), lower, upper) }
        let end = value(upper)
        func overshoot(_ x: Double) -> Double { value(x) + slope(x) * (upper - x) - end }
        var touch = lower
        if overshoot(lower) < 0 {
            touch = middle <= place && overshoot(middle) <= 0 ? middle : bisect(lower, place, overshoot)
        }
        let incline = touch == lower ? chord(lower, upper, middle) : slope(touch)
        var line = tangent(touch, incline, lower, place)
        line.intercept = min(line.intercept, offset(upper, incline))
        return line
    }

    /// Close to where a growing function passes 0, on the side where it is negative. Exactness is not needed.
    private func bisect(
        _ lower: Double, _ upper: Double, steps: Int = 12, _ function: (Double) -> Double
    ) -> Double {
        var (low, high) = (lower, upper)
        for _ in 0..<steps {
            let middle = low / 2 + high / 2
            if function(middle) <= 0 { low = middle } else { high = middle }
        }
        return low
    }

    /// The slope of the chord; where the ends are too close together to tell, that of the curve.
    private func chord(_ lower: Double, _ upper: Double, _ middle: Double) -> Double {
        let width = upper - lower
        guard width > 0x1p-30 * max(lower.magnitude, upper.magnitude), width > 0x1p-900 else { return slope(middle) }
        return (value(upper) - value(lower)) / width
    }

    /// A line of the given slope below the curve, which is convex over lower...upper.
    ///
    /// f(x) >= f(p) + f'(p)·(x - p) >= f(p) + s·(x - p) - |s - f'(p)|·|x - p|, on each side of p if s is too steep there.
    fileprivate func tangent(_ place: Double, _ slope: Double, _ lower: Double, _ upper: Double) -> Line {
        let own = self.slope(place)
        let error = own.magnitude * 0x1p-48 + 0x1p-1000
        let steeper = slope - own + error
        let flatter = own - slope + error
        var intercept = offset(place, slope)
        if upper > place, steeper > 0 { intercept -= steeper * (upper - place) * (1 + 0x1p-50) }
        if lower < place, flatter > 0 { intercept -= flatter * (place - lower) * (1 + 0x1p-50) }
        return Line(slope: slope, intercept: intercept - intercept.magnitude * 0x1p-51)
    }

    /// f(x) - slope · x, at most.
    private func offset(_ x: Double, _ slope: Double) -> Double {
        let (value, product) = (value(x), slope * x)
        return value - product - (value.magnitude + product.magnitude) * 0x1p-48 - 0x1p-1000
    }
}

extension Smooth {
    /// `lines`, but that the tangent touches the curve at a place of the interval; nil where the curve is neither convex nor concave
    /// throughout.
    func lines(_ lower: Double, _ upper: Double, touchingAt place: Double) -> Lines? {
        guard let isConvex = bend.isConvex(lower, upper) else { return nil }
        var lines = lines(lower, upper)
        if isConvex {
            let line = tangent(place, slope(place), lower, upper)
            (lines.lowerSlope, lines.lowerIntercept) = (line.slope, line.intercept)
        } else {
            let line = Turned(curve: self).tangent(-place, slope(place), -upper, -lower)
            (lines.upperSlope, lines.upperIntercept) = (line.slope, -line.intercept)
        }
        return lines
    }
}

extension Smooth {
    /// The highest line of a slope that is below the curve over an interval, and where it is nearest. Where the curve is as steep
    /// inside, the slope is made that of the curve at the place.
    func lineBelow(slope: Double, _ lower: Double, _ upper: Double) -> (line: Line, touch: Double) {
        switch bend {
        case .convex: return lineBelow(slope: slope, convexUpTo: .infinity, lower, upper)
        case .concave: return lineBelow(slope: slope, convexUpTo: -.infinity, lower, upper)
        case .convexThenConcave(let place): return lineBelow(slope: slope, convexUpTo: place, lower, upper)
        case .concaveThenConvex(let place):
            let (line, touch) = Reflected(curve: self).lineBelow(slope: -slope, convexUpTo: -place, -upper, -lower)
            return (Line(slope: -line.slope, intercept: line.intercept), -touch)
        }
    }

    /// The lowest line of a slope that is above it, likewise.
    func lineAbove(slope: Double, _ lower: Double, _ upper: Double) -> (line: Line, touch: Double) {
        let turned = Turned(curve: self)
        func above(_ place: Double) -> (line: Line, touch: Double) {
            let (line, touch) = turned.lineBelow(slope: slope, convexUpTo: place, -upper, -lower)
            return (Line(slope: line.slope, intercept: -line.intercept), -touch)
        }
        switch bend {
        case .convex: return above(-.infinity)
        case .concave: return above(.infinity)
        case .convexThenConcave(let place): return above(-place)
        case .concaveThenConvex(let place):
            // -f is convex first.
            let (line, touch) = Reflected(curve: turned).lineBelow(slope: -slope, convexUpTo: place, lower, upper)
            return (Line(slope: -line.slope, intercept: -line.intercept), touch)
        }
    }
}

extension Curve {
    /// Over the convex part the tangent that is as steep, or at an end where there is none; over the concave part what is below
    /// at both ends.
    fileprivate func lineBelow(
        slope: Double, convexUpTo place: Double, _ lower: Double, _ upper: Double
    ) -> (line: Line, touch: Double) {
        if lower >= place {
            let (first, last) = (offset(lower, slope), offset(upper, slope))
            return (Line(slope: slope, intercept: min(first, last)), first < last ? lower : upper)
        }
        let end = min(place, upper)
        var (touch, incline) = (lower, slope)
        if self.slope(end) <= slope {
            touch = end
        } else if self.slope(lower) < slope {
            touch = bisect(lower, end, steps: 16) { self.slope($0) - slope }
            incline = self.slope(touch)
        }
        var line = tangent(touch, incline, lower, end)
        if upper > place {
            let far = offset(upper, incline)
            if far < line.intercept { (line.intercept, touch) = (far, upper) }
        }
        return (line, touch)
    }
}

/// -f(-x): what is above becomes what is below, and convex stays in front.
private struct Turned<Original: Curve>: Curve {
    let curve: Original

    func value(_ x: Double) -> Double { -curve.value(-x) }
    func slope(_ x: Double) -> Double { curve.slope(-x) }
}

/// f(-x).
private struct Reflected<Original: Curve>: Curve {
    let curve: Original

    func value(_ x: Double) -> Double { curve.value(-x) }
    func slope(_ x: Double) -> Double { -curve.slope(-x) }
}

extension Lines {
    /// Of f(-x), from those of f.
    fileprivate var reflected: Lines {
        Lines(
            lowerSlope: -lowerSlope, lowerIntercept: lowerIntercept, upperSlope: -upperSlope,
            upperIntercept: upperIntercept)
    }
}
