/// Rows: a constant index moves elements, and a body is repeated for each row of its tables.
extension Decomposer {
    /// The most nodes that a region is unrolled to.
    private static let unrolledLimit = 20_000

    mutating func rows(_ data: Value, _ index: Value) throws(ShapeError) -> Value {
        let size = Int64(shape(of: data)[0])
        guard let places = graph.constant(of: index), places.integers?.allSatisfy({ $0 >= -size && $0 < size }) == true
        else { return try add(GatherRows(), [data, index]) }
        return try add(Rearrange.gather(shape(of: data), axis: 0, index: places), [data])
    }

    /// Rows that count are known only if the condition depends on nothing but the row; else the region stays whole.
    mutating func unrolled(_ region: ForEachRow, _ captured: [Value]) throws(ShapeError) -> Value {
        let count = region.repetitions
        guard count > 0, region.work <= Decomposer.unrolledLimit else { return try add(region, captured) }
        // What rows alone decide is then computed as the engine computes it.
        let body = try region.running()
        var results: [Value] = []
        for row in 0..<count {
            var inputs = captured
            for table in region.tables { inputs.append(constant(try table.row(row))) }
            let images = try images(of: body.graph, inputs: inputs, wanted: body.outputs)
            let outputs = body.outputs.compactMap { images[$0.index] }
            guard region.rows == .filtered else {
                results.append(outputs[0])
                continue
            }
            guard let condition = graph.constant(of: outputs[1]) else { return try add(region, captured) }
            if condition.doubles.first != 0 { results.append(outputs[0]) }
        }
        guard !results.isEmpty else { return try add(region, captured) }
        return try reduced(results, region.reduction)
    }

    private mutating func reduced(_ rows: [Value], _ kind: ForEachRow.Reduction) throws(ShapeError) -> Value {
        let stacked = try stacked(rows)
        if isConstant(stacked) { return try add(Reduce(kind.kind, axes: [0]), [stacked]) }
        return try reduction(Reduce(kind.kind, axes: [0]), stacked)
    }

    /// Values of one shape one behind the other, along a new first axis.
    mutating func stacked(_ rows: [Value]) throws(ShapeError) -> Value {
        let wide = try Shape([1] + shape(of: rows[0]).dimensions)
        var parts: [Value] = []
        for row in rows { parts.append(try reshaped(row, to: wide)) }
        return try add(Rearrange.concatenate(parts.map { shape(of: $0) }, axis: 0), parts)
    }
}

extension ForEachRow.Reduction {
    fileprivate var kind: Reduce.Kind {
        switch self {
        case .sum: .sum
        case .mean: .mean
        case .minimum: .minimum
        case .maximum: .maximum
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
