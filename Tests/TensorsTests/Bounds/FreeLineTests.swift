import Testing

@testable import Tensors

/// Lines of a given slope below and above smooth curves.
@Suite struct FreeLineTests {
    private static let kinds: [(Unary.Kind, ClosedRange<Double>)] = [
        (.square, -3...3), (.wholePower(3), -3...3), (.wholePower(10), -3...3), (.wholePower(21), -3...3),
        (.exponential, -9...3), (.logarithm, 0.01...9), (.sigmoid, -9...9), (.hyperbolicTangent, -5...5),
        (.softplus, -9...9), (.reciprocal, 0.1...4), (.squareRoot, 0.001...9), (.errorFunction, -3...3),
        (.arctangent, -9...9), (.softsign, -5...5),
    ]

    @Test func linesAreOnTheirSide() throws {
        var noise = Noise(seed: 31)
        for (kind, domain) in Self.kinds {
            let smooth = try #require(kind.smooth)
            for round in 0..<300 {
                let (first, second) = (noise.value(in: domain), noise.value(in: domain))
                let (lower, upper) = (
                    min(first, second), round % 7 == 0 ? min(first, second).nextUp : max(first, second)
                )
                let steepness = smooth.slope(noise.value(in: lower...upper)) * [1, 1, 0, -1, 4][round % 5]
                let slope = steepness + noise.value(in: -0.1...0.1)
                let below = smooth.lineBelow(slope: slope, lower, upper)
                let above = smooth.lineAbove(slope: slope, lower, upper)
                #expect((lower...upper).contains(below.touch) && (lower...upper).contains(above.touch))
                var (nearest, farthest) = (Double.infinity, Double.infinity)
                for step in 0...400 {
                    let x = min(lower + (upper - lower) * Double(step) / 400, upper)
                    let value = kind.range(lower: x, upper: x)
                    // The products as they stand are off by so much.
                    let error = 1e-14 * (value.upper.magnitude + (below.line.slope * x).magnitude) + 1e-300
                    #expect(
                        value.upper >= below.line.slope * x + below.line.intercept - error,
                        "\(kind) \(lower)...\(upper)")
                    #expect(
                        value.lower <= above.line.slope * x + above.line.intercept + error,
                        "\(kind) \(lower)...\(upper)")
                    nearest = min(nearest, value.upper - below.line.slope * x - below.line.intercept)
                    farthest = min(farthest, above.line.slope * x + above.line.intercept - value.lower)
                }
                // And close to the curve somewhere.
                let size = kind.range(lower: lower, upper: upper)
                let scale = max(1, size.lower.magnitude, size.upper.magnitude, slope.magnitude * (upper - lower))
                #expect(nearest < 0.02 * scale && farthest < 0.02 * scale, "\(kind) \(lower)...\(upper), \(slope)")
            }
        }
    }
}
