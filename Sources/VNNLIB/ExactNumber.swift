/// A real number as a sum of doubles that do not overlap, from the least to the largest.
///
/// Sums and products are exact, or known not to be: where float64 overflows, where a product's error may underflow, and
/// beyond a thousand doubles. A sum takes time linear in the doubles of both, a product in their product.
/// Source: Shewchuk, "Adaptive precision floating-point arithmetic", Discrete & Computational Geometry 18 (1997), theorems
/// 7 and 10.
struct ExactNumber {
    private static let partLimit = 1000

    private var parts: [Double]
    private var isExact: Bool
    private(set) var isNaN: Bool

    init(_ value: Double) {
        isNaN = value.isNaN
        isExact = value.isFinite
        parts = value == 0 || !value.isFinite ? [] : [value]
    }

    /// -1, 0 or 1; nil where the number is not known exactly.
    var sign: Int? {
        guard isExact else { return nil }
        guard let largest = parts.last else { return 0 }
        return largest > 0 ? 1 : -1
    }

    mutating func add(_ other: ExactNumber) {
        take(other)
        for part in other.parts where isExact { add(part) }
    }

    static func * (first: ExactNumber, second: ExactNumber) -> ExactNumber {
        var product = ExactNumber(0)
        product.take(first)
        product.take(second)
        for a in first.parts {
            for b in second.parts where product.isExact {
                let high = a * b
                guard high.isFinite, high.magnitude > 0x1p-900 else {
                    product.isExact = false
                    break
                }
                product.add((-high).addingProduct(a, b))
                product.add(high)
            }
        }
        return product
    }

    /// What is no number, or not exact, in a part is so in the whole.
    private mutating func take(_ other: ExactNumber) {
        isNaN = isNaN || other.isNaN
        isExact = isExact && other.isExact
    }

    private mutating func add(_ value: Double) {
        var (sum, rest) = (value, [Double]())
        for part in parts {
            let next = sum + part
            let shadow = next - sum
            let error = (sum - (next - shadow)) + (part - shadow)
            if error != 0 { rest.append(error) }
            sum = next
        }
        if sum != 0 { rest.append(sum) }
        parts = rest
        isExact = isExact && sum.isFinite && parts.count <= Self.partLimit
    }
}
