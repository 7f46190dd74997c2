import Foundation
import Testing

@testable import Certificates

/// Directed rounding, held against 128-bit integers.
@Suite struct DirectedTests {
    @Test func sumsAndProductsAreTheNearestOnEitherSide() {
        var noise = Noise(seed: 3)
        for round in 0..<20_000 {
            let a = integer(&noise, bits: round % 3 == 0 ? 20 : 53)
            let b = integer(&noise, bits: round % 2 == 0 ? 12 : 53)
            expect(Down.sum(a, b), Up.sum(a, b), enclose: Int128(a) + Int128(b))
            expect(Down.product(a, b), Up.product(a, b), enclose: Int128(a) * Int128(b))
        }
    }

    @Test func quotientsLieOnTheirSides() {
        var noise = Noise(seed: 5)
        for _ in 0..<20_000 {
            let (a, b) = (integer(&noise, bits: 50), integer(&noise, bits: 30))
            guard b != 0 else { continue }
            let (low, high) = (Down.quotient(a, b), Up.quotient(a, b))
            #expect(low <= high && high <= low.nextUp.nextUp)
            // a - low·b has the sign of b, or is 0, exactly.
            let rest = a.addingProduct(-low, b)
            #expect(rest == 0 || (rest > 0) == (b > 0))
            let excess = a.addingProduct(-high, b)
            #expect(excess == 0 || (excess < 0) == (b > 0))
        }
        #expect(Down.quotient(1, 4) == 0.25 && Up.quotient(1, 4) == 0.25)
    }

    @Test func theSmallAndTheLargeAreNeverTooTight() {
        let least = Double.leastNonzeroMagnitude
        #expect(Down.product(least, 0.5) <= 0 && Up.product(least, 0.5) >= least)
        #expect(Down.product(-least, 0.5) <= -least && Up.product(-least, 0.5) >= 0)
        #expect(Down.sum(1, least) == 1 && Up.sum(1, least) == 1.0.nextUp)
        #expect(Down.sum(1, -least) == 1.0.nextDown && Up.sum(1, -least) == 1)
        let great = Double.greatestFiniteMagnitude
        #expect(Down.sum(great, great) == -.infinity && Up.sum(great, great) == .infinity)
        #expect(Down.product(great, 2) == -.infinity && Up.product(.nan, 2) == .infinity)
        #expect(Down.sum(.infinity, 1) == -.infinity && Up.sum(.nan, 1) == .infinity)
    }

    private func integer(_ noise: inout Noise, bits: Int) -> Double {
        let limit = Int64(1) << bits
        return Double(Int64.random(in: -limit...limit, using: &noise))
    }

    private func expect(_ low: Double, _ high: Double, enclose exact: Int128) {
        #expect(Int128(low) <= exact && exact <= Int128(high))
        #expect(high == low || high == low.nextUp)
        #expect((high == low) == (Int128(low) == exact))
    }
}

@Suite struct ExponentialTests {
    @Test(arguments: [Curve.exponential, .sigmoid, .hyperbolicTangent])
    func enclosuresHoldTheLibrarysValues(_ curve: Curve) {
        var noise = Noise(seed: 7)
        for round in 0..<3000 {
            let x = round == 0 ? 0 : noise.number(round % 3 == 0 ? -500...500 : round % 3 == 1 ? -5...5 : -1e-6...1e-6)
            let value =
                switch curve {
                case .exponential: exp(x)
                case .sigmoid: 1 / (1 + exp(-x))
                default: tanh(x)
                }
            let range = curve.value(at: x)
            // The library is within a few units; the enclosure within 1e-11.
            let slack = 8 * max(value.magnitude, 0x1p-1000).ulp
            #expect(range.lower <= value + slack && range.upper >= value - slack, "\(x)")
            #expect(range.upper - range.lower <= 1e-11 * max(value.magnitude, curve == .exponential ? 0 : 1), "\(x)")
        }
    }
}
