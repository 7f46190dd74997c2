/// A polynomial over a query's variables: linear terms, products, and a constant.
///
/// Products are kept as they are written, not multiplied out: the size stays that of the text, and bounds stay tight.
package struct Polynomial: Sendable, Hashable {
    /// In any order while it is read, one for each variable in an `Inequality`.
    package private(set) var terms: [Term] = []
    package private(set) var products: [Product] = []
    package private(set) var constant = 0.0

    /// `coefficient` times two factors or more, none of them constant.
    package struct Product: Sendable, Hashable {
        package var coefficient: Double
        package var factors: [Polynomial]
    }

    package init(_ constant: Double) { self.constant = constant }

    package init(_ variable: Variable) { terms = [Term(variable: variable, coefficient: 1)] }

    package init(terms: [Term], products: [Product] = [], constant: Double = 0) {
        (self.terms, self.products, self.constant) = (terms, products, constant)
    }

    package var isConstant: Bool { terms.isEmpty && products.isEmpty }

    var isFinite: Bool {
        constant.isFinite && terms.allSatisfy(\.coefficient.isFinite)
            && products.allSatisfy { $0.coefficient.isFinite && $0.factors.allSatisfy(\.isFinite) }
    }

    package static func sum(_ parts: [Polynomial]) -> Polynomial {
        var sum = Polynomial(0)
        for part in parts {
            sum.terms += part.terms
            sum.products += part.products
            sum.constant += part.constant
        }
        return sum
    }

    /// Constant factors go into the coefficients.
    package static func product(_ parts: [Polynomial]) -> Polynomial {
        let factor = parts.reduce(1) { $1.isConstant ? $0 * $1.constant : $0 }
        let factors = parts.filter { !$0.isConstant }
        guard let first = factors.first else { return Polynomial(factor) }
        if factors.count == 1 { return first.scaled(by: factor) }
        let sorted = factors.map {
            Polynomial(terms: collected($0.terms), products: $0.products, constant: $0.constant)
        }
        return Polynomial(terms: [], products: [Product(coefficient: factor, factors: sorted)])
    }

    package func scaled(by factor: Double) -> Polynomial {
        map { $0 * factor }
    }

    package func divided(by divisor: Double) -> Polynomial {
        map { $0 / divisor }
    }

    private func map(_ change: (Double) -> Double) -> Polynomial {
        Polynomial(
            terms: terms.map { Term(variable: $0.variable, coefficient: change($0.coefficient)) },
            products: products.map { Product(coefficient: change($0.coefficient), factors: $0.factors) },
            constant: change(constant))
    }

    /// `self` at most (or less than) `other`, as one inequality; a truth value where no variable is left.
    package func compared(_ relation: Inequality.Relation, _ other: Polynomial) -> Formula {
        let difference = Polynomial.sum([self, other.scaled(by: -1)])
        // The constants are subtracted as they stand, so that a bound keeps the very double its decimal reads as.
        let limit = other.constant - constant
        let terms = Polynomial.collected(difference.terms)
        let products = difference.products.filter { $0.coefficient != 0 }
        if terms.isEmpty && products.isEmpty { return (relation == .less ? 0 < limit : 0 <= limit) ? .always : .never }
        return .holds(Inequality(terms: terms, products: products, relation: relation, limit: limit))
    }

    /// One term for each variable, in order; terms that cancel are left out.
    private static func collected(_ terms: [Term]) -> [Term] {
        guard terms.count > 1 else { return terms.filter { $0.coefficient != 0 } }
        var result: [Term] = []
        for term in terms.sorted(by: { $0.variable < $1.variable }) {
            if let last = result.last, last.variable == term.variable {
                result[result.count - 1].coefficient += term.coefficient
            } else {
                result.append(term)
            }
        }
        return result.filter { $0.coefficient != 0 }
    }
}
