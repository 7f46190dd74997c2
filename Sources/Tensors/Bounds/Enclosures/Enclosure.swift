/// What is known of one number.
typealias Ends = (lower: Double, upper: Double)

/// Intervals for the elements of results, from those of the inputs, one element and lane after the other.
enum Enclosure {
    /// Nothing is known: the number may be any, NaN and infinities among them.
    static let unknown: Ends = (-.infinity, .infinity)
    /// A truth value that may be either.
    static let either: Ends = (0, 1)

    static func isKnown(_ x: Ends) -> Bool { x.lower.isFinite && x.upper.isFinite && x.lower <= x.upper }

    /// A truth value, or either if it is neither certain nor impossible.
    static func truth(certain: Bool, impossible: Bool) -> Ends {
        certain ? (1, 1) : impossible ? (0, 0) : either
    }

    /// The smallest interval that contains both.
    static func hull(_ x: Ends, _ y: Ends) -> Ends {
        isKnown(x) && isKnown(y) ? (min(x.lower, y.lower), max(x.upper, y.upper)) : unknown
    }

    /// x - y; rounded only where it is not exact.
    static func difference(_ x: Ends, _ y: Ends) -> Ends { sum(x, (-y.upper, -y.lower)) }

    static func sum(_ x: Ends, _ y: Ends) -> Ends {
        guard isKnown(x), isKnown(y) else { return unknown }
        return (sum(x.lower, y.lower, .down), sum(x.upper, y.upper, .up))
    }

    /// The nearest number on one side of a sum, which is the sum itself if that is a number (Knuth's two-sum).
    static func sum(_ x: Double, _ y: Double, _ side: FloatingPointRoundingRule) -> Double {
        let sum = x + y
        let other = sum - x
        let error = (x - (sum - other)) + (y - other)
        if side == .down { return error >= 0 ? sum : sum.nextDown }
        return error <= 0 ? sum : sum.nextUp
    }

    /// A function of one number, element by element.
    static func map(_ input: LanedBounds, _ output: LanedBounds, _ lanes: Int, _ function: (Ends) -> Ends) {
        for place in 0..<(output.shape.count * lanes) { output[place] = function(input[place]) }
    }

    /// A function of some numbers, element by element, the shapes broadcast.
    static func map(
        _ inputs: [LanedBounds], _ output: LanedBounds, _ lanes: Int, _ function: ([Ends]) -> Ends
    ) {
        let tables = inputs.map { input in
            input.shape == output.shape
                ? nil : Shape.walk(output.shape, steps: input.shape.steps(in: output.shape))
        }
        var arguments = [Ends](repeating: unknown, count: inputs.count)
        for element in 0..<output.shape.count {
            for lane in 0..<lanes {
                for (index, input) in inputs.enumerated() {
                    let row = tables[index].map { Int($0[element]) } ?? element
                    arguments[index] = input[row * lanes + lane]
                }
                output[element * lanes + lane] = function(arguments)
            }
        }
    }
}

extension LanedBounds {
    /// By element · lanes + lane.
    subscript(_ place: Int) -> Ends {
        get { (lower[place], upper[place]) }
        nonmutating set { (lower[place], upper[place]) = (newValue.lower, newValue.upper) }
    }

    /// The same for every element and lane.
    func fill(_ range: Ends, lanes: Int) {
        for place in 0..<(shape.count * lanes) { self[place] = range }
    }
}
