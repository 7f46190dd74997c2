import Tensors

/// A slice whose starts are computed, and whose ends lie at constant distances from them, so that its size is known.
struct MovingSlice {
    private struct Move {
        let axis: Int
        /// A scalar.
        let start: Value
        let count, step: Int
    }

    private let moves: [Move]

    init(_ node: Application, _ starts: Value) throws {
        let (x, ends) = (try node.input(0), try node.input(2))
        let shape = node.shape(x)
        let count = node.shape(starts).count
        let axes = try node.optionalIntegers(3, "axes") ?? Array(0..<count)
        let steps = try node.optionalIntegers(4, "steps") ?? axes.map { _ in 1 }
        guard node.shape(ends).count == count, axes.count == count, steps.count == count,
            steps.allSatisfy({ $0 != 0 })
        else { throw ModelError("starts, ends, axes and steps are not equally many, or a step is 0") }
        moves = try (0..<count).map { place in
            guard let distance = node.distance(from: GraphElement(starts, place), to: GraphElement(ends, place)) else {
                throw ModelError(
                    "`starts` is computed from the model's inputs, and so is the distance to `ends`",
                    hint: "shapes that depend on data are not supported")
            }
            let axis = try node.axis(axes[place], of: shape)
            let length = max(0, (distance + steps[place] - (steps[place] > 0 ? 1 : -1)) / steps[place])
            guard length <= shape[axis] else { throw ModelError("\(length) elements of axis \(axis) of \(shape)") }
            let flat = try node.reshape(starts, [count])
            let start = try node.reshape(node.slice(flat, axis: 0, from: place, count: 1), [])
            return Move(axis: axis, start: start, count: length, step: steps[place])
        }
    }

    func apply(_ node: Application, _ x: Value) throws -> Value {
        try moves.reduce(x) { value, move in
            let shape = node.shape(value)
            let steps = try Tensor(Shape([move.count]), (0..<move.count).map { Int64($0 * move.step) })
            let start = try Places.checked(node, move.start, shape[move.axis])
            return try node.rows(
                of: value, axis: move.axis, node.binary(.add, node.constant(steps), start))
        }
    }
}

extension Application {
    /// What a computed index, of any shape, names along an axis; the index takes the place of the axis.
    func rows(of x: Value, axis: Int, _ index: Value) throws -> Value {
        let (rank, indexRank) = (try shape(x, axes: 1).rank, shape(index).rank)
        let front = axis == 0 ? x : try transpose(x, [axis] + (0..<rank).filter { $0 != axis })
        try allow(elements: shape(x).count / max(1, shape(x)[axis]) * shape(index).count)
        let rows = try add(GatherRows(), front, index)
        guard axis > 0 else { return rows }
        return try transpose(
            rows,
            Array(indexRank..<indexRank + axis) + Array(0..<indexRank)
                + Array((indexRank + axis)..<(indexRank + rank - 1)))
    }
}
