import Tensors

/// Places in a tensor that are computed while the model runs, counted in row-major order.
enum Places {
    /// Places along an axis of so many: negative ones counted from the back, and what is outside put beyond every tensor, so
    /// that whatever is taken from there is no number.
    static func checked(_ node: Application, _ index: Value, _ size: Int) throws -> Value {
        let whole = try node.cast(index, to: .int64)
        let isNegative = try node.binary(.less, whole, 0)
        let place = try node.add(Select(), isNegative, node.binary(.add, whole, Double(size)), whole)
        let isInside = try node.binary(
            .and, node.binary(.greaterOrEqual, place, 0), node.binary(.less, place, Double(size)))
        return try node.add(Select(), isInside, place, node.scalar(beyond, like: place))
    }

    private static let beyond = 0x1p40

    /// For each element of an index along `axis`: its place in a tensor of shape `shape`.
    static func along(_ node: Application, _ index: Value, _ axis: Int, in shape: Shape) throws -> Value {
        let own = node.shape(index)
        guard own.rank == shape.rank else { throw ModelError("indices \(own) do not fit \(shape)") }
        for other in shape.dimensions.indices where other != axis && own[other] > shape[other] {
            throw ModelError("indices \(own) do not fit \(shape)")
        }
        let (ownStrides, strides) = (own.strides, shape.strides)
        let rest = (0..<own.count).map { flat in
            Int64(
                shape.dimensions.indices.reduce(0) { sum, other in
                    other == axis ? sum : sum + flat / ownStrides[other] % own[other] * strides[other]
                })
        }
        try node.allow(elements: own.count)
        let places = try node.binary(.multiply, checked(node, index, shape[axis]), Double(strides[axis]))
        return try node.binary(.add, places, node.constant(Tensor(own, rest)))
    }

    /// Blocks named by tuples in the last axis of an index: their places among all blocks of `length` elements.
    struct Tuples {
        let places: Value
        let inner: [Int]
        var length: Int { inner.reduce(1, *) }
    }

    static func tuples(_ node: Application, _ index: Value, in shape: Shape, batchAxes: Int) throws -> Tuples {
        let own = node.shape(index)
        guard own.rank > batchAxes, batchAxes >= 0, let width = own.dimensions.last, width > 0,
            batchAxes + width <= shape.rank, own.dimensions.prefix(batchAxes) == shape.dimensions.prefix(batchAxes)
        else { throw ModelError("indices \(own) with \(batchAxes) batch axes do not fit \(shape)") }
        let outer = Array(own.dimensions.dropLast())
        let lead = try Shape(Array(shape.dimensions.prefix(batchAxes + width)))
        var sum: Value?
        for place in 0..<width {
            let axis = batchAxes + place
            let part = try node.reshape(node.slice(index, axis: own.rank - 1, from: place, count: 1), outer)
            let scaled = try node.binary(.multiply, checked(node, part, shape[axis]), Double(lead.strides[axis]))
            sum = try sum.map { try node.binary(.add, $0, scaled) } ?? scaled
        }
        guard var places = sum else { throw ModelError("indices \(own) name nothing") }
        if batchAxes > 0 {
            let batches = shape.dimensions.prefix(batchAxes).reduce(1, *)
            let each = shape.dimensions[batchAxes..<batchAxes + width].reduce(1, *)
            let ones = [Int](repeating: 1, count: outer.count - batchAxes)
            let starts = try Tensor(
                Shape(Array(shape.dimensions.prefix(batchAxes)) + ones), (0..<batches).map { Int64($0 * each) })
            places = try node.binary(.add, places, node.constant(starts))
        }
        return Tuples(places: places, inner: Array(shape.dimensions.dropFirst(batchAxes + width)))
    }
}
