/// The exponential function and what is made of it, enclosed: a polynomial near zero, squared ten times.
enum Exponential {
    /// Beyond it the result is only known to be larger, or smaller, than here.
    private static let limit = 600.0

    static func value(at x: Double) -> Enclosure {
        if x > limit { return Enclosure(value(at: limit).lower, .infinity) }
        if x < -limit { return Enclosure(0, value(at: -limit).upper) }
        // exp(x) = exp(x / 1024)^1024; the division is exact, or what it loses is below the least number.
        let part = x / 1024
        var result = series(Enclosure(part * 1024 == x ? part : part.nextDown, part * 1024 == x ? part : part.nextUp))
        for _ in 0..<10 {
            result = Enclosure(Down.product(result.lower, result.lower), Up.product(result.upper, result.upper))
        }
        return Enclosure(max(result.lower, 0), result.upper)
    }

    /// 1 / (1 + exp(-x)), which lies in [0, 1].
    static func sigmoid(at x: Double) -> Enclosure {
        let sum = Enclosure(1) + value(at: -x)
        return reciprocal(sum).intersection(Enclosure(0, 1))
    }

    /// 1 - 2 / (exp(2x) + 1), which lies in [-1, 1].
    static func hyperbolicTangent(at x: Double) -> Enclosure {
        if x == 0 { return Enclosure(0) }
        let sum = Enclosure(1) + value(at: 2 * x)
        return (Enclosure(1) - reciprocal(sum) * 2).intersection(Enclosure(-1, 1))
    }

    /// Of what is at least 1.
    private static func reciprocal(_ x: Enclosure) -> Enclosure {
        Enclosure(x.upper.isFinite ? Down.quotient(1, x.upper) : 0, Up.quotient(1, x.lower))
    }

    /// Σ x^k / k! for k < 24 and |x| <= 0.6, by Horner's rule; what is left out is less than 2 · 0.6^24 / 24! < 2^-96.
    private static func series(_ x: Enclosure) -> Enclosure {
        var result = Enclosure(1)
        for order in stride(from: 23, through: 1, by: -1) {
            let scaled = result * x
            result =
                Enclosure(1)
                + Enclosure(Down.quotient(scaled.lower, Double(order)), Up.quotient(scaled.upper, Double(order)))
        }
        return result.widened(by: 0x1p-96)
    }
}
