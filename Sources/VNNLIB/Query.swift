import Diagnostics

/// What a VNN-LIB file asks: is there an input in one of the boxes for which the formula beside them holds.
///
/// An answer is a violation. VNN-LIB's flat indices are kept: `X_i` is element i of the model's input in row-major order,
/// whatever its shape.
package struct Query: Sendable, Hashable {
    /// Boxes that share one formula.
    package struct Case: Sendable, Hashable {
        package var boxes: [InputBox]
        /// What makes an input of these boxes a violation.
        package var violation: Formula
    }

    package let inputCount: Int
    package let outputCount: Int
    /// In the order in which their formulas appear in the file; never empty, and no box is empty.
    package let cases: [Case]

    package var boxCount: Int { cases.reduce(0) { $0 + $1.boxes.count } }
}

/// Inclusive bounds of each `X_i`, as the nearest doubles of the decimals in the file. All are finite.
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

/// A linear condition: the sum of the terms is at most (or, where strict, less than) `limit`.
package struct Inequality: Sendable, Hashable {
    package enum Relation: UInt8, Sendable, Hashable { case atMost, less }

    /// One term for each variable, inputs before outputs, in the order of their indices; no coefficient is 0.
    package var terms: [Term]
    package var relation: Relation
    package var limit: Double
}

package struct Term: Sendable, Hashable {
    package var variable: Variable
    package var coefficient: Double
}

/// `X_index` or `Y_index`.
package struct Variable: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Side: UInt8, Sendable, Hashable { case input, output }

    package var side: Side
    package var index: Int

    package static func < (first: Variable, second: Variable) -> Bool {
        first.side == second.side ? first.index < second.index : first.side == .input
    }

    package var description: String { (side == .input ? "X_" : "Y_") + String(index) }
}

extension Formula {
    static let always = Formula.all([])
    static let never = Formula.any([])

    /// All of the parts, with nested conjunctions opened and what is always true left out.
    static func conjunction(_ parts: [Formula]) -> Formula {
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
    static func disjunction(_ parts: [Formula]) -> Formula {
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

extension Formula {
    /// Whether the formula holds for an input and the output the model gives for it.
    package func holds(input: [Double], output: [Double]) -> Bool {
        switch self {
        case .holds(let inequality): inequality.holds(input: input, output: output)
        case .all(let parts): parts.allSatisfy { $0.holds(input: input, output: output) }
        case .any(let parts): parts.contains { $0.holds(input: input, output: output) }
        }
    }
}

extension Inequality {
    package func holds(input: [Double], output: [Double]) -> Bool {
        let sum = terms.reduce(0) { sum, term in
            let value = term.variable.side == .input ? input[term.variable.index] : output[term.variable.index]
            return sum + term.coefficient * value
        }
        return relation == .less ? sum < limit : sum <= limit
    }
}
