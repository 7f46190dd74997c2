/// Arithmetic of intervals, rounded outward by one unit in the last place at most.
package enum Interval {
    /// The nearest numbers on both sides of the product: one number, where it is exact.
    package static func product(_ x: Double, _ y: Double) -> (lower: Double, upper: Double) {
        if x == 0 || y == 0 { return x.isFinite && y.isFinite ? (0, 0) : (-.infinity, .infinity) }
        let product = x * y
        // A subnormal product, or one whose last place is, hides its error.
        guard product.magnitude >= 0x1p-960, product.isFinite else {
            return inexact(product, x, y)
        }
        let error = (-product).addingProduct(x, y)
        return (error < 0 ? product.nextDown : product, error > 0 ? product.nextUp : product)
    }

    /// Around a product that is too small or too large for its error to be known. The sign is.
    private static func inexact(_ product: Double, _ x: Double, _ y: Double) -> (lower: Double, upper: Double) {
        guard x.isFinite, y.isFinite else { return (-.infinity, .infinity) }
        let (down, up) = (
            min(product.nextDown, .greatestFiniteMagnitude), max(product.nextUp, -.greatestFiniteMagnitude)
        )
        return (x < 0) == (y < 0) ? (max(down, 0), up) : (down, min(up, 0))
    }

    /// All products of numbers of two intervals; everything, if an end is not finite.
    package static func product(
        _ x: (lower: Double, upper: Double), _ y: (lower: Double, upper: Double)
    ) -> (lower: Double, upper: Double) {
        guard x.lower.isFinite, x.upper.isFinite, y.lower.isFinite, y.upper.isFinite else {
            return (-.infinity, .infinity)
        }
        let (first, second) = (product(x.lower, y.lower), product(x.lower, y.upper))
        let (third, fourth) = (product(x.upper, y.lower), product(x.upper, y.upper))
        return (
            min(min(first.lower, second.lower), min(third.lower, fourth.lower)),
            max(max(first.upper, second.upper), max(third.upper, fourth.upper))
        )
    }

    /// All quotients of numbers of two intervals, the second without 0; everything, if it has 0 or an end is not finite.
    package static func quotient(
        _ x: (lower: Double, upper: Double), _ y: (lower: Double, upper: Double)
    ) -> (lower: Double, upper: Double) {
        guard y.lower > 0 || y.upper < 0, x.lower.isFinite, x.upper.isFinite, y.lower.isFinite, y.upper.isFinite else {
            return (-.infinity, .infinity)
        }
        let (first, second) = (quotient(x.lower, y.lower), quotient(x.lower, y.upper))
        let (third, fourth) = (quotient(x.upper, y.lower), quotient(x.upper, y.upper))
        return (
            min(min(first.lower, second.lower), min(third.lower, fourth.lower)),
            max(max(first.upper, second.upper), max(third.upper, fourth.upper))
        )
    }

    /// The nearest numbers on both sides of a quotient: one number, where it is exact. The divisor is not 0.
    package static func quotient(_ x: Double, _ y: Double) -> (lower: Double, upper: Double) {
        if x == 0 { return (0, 0) }
        let quotient = x / y
        guard quotient.isFinite else { return (-.infinity, .infinity) }
        // The remainder of a quotient that is nearest is a number, but for underflow.
        let isTold = quotient.magnitude >= 0x1p-960 && x.magnitude >= 0x1p-960
        if isTold, x.addingProduct(-quotient, y) == 0 { return (quotient, quotient) }
        return (x < 0) == (y < 0)
            ? (max(quotient.nextDown, 0), quotient.nextUp) : (quotient.nextDown, min(quotient.nextUp, 0))
    }
}
