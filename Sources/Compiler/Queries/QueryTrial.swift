import Search
import Tensors
import VNNLIB

/// One case of a query, ready to be tried: a point with a negative margin answers the query.
package struct QueryTrial: Sendable {
    /// How much of the case's inputs the trial's space holds.
    package enum Coverage: Sendable, Hashable {
        case whole
        /// The named input has no bound in the query, and was given one: nothing is proved beyond it.
        case part(without: String)
    }

    package let trial: Trial
    package let coverage: Coverage
    private let violation: Formula
    private let networks: [Network]

    init(trial: Trial, violation: Formula, networks: [Network], coverage: Coverage) {
        (self.trial, self.violation, self.networks, self.coverage) = (trial, violation, networks, coverage)
    }

    /// What the point assigns to every declared tensor, in the order of the declarations.
    ///
    /// nil where the query's conditions do not hold for the assignment in exact arithmetic, or where a value is none of its
    /// tensor's declared type. Tensors of float16 are rounded to it, within their bounds, before the networks are asked.
    package func assignment(at point: [Double]) throws(ShapeError) -> QueryAssignment? {
        let point = declared(point)
        guard trial.space.contains(point) else { return nil }
        let answers = try trial.exhibits.read(at: point, leaves: trial.leaves).values
        guard violation.truth(inputs: point, answers: answers.flatMap(\.self)) == .holds else { return nil }
        return assignment(point, answers)
    }

    private func assignment(_ point: [Double], _ answers: [[Double]]) -> QueryAssignment {
        var entries: [QueryAssignment.Entry] = []
        var rest = answers[...]
        for network in networks {
            entries += network.inputs.map { .init(tensor: $0, values: Array(point[$0.indices])) }
            for tensor in network.answers {
                guard let values = rest.popFirst() else { break }
                entries.append(.init(tensor: tensor, values: values))
            }
        }
        return QueryAssignment(entries: entries)
    }

    private func declared(_ point: [Double]) -> [Double] {
        var point = point
        for tensor in networks.flatMap(\.inputs) where tensor.element.kind == .float16 {
            for place in tensor.indices { point[place] = Double(Float16(point[place])) }
        }
        return point
    }
}

/// A value for each tensor that a query declares.
package struct QueryAssignment: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let tensor: DeclaredTensor
        /// Row-major.
        package let values: [Double]
    }

    package let entries: [Entry]
}
