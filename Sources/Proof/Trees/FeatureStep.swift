import Tensors

/// One step from a coordinate to a feature: a function of one number, monotone as computed, and its inverse at a bound.
enum FeatureStep: Sendable {
    /// To another type of real numbers.
    case cast(from: ElementType, to: ElementType)
    case negate
    /// A number is added, in a type.
    case add(Double, ElementType)
    /// It is subtracted from a number.
    case subtractedFrom(Double, ElementType)
    /// Times a number that is not 0.
    case scale(Double, ElementType)

    /// Numbers on one side of a bound, that included.
    struct Bound {
        enum Side { case atMost, atLeast }

        var side: Side
        var number: Double

        func holds(_ other: Double) -> Bool { side == .atMost ? other <= number : other >= number }
        var otherSide: Side { side == .atMost ? .atLeast : .atMost }
    }

    /// The bound of a step's input that its result's bound comes to; nil where a few neighbours of a guess do not show it.
    func inverse(of bound: Bound) -> Bound? {
        switch self {
        case .cast(.float64, .float32): return Self.beforeRounding(bound)
        case .cast: return bound
        case .negate: return Bound(side: bound.otherSide, number: -bound.number)
        case .add(let term, let type):
            return Self.inverse(bound, bound.side, type, near: bound.number - term) { $0 + $1.of(term) }
        case .subtractedFrom(let number, let type):
            return Self.inverse(bound, bound.otherSide, type, near: number - bound.number) { $1.of(number) - $0 }
        case .scale(let factor, let type):
            let side = factor < 0 ? bound.otherSide : bound.side
            return Self.inverse(bound, side, type, near: bound.number / factor) { $0 * $1.of(factor) }
        }
    }

    /// The float64 numbers that become float32 numbers within a bound.
    private static func beforeRounding(_ bound: Bound) -> Bound {
        let down = bound.number.roundedDownToFloat
        switch bound.side {
        case .atMost:
            let middle = 0.5 * (Double(down) + Double(down.nextUp))
            return Bound(side: .atMost, number: Float(middle) <= down ? middle : middle.nextDown)
        case .atLeast:
            let up = Double(down) < bound.number ? down.nextUp : down
            let middle = 0.5 * (Double(up.nextDown) + Double(up))
            return Bound(side: .atLeast, number: Float(middle) >= up ? middle : middle.nextUp)
        }
    }

    private static func inverse(
        _ bound: Bound, _ side: Bound.Side, _ type: ElementType, near guess: Double,
        _ function: (Double, Format) -> Double
    ) -> Bound? {
        let format = Format(type)
        var number = format.of(guess)
        guard number.isFinite else { return nil }
        func holds(_ number: Double) -> Bool { bound.holds(format.of(function(number, format))) }
        // Inward until it holds, then outward as long as it does.
        for _ in 0..<neighbours where !holds(number) { number = format.next(number, side == .atMost ? .down : .up) }
        guard holds(number) else { return nil }
        for _ in 0..<neighbours {
            let next = format.next(number, side == .atMost ? .up : .down)
            guard holds(next) else { return Bound(side: side, number: number) }
            number = next
        }
        return nil
    }

    /// A guess is off by a few roundings.
    private static let neighbours = 64

    /// Numbers of a type, as float64.
    private struct Format {
        private let isNarrow: Bool

        init(_ type: ElementType) { isNarrow = type == .float32 }

        /// Of float64 operands float64 sums and products, rounded again, are what float32 gives: it has more than twice the digits.
        func of(_ number: Double) -> Double { isNarrow ? Double(Float(number)) : number }

        func next(_ number: Double, _ direction: FloatingPointRoundingRule) -> Double {
            guard isNarrow else { return direction == .up ? number.nextUp : number.nextDown }
            let narrow = Float(number)
            return Double(direction == .up ? narrow.nextUp : narrow.nextDown)
        }
    }
}
