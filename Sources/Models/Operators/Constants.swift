import Tensors

/// Tensors that are made, not given.
enum Constants {
    static let rules: [String: OperatorRule] = [
        "Constant": constant,
        "ConstantOfShape": filled,
        "Range": range,
        "EyeLike": identity,
        "OneHot": oneHot,
    ]

    private static let constant: OperatorRule = { node in
        if let tensor = try node.tensor("value") { return [node.constant(tensor)] }
        if let number = try node.float("value_float") { return [node.constant(.scalar(Float(number)))] }
        if let number = try node.integer("value_int") { return [node.constant(.scalar(Int64(number)))] }
        if let numbers = try node.floats("value_floats") {
            return [node.constant(try Tensor(Shape([numbers.count]), numbers))]
        }
        if let numbers = try node.integers("value_ints") {
            return [node.constant(try Tensor(Shape([numbers.count]), numbers.map(Int64.init)))]
        }
        throw ModelError("a constant without a value, or with a text or sparse one, is not supported")
    }

    private static let filled: OperatorRule = { node in
        let shape = try node.allowedShape(node.integers(0, "input"))
        let value = try node.tensor("value") ?? .scalar(Float(0))
        guard value.count == 1 else { throw ModelError("value is \(value.shape), not one number") }
        return [try node.add(Rearrange.expand(.scalar, to: shape), node.constant(value.reshaped(.scalar)))]
    }

    /// start, start + delta, ... before limit.
    private static let range: OperatorRule = { node in
        let element = node.element(try node.input(0))
        let (start, limit) = (try node.number(0, "start"), try node.number(1, "limit"))
        let delta = try node.number(2, "delta")
        let count = ((limit - start) / delta).rounded(.up)
        guard count.isFinite, count <= Double(Shape.maximumCount) else {
            throw ModelError("from \(start) to \(limit) by \(delta) is not a range that can be made")
        }
        let shape = try node.allowedShape([Int(max(0, count))])
        let numbers = (0..<shape.count).map { start + Double($0) * delta }
        return [node.constant(try Tensor(TensorType(element, shape), rounding: numbers))]
    }

    private static let identity: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard shape.rank == 2 else { throw ModelError("\(shape) is not a matrix") }
        let element = try node.integer("dtype").map { try ElementKind(number: Int64($0)).computed() } ?? node.element(x)
        let offset = try node.integer("k", default: 0)
        try node.allow(elements: shape.count)
        var numbers = [Double](repeating: 0, count: shape.count)
        for row in 0..<shape[0] {
            let (column, overflow) = row.addingReportingOverflow(offset)
            if !overflow, (0..<shape[1]).contains(column) { numbers[row * shape[1] + column] = 1 }
        }
        return [node.constant(try Tensor(TensorType(element, shape), rounding: numbers))]
    }

    /// `on` at the place that the index names along a new axis, else `off`.
    private static let oneHot: OperatorRule = { node in
        let index = try node.cast(node.input(0), to: .int64)
        let depth = try node.number(1, "depth")
        guard depth >= 1, depth <= Double(Shape.maximumCount) else { throw ModelError("a depth of \(depth)") }
        let values = try node.input(2)
        guard node.shape(values).dimensions == [2] else {
            throw ModelError("values are \(node.shape(values)), not [2]")
        }
        let rank = node.shape(index).rank + 1
        let stated = try node.integer("axis", default: -1)
        guard stated >= -rank, stated < rank else {
            throw ModelError("axis \(stated) is outside -\(rank)...\(rank - 1)")
        }
        let axis = stated < 0 ? stated + rank : stated
        var dimensions = [Int](repeating: 1, count: rank)
        dimensions[axis] = Int(depth)
        let places = try Tensor(node.allowedShape(dimensions), (0..<Int(depth)).map(Int64.init))
        // A negative index counts from the end; one that is outside is nowhere.
        let isNegative = try node.binary(.less, index, 0)
        let wrapped = try node.add(Select(), isNegative, node.binary(.add, index, depth), index)
        let place = try node.add(Rearrange.unsqueeze(node.shape(index), axes: [axis]), wrapped)
        let isThere = try node.binary(.equal, place, node.constant(places))
        let (off, on) = (
            try node.slice(values, axis: 0, from: 0, count: 1), try node.slice(values, axis: 0, from: 1, count: 1)
        )
        return [try node.add(Select(), isThere, node.reshape(on, []), node.reshape(off, []))]
    }
}
