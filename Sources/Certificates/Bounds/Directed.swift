/// Arithmetic on `Double` that rounds down: the result is the greatest number that is not above the exact one, or one
/// step below that where the error cannot be told exactly; -infinity where it is no number.
enum Down {
    /// Knuth's two-sum gives the error of a sum exactly (The Art of Computer Programming 2, §4.2.2, Theorem B).
    @inline(__always)
    static func sum(_ a: Double, _ b: Double) -> Double {
        // Far from overflow every step below is a number.
        guard a.magnitude < 0x1p1000, b.magnitude < 0x1p1000 else { return -.infinity }
        let sum = a + b
        let second = sum - a
        let error = (a - (sum - second)) + (b - second)
        return error >= 0 ? sum : sum.nextDown
    }

    /// A fused multiply-add gives the error of a product exactly, unless it is too small for a `Double`.
    @inline(__always)
    static func product(_ a: Double, _ b: Double) -> Double {
        let product = a * b
        guard product.isFinite else { return -.infinity }
        if product.magnitude < 0x1p-900 { return a == 0 || b == 0 ? 0 : product.nextDown }
        return (-product).addingProduct(a, b) >= 0 ? product : product.nextDown
    }

    /// Exact where the remainder is 0, else a step below the nearest.
    static func quotient(_ a: Double, _ b: Double) -> Double {
        let quotient = a / b
        guard quotient.isFinite, b.isFinite, a.isFinite else { return -.infinity }
        if a == 0 { return 0 }
        let isExact = quotient.magnitude > 0x1p-900 && a.magnitude > 0x1p-900 && a.addingProduct(-quotient, b) == 0
        return isExact ? quotient : quotient.nextDown
    }
}

/// The mirror image of `Down`.
enum Up {
    @inline(__always)
    static func sum(_ a: Double, _ b: Double) -> Double { -Down.sum(-a, -b) }
    @inline(__always)
    static func product(_ a: Double, _ b: Double) -> Double { -Down.product(-a, b) }
    static func quotient(_ a: Double, _ b: Double) -> Double { -Down.quotient(-a, b) }
}
