/// Moves out of a region what does not belong in it.
enum Hoisting {
    /// What a region's body computes from captured values alone is computed once, before the region.
    static func apply(_ rewriting: inout Rewriting, _ node: Graph.Node, _ index: Int) throws(ShapeError) -> Value {
        guard case .operation(let operation) = node.source else { return rewriting.image[index] }
        let inputs = rewriting.images(of: node)
        guard let region = operation as? any Repeating else { return try rewriting.graph.add(operation, inputs) }
        let invariants = region.invariants
        guard !invariants.isEmpty else { return try rewriting.graph.add(region, inputs) }
        let before = try region.body.excerpt(inputs: region.capturedInputs, wanted: invariants)
        let moved = try rewriting.graph.splice(before, inputs: inputs.suffix(region.capturedInputs.count))
        return try rewriting.graph.add(try region.capturing(invariants), inputs + moved)
    }
}

extension ForEachRow {
    /// What the body computes from rows alone becomes a table; it is computed once, with rows as lanes.
    func hoistingRows() throws(ShapeError) -> ForEachRow {
        let frontier = body.frontier(from: rowInputs, not: capturedInputs)
        guard !frontier.isEmpty else { return self }
        let excerpt = try body.excerpt(inputs: rowInputs, wanted: frontier)
        let evaluator = try Evaluator(excerpt, outputs: excerpt.outputs.map(\.value))
        let results = try evaluator.run(tables, threads: Workers.processors)
        let rest = try body.taking(body.inputs.map(\.value) + frontier)
        return ForEachRow(
            body: rest, tables: tables + results, reduction: reduction, rows: rows, wanted: wanted)
    }

    package var capturedInputs: [Graph.NamedValue] { Array(body.inputs.prefix(captured)) }
    private var rowInputs: [Graph.NamedValue] { Array(body.inputs.dropFirst(captured)) }

    package func capturing(_ values: [Value]) throws(ShapeError) -> any Operator {
        let inputs = capturedInputs.map(\.value) + values + rowInputs.map(\.value)
        return ForEachRow(
            body: try body.taking(inputs), tables: tables, reduction: reduction, rows: rows, wanted: wanted)
    }
}

extension Graph {
    /// The part of a graph that computes some values, with some of its inputs.
    func excerpt(inputs: [NamedValue], wanted: [Value]) throws(ShapeError) -> Graph {
        var graph = Graph()
        var image = [Value?](repeating: nil, count: nodes.count)
        for input in inputs { image[input.value.index] = try graph.input(input.name, type(of: input.value)) }
        let named = wanted.map { NamedValue(name: "value \($0.index)", value: $0) }
        try graph.copy(self, wanted: named, image: &image)
        return graph
    }

    /// The same outputs from some values made inputs, in that order, instead of its own.
    func taking(_ values: [Value]) throws(ShapeError) -> Graph {
        var graph = Graph()
        var image = [Value?](repeating: nil, count: nodes.count)
        for value in values { image[value.index] = try graph.input("value \(value.index)", type(of: value)) }
        try graph.copy(self, wanted: outputs, image: &image)
        return graph
    }

    /// The operations that depend on inputs of some origin only, and are used by one that does not, or are results.
    func frontier(from own: [NamedValue], not foreign: [NamedValue]) -> [Value] {
        let (own, foreign) = (descendants(of: own), descendants(of: foreign))
        let needed = ancestors(of: outputs.map(\.value))
        var isFrontier = [Bool](repeating: false, count: nodes.count)
        for output in outputs { isFrontier[output.value.index] = true }
        for (index, node) in nodes.enumerated() where needed[index] && foreign[index] {
            for input in node.inputs { isFrontier[input.index] = true }
        }
        return nodes.indices.filter { index in
            guard case .operation = nodes[index].source else { return false }
            return needed[index] && isFrontier[index] && own[index] && !foreign[index]
        }.map { Value($0) }
    }

    /// Copies what some values need that has no image yet, and makes them outputs.
    mutating func copy(_ other: Graph, wanted: [NamedValue], image: inout [Value?]) throws(ShapeError) {
        let needed = other.ancestors(of: wanted.map(\.value), stoppingAt: image.map { $0 != nil })
        for (index, node) in other.nodes.enumerated() where needed[index] && image[index] == nil {
            image[index] = try copy(node, image)
        }
        for named in wanted {
            if let value = image[named.value.index] { output(named.name, value) }
        }
    }

    /// For each node, whether it depends on one of the inputs.
    fileprivate func descendants(of inputs: [NamedValue]) -> [Bool] {
        var depends = [Bool](repeating: false, count: nodes.count)
        for input in inputs { depends[input.value.index] = true }
        for (index, node) in nodes.enumerated() where !depends[index] {
            depends[index] = node.inputs.contains { depends[$0.index] }
        }
        return depends
    }
}
