import Testing

@testable import Proof
@testable import Tensors

/// Two numbers of which one has to be positive.
@Suite struct MixtureTests {
    /// constant + slope · u + curvature · u², for one coordinate.
    private func quadratic(_ constant: Double, _ slope: Double, _ curvature: Double) -> QuadraticBound {
        var bound = QuadraticBound(dimension: 1)
        bound.constant = constant
        bound.linear = [slope]
        bound.square = [curvature]
        bound.isCurved = true
        bound.size = constant.magnitude + slope.magnitude + curvature.magnitude
        return bound
    }

    private func mixture(_ first: QuadraticBound, _ second: QuadraticBound) -> Mixture {
        Mixture((first, first.least().bound), (second, second.least().bound))
    }

    @Test func oneOfTwoIsAlwaysPositive() {
        // u and -u, each 0.1 higher.
        #expect(mixture(quadratic(0.1, 1, 0), quadratic(0.1, -1, 0)).bound > 0)
        // u² - 0.2 is not positive in the middle, where 0.5 - u² is.
        #expect(mixture(quadratic(-0.2, 0, 1), quadratic(0.5, 0, -1)).bound > 0)
    }

    /// Points that deny both, however few: at 0 alone, and between two parabolas.
    @Test func whatDeniesBothIsNotOverlooked() {
        #expect(mixture(quadratic(0, 1, 0), quadratic(0, -1, 0)).bound <= 0)
        #expect(mixture(quadratic(-1e-9, 1, 0), quadratic(-1e-9, -1, 0)).bound < 0)
        #expect(mixture(quadratic(-0.25, 0, 1), quadratic(0.2499999, 0, -1)).bound < 0)
    }

    @Test func theBoundHoldsAtEveryPoint() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let (first, second) = (0..<2).map { _ in
                quadratic(
                    .random(in: -1...1, using: &random), .random(in: -1...1, using: &random),
                    .random(in: -1...1, using: &random))
            }.pair
            guard first.least().bound < 0, second.least().bound < 0 else { continue }
            let mixture = mixture(first, second)
            for step in -50...50 {
                let u = Double(step) / 50
                func value(_ bound: QuadraticBound) -> Double {
                    bound.constant + bound.linear[0] * u + bound.square[0] * u * u
                }
                let mixed = mixture.weights.first * value(first) + mixture.weights.second * value(second)
                #expect(mixture.bound <= mixed + 1e-12)
            }
        }
    }
}

extension Array {
    fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
