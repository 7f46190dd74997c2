import Diagnostics

/// What a VNN-LIB file asks: is there an input in one of the boxes for which the formula beside them holds.
///
/// An answer is a violation. Both versions of VNN-LIB become this: a variable is one number of a network's input, or of what
/// the networks answer, and has one index among all inputs, or all answers, of the query. In version 1.0 there is one
/// network, whose tensors are flat: `X_i` is element i of the model's input in row-major order, whatever its shape.
package struct Query: Sendable, Hashable {
    /// Which grammar the file follows.
    package enum Version: Sendable, Hashable { case one, two }

    /// Boxes that share one formula.
    package struct Case: Sendable, Hashable {
        package var boxes: [InputBox]
        /// What makes an input of these boxes a violation.
        package var violation: Formula
    }

    package let version: Version
    /// In the order of the file; never empty.
    package let networks: [Network]
    /// In the order in which their formulas appear in the file; no box is empty. Without any, no input meets the assertions.
    package let cases: [Case]
    /// The end of the file, where what is said about the whole of it points.
    package let end: Span

    package var inputCount: Int { networks.reduce(0) { $0 + $1.inputCount } }
    /// How many numbers the networks answer, hidden ones among them.
    package var outputCount: Int { networks.reduce(0) { $0 + $1.answerCount } }
    package var boxCount: Int { cases.reduce(0) { $0 + $1.boxes.count } }
}

/// Inclusive bounds of each input, as the nearest doubles of the decimals in the file; infinite where there is none.
package struct InputBox: Sendable, Hashable {
    package var lower: [Double]
    package var upper: [Double]
}

/// A condition on a model's inputs and outputs.
package indirect enum Formula: Sendable, Hashable {
    case holds(Inequality)
    /// All of none holds.
    case all([Formula])
    /// Any of none does not.
    case any([Formula])
}

/// A condition: the sum of the terms and products is at most (or, where strict, less than) `limit`.
package struct Inequality: Sendable, Hashable {
    package enum Relation: UInt8, Sendable, Hashable { case atMost, less }

    /// One term for each variable, inputs before outputs, in the order of their indices; no coefficient is 0.
    package var terms: [Term]
    /// Of variables with each other; empty in VNN-LIB 1.0.
    package var products: [Polynomial.Product]
    package var relation: Relation
    package var limit: Double

    package init(terms: [Term], products: [Polynomial.Product] = [], relation: Relation, limit: Double) {
        (self.terms, self.products, self.relation, self.limit) = (terms, products, relation, limit)
    }
}

package struct Term: Sendable, Hashable {
    package var variable: Variable
    package var coefficient: Double

    package init(variable: Variable, coefficient: Double) {
        (self.variable, self.coefficient) = (variable, coefficient)
    }
}

/// One number of the inputs or of the answers; `X_index` or `Y_index` in VNN-LIB 1.0.
package struct Variable: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Side: UInt8, Sendable, Hashable { case input, output }

    package var side: Side
    package var index: Int

    package init(side: Side, index: Int) {
        (self.side, self.index) = (side, index)
    }

    package static func < (first: Variable, second: Variable) -> Bool {
        first.side == second.side ? first.index < second.index : first.side == .input
    }

    package var description: String { (side == .input ? "X_" : "Y_") + String(index) }
}

extension Formula {
    package static let always = Formula.all([])
    package static let never = Formula.any([])

    /// All of the parts, with nested conjunctions opened and what is always true left out.
    package static func conjunction(_ parts: [Formula]) -> Formula {
        var flat: [Formula] = []
        for part in parts {
            switch part {
            case .never: return .never
            case .all(let inner): flat += inner
            default: flat.append(part)
            }
        }
        return flat.count == 1 ? flat[0] : .all(flat)
    }

    /// Any of the parts, with nested disjunctions opened and what is never true left out.
    package static func disjunction(_ parts: [Formula]) -> Formula {
        var flat: [Formula] = []
        for part in parts {
            switch part {
            case .always: return .always
            case .any(let inner): flat += inner
            default: flat.append(part)
            }
        }
        return flat.count == 1 ? flat[0] : .any(flat)
    }

    private static func ~= (pattern: Formula, value: Formula) -> Bool { pattern == value }
}
