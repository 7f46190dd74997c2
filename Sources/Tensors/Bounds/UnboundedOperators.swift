extension Graph {
    /// The names of the operators for which no bounds are known, of those that the outputs need, sorted: nothing that goes
    /// through one of them can be proved.
    package func unboundedOperators() throws(ShapeError) -> [String] {
        let graph = try Decomposition(self, wanted: outputs.map(\.value)).graph
        var names: Set<String> = []
        for (index, node) in graph.nodes.enumerated() {
            guard case .operation(let operation) = node.source, let relation = graph.relation(of: Value(index)) else {
                continue
            }
            switch relation {
            case .curve, .bent, .product, .quotient: continue
            case .enclosed: if !(operation is any Enclosing) { names.insert(operation.name) }
            case .linear:
                let inputs = node.inputs.map { (type: graph.type(of: $0), isConstant: graph.constant(of: $0) != nil) }
                let linearity = operation.linearity(inputs.map(\.type), node.type, constant: inputs.map(\.isConstant))
                if linearity == nil { names.insert(operation.name) }
            }
        }
        return names.sorted()
    }
}
