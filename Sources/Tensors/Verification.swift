extension Graph {
    /// What a legal graph is: each node computes from values before it, with the type that its shape rule gives; inputs
    /// are listed once each; every name refers to a value. Throws a `ShapeError` that says what is wrong, and where.
    package func verify() throws(ShapeError) {
        for (index, node) in nodes.enumerated() {
            for input in node.inputs where input.index < 0 || input.index >= index {
                throw ShapeError("node \(index) uses value \(input.index), which is not before it")
            }
            try verify(node, index)
        }
        for named in inputs + outputs + inner where !nodes.indices.contains(named.value.index) {
            throw ShapeError("`\(named.name)` refers to value \(named.value.index) of \(nodes.count)")
        }
        try verifyInputs()
    }

    private func verify(_ node: Node, _ index: Int) throws(ShapeError) {
        switch node.source {
        case .input:
            guard node.inputs.isEmpty else { throw ShapeError("node \(index) is an input and has inputs") }
        case .constant(let tensor):
            guard node.inputs.isEmpty, tensor.type == node.type else {
                throw ShapeError("node \(index) is a constant \(tensor.type), not \(node.type)")
            }
        case .operation(let operation):
            try (operation as? any Repeating)?.body.verify()
            let type = try operation.resultType(of: node.inputs.map { nodes[$0.index].type })
            guard type == node.type else {
                throw ShapeError("node \(index), \(operation.name), gives \(type), not \(node.type)")
            }
        }
    }

    private func verifyInputs() throws(ShapeError) {
        var listed = Set<Int>()
        for input in inputs {
            guard case .input(let name) = nodes[input.value.index].source, name == input.name,
                listed.insert(input.value.index).inserted
            else { throw ShapeError("`\(input.name)` is not an input node, or is listed twice") }
        }
        for (index, node) in nodes.enumerated() {
            if case .input(let name) = node.source, !listed.contains(index) {
                throw ShapeError("input `\(name)` is not listed")
            }
        }
    }
}
