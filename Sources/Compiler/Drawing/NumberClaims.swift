import Search
import Tensors

/// What a check says of the outer variables and of numbers that are known between two ends only, one for each rate or mean.
package struct NumberClaims: Sendable {
    package enum Claim: Sendable { case holds, fails }

    /// At least 0 exactly where the checks hold, and where they do not. Inputs are the outer leaves, then the numbers.
    let graph: Graph
    let holding, failing: Value
    let outer: Space

    /// Negative where the check fails (or, with `.fails`, holds) for some numbers in the intervals, at a point.
    package func objective(
        _ claim: Claim, at point: [Double], _ intervals: [ClosedRange<Double>]
    ) throws(ShapeError) -> GraphObjective {
        let lower = point + intervals.map(\.lowerBound)
        let variables = intervals.indices.map {
            Variable(
                name: "estimate \($0)", coordinates: (outer.dimension + $0)..<(outer.dimension + $0 + 1), shape: [])
        }
        let space = Space(
            kinds: outer.kinds + intervals.map { _ in .real64 },
            boxes: [Box(lower: lower, upper: point + intervals.map(\.upperBound))], reference: lower,
            variables: outer.variables + variables)
        return try GraphObjective(space: space, graph: graph, margin: claim == .holds ? holding : failing)
    }
}
