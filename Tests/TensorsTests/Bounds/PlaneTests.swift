import Foundation
import Testing

@testable import Tensors

@Suite struct PlaneTests {
    @Test func planesAreSoundAndTouch() throws {
        var noise = Noise(seed: 23)
        for _ in 0..<3000 {
            let (x, y) = (interval(&noise), interval(&noise))
            let (lowerMix, upperMix) = (noise.value(in: 0...1), noise.value(in: 0...1))
            let planes = Planes(x: x, y: y, lowerMix: lowerMix, upperMix: upperMix)
            for _ in 0..<12 {
                let (a, b) = (Exact(inside(x, &noise)), Exact(inside(y, &noise)))
                func at(_ plane: Planes.Plane) -> Exact {
                    Exact(plane.x) * a + Exact(plane.y) * b + Exact(plane.constant)
                }
                let slack = ((a * b).magnitude + at(planes.lower).magnitude) * 0x1p-60
                try #require(at(planes.lower) <= a * b + slack)
                try #require(at(planes.upper) >= a * b - slack)
            }
            let (a, b) = (x.lower / 2 + x.upper / 2, y.lower / 2 + y.upper / 2)
            let gap = a * b - planes.lower.x * a - planes.lower.y * b - planes.lower.constant
            let best = (x.upper - x.lower) / 2 * ((y.upper - y.lower) / 2)
            let reach = max(-x.lower, x.upper) * max(-y.lower, y.upper)
            #expect(gap <= best + reach.magnitude * 1e-12)
        }
    }

    @Test func productsAreRoundedOutward() throws {
        var noise = Noise(seed: 29)
        for _ in 0..<5000 {
            let (x, y) = (interval(&noise), interval(&noise))
            let product = Interval.product(x, y)
            for (a, b) in [(x.lower, y.lower), (x.lower, y.upper), (x.upper, y.lower), (x.upper, y.upper)] {
                // An 80-bit product of two doubles is not exact, but tells on which side of a double it is.
                try #require(Exact(product.lower) <= Exact(a) * Exact(b) && Exact(a) * Exact(b) <= Exact(product.upper))
            }
        }
        #expect(Interval.product((2, 3), (-1, 4)) == (-3, 12))
        #expect(Interval.product((0, 0), (-1e300, 1e300)) == (0, 0))
        #expect(Interval.product((1e-200, 1), (1e-200, 1e-200)).lower == 0)
        #expect(Interval.product((-1e-200, 1), (1e-200, 1e-200)).lower < 0)
        #expect(Interval.product((0, .infinity), (0, 0)) == (-.infinity, .infinity))
        #expect(Interval.product((1e200, 1e200), (1e200, 1e200)) == (.greatestFiniteMagnitude, .infinity))
    }

    @Test func infiniteBoxesHaveNoPlanes() {
        let planes = Planes(x: (-.infinity, 1), y: (0, 1))
        #expect(planes.lower.constant == -.infinity && planes.upper.constant == .infinity)
        #expect(planes.lower.x == 0 && planes.upper.y == 0)
    }

    private func interval(_ noise: inout Noise) -> (lower: Double, upper: Double) {
        let scale = exp2(noise.value(in: -30...30))
        let (first, second) = (noise.value(in: -1...1) * scale, noise.value(in: -1...1) * scale)
        return noise.value(in: 0...9) < 1 ? (first, first) : (min(first, second), max(first, second))
    }

    private func inside(_ interval: (lower: Double, upper: Double), _ noise: inout Noise) -> Double {
        let share = noise.value(in: -0.2...1.2)
        return min(max(interval.lower + share * (interval.upper - interval.lower), interval.lower), interval.upper)
    }
}
