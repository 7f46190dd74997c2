/// A curve of one piece, defined over one interval, that is convex in front of a place and concave behind it, or the
/// other way round, or one of both throughout.
///
/// Its two readings are requirements, so that each curve has its own, compiled for it.
protocol Smooth: Curve {
    var bend: Bend { get }
    /// Whether it is defined, and finite, over all of an interval; by default, wherever its values are.
    func isDefined(_ lower: Double, _ upper: Double) -> Bool
    /// Where it turns from falling to rising (or back), if it does.
    var turn: Double? { get }
    /// What no value is beyond.
    var limits: ClosedRange<Double> { get }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double)
    func lines(_ lower: Double, _ upper: Double) -> Lines
}

extension Smooth {
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { true }
    var turn: Double? { nil }
    var limits: ClosedRange<Double> { -.infinity ... .infinity }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        guard isDefined(lower, upper) else { return (-.infinity, .infinity) }
        let (first, last) = (value(lower), value(upper))
        guard !first.isNaN, !last.isNaN else { return (-.infinity, .infinity) }
        var (low, high) = (min(first, last), max(first, last))
        if let turn, lower < turn, turn < upper {
            let middle = value(turn)
            (low, high) = (min(low, middle), max(high, middle))
        }
        // Zeros at 0 and 1 are exact; others may be what is left of a number too small.
        let isExact = { (x: Double) in x == 0 || x == 1 }
        let (down, up) = (first < last ? lower : upper, first < last ? upper : lower)
        // Both values may be what is left of numbers too small, too.
        let areAlike = first == last && lower < upper
        if areAlike || !(low == 0 && isExact(down)) { low = low.loweredForError }
        if areAlike || !(high == 0 && isExact(up)) { high = high.raisedForError }
        return (max(low, limits.lowerBound), min(high, limits.upperBound))
    }

    func lines(_ lower: Double, _ upper: Double) -> Lines { lines(bend, lower, upper) }
}

extension Double {
    /// Below a number of which this is a computed value, as curves compute them.
    var loweredForError: Double { self - magnitude * 0x1p-49 - .leastNonzeroMagnitude }
    var raisedForError: Double { -(-self).loweredForError }
}
