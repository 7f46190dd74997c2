extension Graph {
    /// The same graph where some elements of its inputs, counted through all inputs in order, have a number of their own: what
    /// follows from those is folded. The inputs stay, and are not read there. By value of this graph the one in the new graph.
    package func fixing(_ numbers: [Double?], wanted: [Value]) throws(ShapeError) -> (graph: Graph, places: [Value?]) {
        var fixed = Graph()
        var places: [Value?] = Array(repeating: nil, count: nodes.count)
        let needed = ancestors(of: wanted)
        var first = 0
        for input in inputs {
            let type = type(of: input.value)
            let own = Array(numbers[first..<first + type.shape.count])
            first += type.shape.count
            places[input.value.index] = try fixed.fixedInput(input.name, type, own)
        }
        for (index, node) in nodes.enumerated() where needed[index] {
            switch node.source {
            case .input: continue
            case .constant(let tensor): places[index] = fixed.constant(tensor)
            case .operation(let operation):
                places[index] = try fixed.add(operation, node.inputs.compactMap { places[$0.index] })
            }
        }
        return (fixed, places)
    }

    private mutating func fixedInput(
        _ name: String, _ type: TensorType, _ numbers: [Double?]
    ) throws(ShapeError) -> Value {
        let value = try input(name, type)
        guard numbers.contains(where: { $0 != nil }) else { return value }
        let constant = constant(try Tensor(type, rounding: numbers.map { $0 ?? 0 }))
        guard numbers.contains(where: { $0 == nil }) else { return constant }
        let count = type.shape.count
        let table = numbers.enumerated().map { Int32($1 == nil ? $0 : count + $0) }
        return try add(Rearrange("fix", .table(table), type.shape, counts: [count, count]), [value, constant])
    }
}
