import Checker
import Diagnostics
import Tensors

/// What a counterexample shows along the way from its inputs to its margin: the named `let`s and the sides of the checks.
package struct Exhibits: Sendable {
    package struct Entry: Sendable {
        /// The `let`'s name; nil for a side of a check, which is shown by its words in the spec.
        package let name: String?
        package let span: Span
        package let type: SayType
    }

    /// One clause that took part in the verdict, and its margin.
    package struct ClauseEntry: Sendable {
        package enum Kind: Sendable, Hashable { case assumption, check }
        package let kind: Kind
        package let span: Span
    }

    package struct Reading: Sendable {
        /// Row-major values of each of `entries`.
        package let values: [[Double]]
        /// The margin of each of `clauses`.
        package let margins: [Double]
    }

    package let entries: [Entry]
    package let clauses: [ClauseEntry]
    private let graph: Graph
    private let outputs: [Value]

    init(
        entries: [(Entry, Value)], clauses: [(ClauseEntry, Value)], of graph: Graph
    ) {
        self.entries = entries.map(\.0)
        self.clauses = clauses.map(\.0)
        self.graph = graph
        outputs = entries.map(\.1) + clauses.map(\.1)
    }

    /// The values at a point, evaluated alone. What evaluates them is made for it: few properties come to show anything.
    package func read(at point: [Double], leaves: [Leaf]) throws(ShapeError) -> Reading {
        var inputs: [Tensor] = []
        for leaf in leaves {
            let shape = try Shape([1] + (leaf.shape))
            inputs.append(try Tensor(shape, Array(point[leaf.coordinates])))
        }
        let results = try Evaluator(graph, outputs: outputs).run(inputs)
        return Reading(
            values: results.prefix(entries.count).map(\.doubles),
            margins: results.dropFirst(entries.count).map { $0.doubles[0] })
    }
}

extension Trial {
    /// The least margin of the checks alone: how far inside its `assume`s an input lies is not part of it. nil where it is not
    /// told apart.
    package func checkMargin(_ reading: Exhibits.Reading) -> Double? {
        guard quantifier == .forall else { return nil }
        return zip(exhibits.clauses, reading.margins).filter { $0.0.kind == .check }.map(\.1).min()
    }
}

extension Leaf {
    /// Of its coordinates. Empty for a scalar, the numbers of rows and lines among them.
    package var shape: [Int] {
        switch texts {
        case .generated, .tokens: [coordinates.count]
        case .lines: []
        case nil: type.shape ?? []
        }
    }
}
