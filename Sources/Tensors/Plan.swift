/// A graph with what is wanted of it; passes rewrite one into another that computes the same.
struct Plan {
    var graph: Graph
    var outputs: [Value]
    var gradient: Evaluator.Gradient?

    init(_ graph: Graph, _ outputs: [Value], _ gradient: Evaluator.Gradient?) {
        self.graph = graph
        self.outputs = outputs
        self.gradient = gradient
    }

    /// Runs all passes. In debug builds each result is verified.
    func optimised() throws(ShapeError) -> Plan {
        let fused = try fused()
        return try (gradient == nil ? fused.rewritten(.lookups) : fused).rewritten(.placing)
    }

    /// Runs the passes after which everything still has its slope.
    func fused() throws(ShapeError) -> Plan {
        let hasRegions = graph.nodes.contains { node in
            if case .operation(let operation) = node.source { operation is any Repeating } else { false }
        }
        let hoisted = hasRegions ? try rewritten(.hoisting) : self
        return try hoisted.rewritten(.fusion)
    }

    private enum Pass { case hoisting, fusion, lookups, placing }

    private func rewritten(_ pass: Pass) throws(ShapeError) -> Plan {
        let plan =
            switch pass {
            case .hoisting: try rewritten(Hoisting.apply)
            case .fusion: try rewritten(Fusion.apply)
            case .lookups: try rewritten(Lookups.apply)
            case .placing: try rewritten(Placing(self).apply)
            }
        assert((try? plan.graph.verify()) != nil, "a pass made an ill-typed graph")
        return plan
    }

    /// Rebuilds the graph, node by node, from what is needed; `pass` adds a node's replacement and returns it.
    private func rewritten(
        _ pass: (inout Rewriting, Graph.Node, Int) throws(ShapeError) -> Value
    ) throws(ShapeError) -> Plan {
        var rewriting = try Rewriting(self)
        let needed = graph.ancestors(of: kept)
        for (index, node) in graph.nodes.enumerated() where needed[index] {
            switch node.source {
            case .input: break
            case .constant(let tensor): rewriting.image[index] = rewriting.graph.constant(tensor)
            case .operation: rewriting.image[index] = try pass(&rewriting, node, index)
            }
        }
        var plan = self
        plan.graph = rewriting.graph
        plan.outputs = outputs.map { rewriting.image[$0.index] }
        plan.gradient = gradient.map { gradient in
            .init(of: rewriting.image[gradient.value.index], to: gradient.inputs.map { rewriting.image[$0.index] })
        }
        return plan
    }

    /// What a pass may not fuse away.
    var kept: [Value] { outputs + (gradient.map { [$0.value] } ?? []) }
}

/// A graph on its way from one form to another.
struct Rewriting {
    var graph = Graph()
    /// Where each value of the old graph is found in the new one.
    var image: [Value]
    /// How often each value of the old graph is used; results count.
    let uses: [Int]

    init(_ plan: Plan) throws(ShapeError) {
        let nodes = plan.graph.nodes
        image = nodes.indices.map { Value($0) }
        var uses = [Int](repeating: 0, count: nodes.count)
        let needed = plan.graph.ancestors(of: plan.kept)
        for (index, node) in nodes.enumerated() where needed[index] {
            for input in node.inputs { uses[input.index] += 1 }
        }
        for value in plan.kept { uses[value.index] += 1 }
        self.uses = uses
        for input in plan.graph.inputs {
            image[input.value.index] = try graph.input(input.name, plan.graph.type(of: input.value))
        }
    }

    func images(of node: Graph.Node) -> [Value] { node.inputs.map { image[$0.index] } }
}
