/// What a node of a plan does to each number.
enum CurveKind: Sendable, Hashable {
    case function(Unary.Kind)
    case bent(BentLine)

    static let relu = CurveKind.function(.relu)

    /// The curve, for those that are smooth throughout.
    var smooth: (any Smooth)? {
        switch self {
        case .function(let kind): kind.smooth
        case .bent: nil
        }
    }

    var computedLimits: ClosedRange<Double> {
        switch self {
        case .function(let kind): kind.computedLimits
        case .bent: -.infinity ... .infinity
        }
    }

    /// See `Unary.Kind.range`.
    func range(lower: Double, upper: Double) -> Ends {
        switch self {
        case .function(let kind): return kind.range(lower: lower, upper: upper)
        case .bent(let line):
            guard lower <= upper, lower.isFinite, upper.isFinite else { return (-.infinity, .infinity) }
            return line.range(lower, upper)
        }
    }

    /// See `Unary.Kind.lines`.
    func lines(lower: Double, upper: Double) -> Lines {
        switch self {
        case .function(let kind): return kind.lines(lower: lower, upper: upper)
        case .bent(let line):
            let range = range(lower: lower, upper: upper)
            guard range.lower.isFinite, range.upper.isFinite, lower < upper else {
                return Lines(lowerSlope: 0, lowerIntercept: range.lower, upperSlope: 0, upperIntercept: range.upper)
            }
            return line.lines(lower, upper)
        }
    }

    /// To what rounding is in proportion: the greatest magnitude, and that of all terms of a sum.
    func size(_ range: Ends, upper: Double) -> Double {
        switch self {
        case .function: max(range.lower.magnitude, range.upper.magnitude)
        case .bent(let line): upper.isFinite ? line.size(upper) : .infinity
        }
    }

    /// What may be computed where the function lies between two numbers.
    func computed(_ range: Ends, _ size: Double, _ rounding: Rounding, _ element: ElementType) -> Ends {
        switch self {
        case .function: return rounding.around(range, element)
        case .bent:
            let error = ((size * rounding.relative).nextUp + rounding.absolute).nextUp
            return ((range.lower - error).nextDown, (range.upper + error).nextUp)
        }
    }
}
