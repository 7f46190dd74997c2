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
        let count = region.tables.first?.shape[0] ?? 0
        let (nodes, overflow) = count.multipliedReportingOverflow(by: region.body.nodes.count)
        guard count > 0, !overflow, nodes <= Decomposer.unrolledLimit else { return try add(region, captured) }
        var results: [Value] = []
        for row in 0..<count {
            var inputs = captured
            for table in region.tables { inputs.append(constant(try table.row(row))) }
            let wanted = region.body.outputs.map(\.value)
            let images = try images(of: region.body, inputs: inputs, wanted: wanted)
            let outputs = wanted.compactMap { images[$0.index] }
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
        let shape = shape(of: rows[0])
        let wide = try Shape([1] + shape.dimensions)
        var parts: [Value] = []
        for row in rows { parts.append(try reshaped(row, to: wide)) }
        let stacked = try add(Rearrange.concatenate(parts.map { self.shape(of: $0) }, axis: 0), parts)
        guard let kind = kind.kind else { return stacked }
        if isConstant(stacked) { return try add(Reduce(kind, axes: [0]), [stacked]) }
        return try reduction(Reduce(kind, axes: [0]), stacked)
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
    fileprivate func row(_ index: Int) throws(ShapeError) -> Tensor {
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
