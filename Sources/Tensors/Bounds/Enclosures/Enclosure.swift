/// What is known of one number.
typealias Range = (lower: Double, upper: Double)

/// Intervals for the elements of results, from those of the inputs, one element and lane after the other.
enum Enclosure {
    /// Nothing is known: the number may be any, NaN and infinities among them.
    static let unknown: Range = (-.infinity, .infinity)
    /// A truth value that may be either.
    static let either: Range = (0, 1)

    static func isKnown(_ x: Range) -> Bool { x.lower.isFinite && x.upper.isFinite && x.lower <= x.upper }

    /// A truth value, or either if it is neither certain nor impossible.
    static func truth(certain: Bool, impossible: Bool) -> Range {
        certain ? (1, 1) : impossible ? (0, 0) : either
    }

    /// The smallest interval that contains both.
    static func hull(_ x: Range, _ y: Range) -> Range {
        isKnown(x) && isKnown(y) ? (min(x.lower, y.lower), max(x.upper, y.upper)) : unknown
    }

    /// x - y; exactly 0 stays 0, so that the sign is that of the difference.
    static func difference(_ x: Range, _ y: Range) -> Range {
        guard isKnown(x), isKnown(y) else { return unknown }
        let (low, high) = (x.lower - y.upper, x.upper - y.lower)
        return (low == 0 ? 0 : low.nextDown, high == 0 ? 0 : high.nextUp)
    }

    static func sum(_ x: Range, _ y: Range) -> Range { difference(x, (-y.upper, -y.lower)) }

    /// A function of one number, element by element.
    static func map(_ input: LanedBounds, _ output: LanedBounds, _ lanes: Int, _ function: (Range) -> Range) {
        for place in 0..<(output.shape.count * lanes) { output[place] = function(input[place]) }
    }

    /// A function of some numbers, element by element, the shapes broadcast.
    static func map(
        _ inputs: [LanedBounds], _ output: LanedBounds, _ lanes: Int, _ function: ([Range]) -> Range
    ) {
        let tables = inputs.map { input in
            input.shape == output.shape
                ? nil : Shape.walk(output.shape, steps: input.shape.steps(in: output.shape))
        }
        var arguments = [Range](repeating: unknown, count: inputs.count)
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
    subscript(_ place: Int) -> Range {
        get { (lower[place], upper[place]) }
        nonmutating set { (lower[place], upper[place]) = (newValue.lower, newValue.upper) }
    }

    /// The same for every element and lane.
    func fill(_ range: Range, lanes: Int) {
        for place in 0..<(shape.count * lanes) { self[place] = range }
    }
}
