/// Whether a condition holds in exact arithmetic.
package enum Truth: Sendable, Hashable {
    case holds, fails
    /// A number overflows or underflows float64 on the way, or has too many digits.
    case unclear
}

extension Formula {
    /// Whether the formula holds for the inputs and for what the networks answer to them.
    ///
    /// Each double stands for itself, and nothing is rounded. A condition on NaN fails, whichever it is; an infinite value
    /// makes it unclear.
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
        let left = Polynomial(terms: terms, products: products, constant: -limit).exactValue(inputs, answers)
        guard let sign = left.sign else { return left.isNaN ? .fails : .unclear }
        return sign < 0 || (sign == 0 && relation == .atMost) ? .holds : .fails
    }
}

extension Polynomial {
    fileprivate func exactValue(_ inputs: [Double], _ answers: [Double]) -> ExactNumber {
        var sum = ExactNumber(constant)
        for term in terms {
            let value = term.variable.side == .input ? inputs[term.variable.index] : answers[term.variable.index]
            sum.add(ExactNumber(value) * ExactNumber(term.coefficient))
        }
        for product in products {
            sum.add(product.factors.reduce(ExactNumber(product.coefficient)) { $0 * $1.exactValue(inputs, answers) })
        }
        return sum
    }
}
