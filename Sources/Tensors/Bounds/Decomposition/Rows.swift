/// A constant index moves elements.
extension Decomposer {
    mutating func rows(_ data: Value, _ index: Value) throws(ShapeError) -> Value {
        let size = Int64(shape(of: data)[0])
        guard let places = graph.constant(of: index), places.integers?.allSatisfy({ $0 >= -size && $0 < size }) == true
        else { return try add(GatherRows(), [data, index]) }
        return try add(Rearrange.gather(shape(of: data), axis: 0, index: places), [data])
    }

    /// Values of one shape one behind the other, along a new first axis.
    mutating func stacked(_ rows: [Value]) throws(ShapeError) -> Value {
        let wide = try Shape([1] + shape(of: rows[0]).dimensions)
        var parts: [Value] = []
        for row in rows { parts.append(try reshaped(row, to: wide)) }
        return try add(Rearrange.concatenate(parts.map { shape(of: $0) }, axis: 0), parts)
    }
}
