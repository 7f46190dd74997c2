/// A graph in which every node that depends on an input is linear, a function of one number, a product of two values, or,
/// as a last resort, something for which there is only an interval rule: `Graph.relation(of:)` says which.
///
/// Each wanted value has an image of the same type. An operation becomes one node or several; of several, those that are
/// not computed by themselves are `.exact`, and the last carries the rounding of the whole. So a node whose rounding is
/// not exact is computed, and overflows where its type does; one that is exact is either a choice among numbers that
/// are there already (relu, a rearrangement) or a real number that no engine computes, to which no limit applies.
///
/// Nodes are shared only where their roundings agree: a computed difference and an exact one are two numbers.
/// A margin of a comparison stands for its sign alone: a <= b is b - a, exactly; a < b is b - a less the least number.
/// What depends on no input is folded, as `Graph.add` folds it.
package struct Decomposition: Sendable {
    package let graph: Graph
    /// For each node of the graph, how far the computed value may lie from the node's function of its computed inputs.
    package let roundings: [Rounding]
    private let images: [Value?]

    /// The graph has the inputs of the original, in order, whether or not they are needed.
    package init(_ original: Graph, wanted: [Value]) throws(ShapeError) {
        let (unrolled, places) = try original.unrolled(wanted)
        var decomposer = Decomposer()
        var inputs: [Value] = []
        for input in unrolled.inputs {
            inputs.append(try decomposer.input(input.name, unrolled.type(of: input.value)))
        }
        let parts = try decomposer.images(
            of: unrolled, inputs: inputs, wanted: wanted.compactMap { places[$0.index] })
        images = places.map { place in place.flatMap { parts[$0.index] } }
        (graph, roundings) = (decomposer.graph, decomposer.roundings)
    }

    /// Where a wanted value, or one that it needs, is found in the decomposed graph.
    package func image(of value: Value) -> Value? { images[value.index] }

    /// By node of the plan of this decomposition the first value of the original that has the same numbers, shaped
    /// however; only bounds know of the other nodes.
    package func originals(in plan: BoundPlan) -> [Int: Int] {
        var originals: [Int: Int] = [:]
        for (index, image) in images.enumerated() {
            guard let image else { continue }
            let root = BoundPlan.root(image.index, plan.nodes)
            if originals[root] == nil { originals[root] = index }
        }
        return originals
    }
}
