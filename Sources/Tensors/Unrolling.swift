/// Short regions written out: a body is repeated for each row of its tables, so that what it computes can be seen.
extension Graph {
    /// The most nodes that all regions together are unrolled to.
    private static let unrolledLimit = 20_000

    /// What some values need, with regions written out as far as the limit allows; the same graph where there is none.
    /// Inputs keep their order. Throws what `add` throws.
    package func unrolled(_ wanted: [Value]) throws(ShapeError) -> (graph: Graph, images: [Value?]) {
        let hasRegions = nodes.contains { node in
            if case .operation(let operation) = node.source { operation is ForEachRow } else { false }
        }
        guard hasRegions else { return (self, nodes.indices.map { Value($0) }) }
        var graph = Graph()
        var arguments: [Value] = []
        for input in inputs { arguments.append(try graph.input(input.name, type(of: input.value))) }
        var budget = Graph.unrolledLimit
        let images = try graph.unroll(self, arguments, wanted, &budget)
        return (graph, images)
    }

    /// The images of what some values of another graph need, with its inputs replaced by values of this one.
    private mutating func unroll(
        _ source: Graph, _ arguments: [Value], _ wanted: [Value], _ budget: inout Int
    ) throws(ShapeError) -> [Value?] {
        var images = [Value?](repeating: nil, count: source.nodes.count)
        for (input, argument) in zip(source.inputs, arguments) { images[input.value.index] = argument }
        let needed = source.ancestors(of: wanted)
        for (index, node) in source.nodes.enumerated() where needed[index] && images[index] == nil {
            if case .operation(let operation) = node.source, let region = operation as? ForEachRow,
                let image = try unroll(region, node.inputs.compactMap { images[$0.index] }, &budget)
            {
                images[index] = image
            } else {
                images[index] = try copy(node, images)
            }
        }
        return images
    }

    /// nil where a region stays whole: it is too long, or which rows count depends on more than the row.
    private mutating func unroll(
        _ region: ForEachRow, _ captured: [Value], _ budget: inout Int
    ) throws(ShapeError) -> Value? {
        let count = region.repetitions
        guard count > 0, region.work <= budget else { return nil }
        budget -= region.work
        // What rows alone decide is then computed as the engine computes it.
        let body = try region.running()
        var results: [Value] = []
        for row in 0..<count {
            var inputs = captured
            for table in region.tables { inputs.append(constant(try table.row(row))) }
            let images = try unroll(body.graph, inputs, body.outputs, &budget)
            let outputs = body.outputs.compactMap { images[$0.index] }
            guard region.rows == .filtered else {
                results.append(outputs[0])
                continue
            }
            guard let condition = constant(of: outputs[1]) else { return nil }
            if condition.doubles.first != 0 { results.append(outputs[0]) }
        }
        return results.isEmpty ? nil : try reduced(results, region.reduction)
    }

    private mutating func reduced(_ rows: [Value], _ reduction: ForEachRow.Reduction) throws(ShapeError) -> Value {
        let shape = shape(of: rows[0])
        let wide = try Shape([1] + shape.dimensions)
        var parts: [Value] = []
        for row in rows { parts.append(try add(Rearrange.reshape(shape, to: wide), [row])) }
        let stacked = try add(Rearrange.concatenate(parts.map { self.shape(of: $0) }, axis: 0), parts)
        return try reduction.kind.map { (kind) throws(ShapeError) in try add(Reduce(kind, axes: [0]), [stacked]) }
            ?? stacked
    }
}

extension ForEachRow.Reduction {
    /// nil where all rows are kept.
    fileprivate var kind: Reduce.Kind? {
        switch self {
        case .sum: .sum
        case .mean: .mean
        case .minimum: .minimum
        case .maximum: .maximum
        case .stacked: nil
        }
    }
}

extension Tensor {
    /// One element of the first axis.
    func row(_ index: Int) throws(ShapeError) -> Tensor {
        let row = try Shape(Array(shape.dimensions.dropFirst()))
        let range = (index * row.count)..<((index + 1) * row.count)
        return switch storage {
        case .float32(let elements): try Tensor(row, Array(elements[range]))
        case .float64(let elements): try Tensor(row, Array(elements[range]))
        case .int64(let elements): try Tensor(row, Array(elements[range]))
        case .bool(let elements): try Tensor(row, Array(elements[range]))
        }
    }
}
