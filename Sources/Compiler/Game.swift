import Checker
import Search
import Tensors

/// A property with an inner quantifier, as a game: one side chooses the outer variables, the other answers with the inner
/// ones. The margin of the whole is negative where the first side has won.
///
/// The first side wins the property if one of its choices is negative whatever the answer. The other wins it if finitely many
/// answers are enough, one of them for each choice; that is what `outer(against:)` looks for (counterexample-guided synthesis:
/// Solar-Lezama et al., Combinatorial sketching for finite programs, 2006).
package struct Game: Sendable {
    /// Of the outer variables, and of the inner ones.
    package let outerLeaves, innerLeaves: [Leaf]
    private let whole: GraphObjective

    init(_ whole: GraphObjective, leaves: [Leaf], outer count: Int) {
        self.whole = whole
        outerLeaves = Array(leaves.prefix(count))
        innerLeaves = Array(leaves.dropFirst(count))
    }

    /// Negative for a choice that beats all of these answers.
    package func outer(against answers: [[Double]]) throws(ShapeError) -> GraphObjective {
        var graph = Graph()
        let inputs = try declare(outerLeaves, in: &graph)
        var margin = graph.constant(.scalar(-1.0))
        for (index, answer) in answers.enumerated() {
            let given = try constants(answer, innerLeaves, in: &graph)
            let next = try graph.splice(whole.graph, inputs: inputs + given, wanted: [whole.margin])[0]
            margin = index == 0 ? next : try graph.add(Binary(.maximum), [margin, next])
        }
        var space = space(outerLeaves)
        space.dependence = whole.space.dependence?.prefix(space.dimension)
        return try GraphObjective(space: space, graph: graph, margin: margin)
    }

    /// Negative for an answer that meets a choice.
    package func inner(to choice: [Double]) throws(ShapeError) -> GraphObjective {
        var graph = Graph()
        let given = try constants(choice, outerLeaves, in: &graph)
        let inputs = try declare(innerLeaves, in: &graph)
        let margin = try graph.splice(whole.graph, inputs: given + inputs, wanted: [whole.margin])[0]
        let met = try graph.add(Compare(.less), [margin, graph.constant(.scalar(0.0))])
        var space = space(innerLeaves)
        space.dependence = whole.space.dependence?.after(choice)
        return try GraphObjective(space: space, graph: graph, margin: met)
    }

    private func declare(_ leaves: [Leaf], in graph: inout Graph) throws(ShapeError) -> [Value] {
        var inputs: [Value] = []
        for leaf in leaves { inputs.append(try graph.input(leaf.name, TensorType(.float64, Shape(leaf.shape)))) }
        return inputs
    }

    private func constants(_ point: [Double], _ leaves: [Leaf], in graph: inout Graph) throws(ShapeError) -> [Value] {
        let start = leaves.first?.coordinates.lowerBound ?? 0
        var values: [Value] = []
        for leaf in leaves {
            let range = (leaf.coordinates.lowerBound - start)..<(leaf.coordinates.upperBound - start)
            values.append(graph.constant(try Tensor(Shape(leaf.shape), Array(point[range]))))
        }
        return values
    }

    /// The part of the space that some leaves span.
    private func space(_ leaves: [Leaf]) -> Space {
        let start = leaves.first?.coordinates.lowerBound ?? 0
        let range = start..<(leaves.last?.coordinates.upperBound ?? start)
        let space = whole.space
        return Space(
            kinds: Array(space.kinds[range]),
            boxes: space.boxes.map { Box(lower: Array($0.lower[range]), upper: Array($0.upper[range])) },
            reference: Array(space.reference[range]),
            variables: leaves.map {
                Variable(
                    name: $0.name,
                    coordinates: ($0.coordinates.lowerBound - start)..<($0.coordinates.upperBound - start),
                    shape: $0.shape)
            })
    }
}
