/// Whether a condition holds in exact arithmetic, as far as float64 can tell.
package enum Truth: Sendable, Hashable { case holds, fails, unclear }

extension Formula {
    /// Whether the formula holds for the inputs and for what the networks answer to them.
    ///
    /// Sums and products are enclosed between doubles, rounded outward wherever they are not exact; `unclear` where the two
    /// differ about the answer. A condition on NaN fails.
    package func truth(inputs: [Double], answers: [Double]) -> Truth {
        switch self {
        case .holds(let inequality): inequality.truth(inputs, answers)
        case .all(let parts):
            parts.reduce(.holds) { $0 == .fails ? .fails : $0.and($1.truth(inputs: inputs, answers: answers)) }
        case .any(let parts):
            parts.reduce(.fails) { $0 == .holds ? .holds : $0.or($1.truth(inputs: inputs, answers: answers)) }
        }
    }
}

extension Truth {
    fileprivate func and(_ other: Truth) -> Truth {
        self == .fails || other == .fails ? .fails : self == .holds ? other : .unclear
    }

    fileprivate func or(_ other: Truth) -> Truth {
        self == .holds || other == .holds ? .holds : self == .fails ? other : .unclear
    }
}

extension Inequality {
    fileprivate func truth(_ inputs: [Double], _ answers: [Double]) -> Truth {
        let polynomial = Polynomial(terms: terms, products: products)
        let left = polynomial.enclosure(inputs, answers)
        if left.isNaN { return .fails }
        switch relation {
        case .atMost: return left.upper <= limit ? .holds : left.lower > limit ? .fails : .unclear
        case .less: return left.upper < limit ? .holds : left.lower >= limit ? .fails : .unclear
        }
    }
}

extension Polynomial {
    fileprivate func enclosure(_ inputs: [Double], _ answers: [Double]) -> Enclosure {
        var sum = Enclosure(constant)
        for term in terms {
            let value = term.variable.side == .input ? inputs[term.variable.index] : answers[term.variable.index]
            sum = sum + Enclosure(value) * Enclosure(term.coefficient)
        }
        for product in products {
            sum = sum + product.factors.reduce(Enclosure(product.coefficient)) { $0 * $1.enclosure(inputs, answers) }
        }
        return sum
    }
}

/// Two doubles with a real number between them; equal where it is known exactly.
private struct Enclosure {
    var lower: Double
    var upper: Double

    init(_ value: Double) { (lower, upper) = (value, value) }

    private init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }

    var isNaN: Bool { lower.isNaN || upper.isNaN }

    static func + (first: Enclosure, second: Enclosure) -> Enclosure {
        Enclosure(sum(first.lower, second.lower).lower, sum(first.upper, second.upper).upper)
    }

    static func * (first: Enclosure, second: Enclosure) -> Enclosure {
        let products = [
            product(first.lower, second.lower), product(first.lower, second.upper),
            product(first.upper, second.lower), product(first.upper, second.upper),
        ]
        if products.contains(where: \.isNaN) { return Enclosure(.nan) }
        return Enclosure(products.map(\.lower).min() ?? .nan, products.map(\.upper).max() ?? .nan)
    }

    /// Source: the error of a sum is a double (Knuth, TAOCP 2, 4.2.2, theorem B).
    private static func sum(_ a: Double, _ b: Double) -> Enclosure {
        let sum = a + b
        guard sum.isFinite else { return beyond(sum, isExact: !a.isFinite || !b.isFinite) }
        let shadow = sum - a
        return around(sum, isExact: (a - (sum - shadow)) + (b - shadow) == 0)
    }

    /// Exact where a fused multiplication finds no difference and nothing can have underflowed.
    private static func product(_ a: Double, _ b: Double) -> Enclosure {
        let product = a * b
        guard product.isFinite else { return beyond(product, isExact: !a.isFinite || !b.isFinite) }
        let isSafe = product.magnitude > 0x1p-900 || a == 0 || b == 0
        return around(product, isExact: isSafe && (-product).addingProduct(a, b) == 0)
    }

    private static func around(_ value: Double, isExact: Bool) -> Enclosure {
        isExact ? Enclosure(value) : Enclosure(value.nextDown, value.nextUp)
    }

    /// What overflowed is finite, and larger than any double.
    private static func beyond(_ value: Double, isExact: Bool) -> Enclosure {
        if isExact || value.isNaN { return Enclosure(value) }
        return value > 0
            ? Enclosure(.greatestFiniteMagnitude, .infinity) : Enclosure(-.infinity, -.greatestFiniteMagnitude)
    }
}
