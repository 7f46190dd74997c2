/// A linear expression while it is read: terms in any order, and a constant.
struct LinearSum {
    private(set) var terms: [Term]
    private(set) var constant: Double

    init(_ constant: Double) {
        terms = []
        self.constant = constant
    }

    init(_ variable: Variable) {
        terms = [Term(variable: variable, coefficient: 1)]
        constant = 0
    }

    var isFinite: Bool { constant.isFinite && terms.allSatisfy(\.coefficient.isFinite) }

    static func sum(_ parts: [LinearSum]) -> LinearSum {
        var sum = LinearSum(0)
        for part in parts {
            sum.terms += part.terms
            sum.constant += part.constant
        }
        return sum
    }

    func scaled(by factor: Double) -> LinearSum {
        map { $0 * factor }
    }

    func divided(by divisor: Double) -> LinearSum {
        map { $0 / divisor }
    }

    private func map(_ change: (Double) -> Double) -> LinearSum {
        var result = LinearSum(change(constant))
        result.terms = terms.map { Term(variable: $0.variable, coefficient: change($0.coefficient)) }
        return result
    }

    /// `self` at most (or less than) `other`, as one inequality; a truth value where no variable is left.
    func compared(_ relation: Inequality.Relation, _ other: LinearSum) -> Formula {
        let difference = LinearSum.sum([self, other.scaled(by: -1)])
        // The constants are subtracted as they stand, so that a bound keeps the very double its decimal reads as.
        let limit = other.constant - constant
        let terms = LinearSum.collected(difference.terms)
        if terms.isEmpty { return (relation == .less ? 0 < limit : 0 <= limit) ? .always : .never }
        return .holds(Inequality(terms: terms, relation: relation, limit: limit))
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
