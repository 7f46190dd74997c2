import Tensors

/// Elements and blocks put at places of a tensor, constant or computed ones.
enum Scattering {
    static let rules: [String: OperatorRule] = [
        "ScatterElements": elements,
        "Scatter": elements,
        "ScatterND": blocks,
        "TensorScatter": tensor,
    ]

    /// Rounds in which updates at constant places are applied at most; more are applied one by one.
    private static let greatestRounds = 8

    private static let elements: OperatorRule = { node in
        let (x, index) = (try node.input(0), try node.input(1))
        let (shape, count) = (node.shape(x), node.shape(index).count)
        let axis = try node.axis(node.integer("axis", default: 0), of: shape)
        guard let constant = node.tensor(index) else {
            let places = try node.reshape(Places.along(node, index, axis, in: shape), [count])
            return [try scattered(node, x, places: places, length: 1)]
        }
        let places = try Selection.places(constant, in: shape, axis: axis)
        return [try scattered(node, x, places, length: 1)]
    }

    /// At places that tuples of coordinates name.
    private static let blocks: OperatorRule = { node in
        let (x, index) = (try node.input(0), try node.input(1))
        guard let constant = node.tensor(index) else {
            let tuples = try Places.tuples(node, index, in: node.shape(x), batchAxes: 0)
            return [try scattered(node, x, places: tuples.places, length: tuples.length)]
        }
        let tuples = try IndexTuples(constant, in: node.shape(x), batchAxes: 0)
        return [try scattered(node, x, tuples.starts.map { $0 / max(1, tuples.length) }, length: tuples.length)]
    }

    /// A stretch of a sequence axis, from a place for each batch on, replaced; in a ring it goes on at the front.
    private static let tensor: OperatorRule = { node in
        let (past, update) = (try node.input(0), try node.input(1))
        let (shape, stretch) = (node.shape(past), node.shape(update))
        let axis = try node.axis(node.integer("axis", default: -2), of: shape)
        guard axis > 0, stretch.rank == shape.rank else { throw ModelError("\(stretch) into \(shape) at axis \(axis)") }
        let starts =
            try node.optional(2) ?? node.constant(Tensor(Shape([shape[0]]), [Int64](repeating: 0, count: shape[0])))
        let steps = node.constant(try Tensor(Shape([1, stretch[axis]]), (0..<stretch[axis]).map(Int64.init)))
        var places = try node.binary(.add, node.reshape(starts, [shape[0], 1]), steps)
        if try node.text("mode", default: "linear") == "circular" {
            places = try node.binary(.modulo, places, Double(shape[axis]))
        }
        // [batch, sequence, what is left], so that a row is what one place holds.
        let order = [0, axis] + (1..<shape.rank).filter { $0 != axis }
        let (moved, updates) = (try node.transpose(past, order), try node.transpose(update, order))
        let inner = node.shape(moved).dimensions.dropFirst(2).reduce(1, *)
        let batches = node.constant(
            try Tensor(Shape([shape[0], 1]), (0..<shape[0]).map { Int64($0 * shape[axis]) }))
        let rows = try node.binary(.add, Places.checked(node, places, shape[axis]), batches)
        let result = try node.add(
            ScatterRows(), node.reshape(moved, [shape[0] * shape[axis], inner]),
            node.reshape(rows, [shape[0] * stretch[axis]]),
            node.reshape(updates, [shape[0] * stretch[axis], inner]))
        let inverse = order.indices.map { order.firstIndex(of: $0) ?? 0 }
        return [try node.transpose(node.reshape(result, node.shape(moved).dimensions), inverse)]
    }

    /// Update i goes to block `places[i]` of `length` elements, computed.
    private static func scattered(_ node: Application, _ x: Value, places: Value, length: Int) throws -> Value {
        let (updates, count) = (try node.input(2), node.shape(places).count)
        let name = try node.text("reduction", default: "none")
        guard let combination = ScatterRows.Combination(rawValue: name) else {
            throw ModelError("reduction `\(name)` is unknown")
        }
        guard node.shape(updates).count == count * length else {
            throw ModelError("updates \(node.shape(updates)) for \(count) places")
        }
        let shape = node.shape(x)
        guard shape.count > 0 else { return x }
        try node.allow(elements: 2 * shape.count)
        let result = try node.add(
            ScatterRows(combination), node.reshape(x, [shape.count / length, length]),
            node.reshape(places, [count]), node.reshape(updates, [count, length]))
        return try node.reshape(result, shape.dimensions)
    }

    /// Update i goes to block `places[i]` of `length` elements: replaces what is there, or is combined with it.
    ///
    /// Updates are applied in rounds in which no place is met twice, each a choice between old and new elements.
    private static func scattered(_ node: Application, _ x: Value, _ blocks: [Int], length: Int) throws -> Value {
        let updates = try node.input(2)
        guard blocks.count <= Shape.maximumCount / max(1, length) else { throw ModelError("too many updates") }
        let rounds = rounds(blocks)
        guard rounds.count <= greatestRounds else {
            let index = node.constant(try Tensor(Shape([blocks.count]), blocks.map(Int64.init)))
            return try scattered(node, x, places: index, length: length)
        }
        let total = blocks.count * length
        try node.allow(elements: total)
        guard node.shape(updates).count == total else {
            throw ModelError("updates \(node.shape(updates)) for \(blocks.count) places")
        }
        let reduction = try node.text("reduction", default: "none")
        let count = node.shape(x).count
        var result = try node.reshape(x, [count])
        for round in rounds {
            try node.allow(elements: 2 * count)
            var source = [Int](0..<count)
            for update in round {
                for element in 0..<length {
                    source[blocks[update] * length + element] = count + update * length + element
                }
            }
            let current = result
            let both = try node.concatenate([current, node.reshape(updates, [total])], axis: 0)
            let chosen = try node.pick(both, source, shape: Shape([count]))
            let isUpdated = source.map { $0 >= count }
            let combined = try combine(node, reduction, current, chosen)
            let mask = node.constant(try Tensor(Shape([count]), isUpdated))
            result = try reduction == "none" ? chosen : node.add(Select(), mask, combined, current)
        }
        return try node.reshape(result, node.shape(x).dimensions)
    }

    private static func combine(_ node: Application, _ reduction: String, _ old: Value, _ new: Value) throws -> Value {
        switch reduction {
        case "none": return new
        case "add": return try node.wrapped(node.binary(.add, old, new))
        case "mul": return try node.product(old, new)
        case "min": return try node.binary(.minimum, old, new)
        case "max": return try node.binary(.maximum, old, new)
        default: throw ModelError("reduction `\(reduction)` is unknown")
        }
    }

    /// The updates in order, split so that no place occurs twice in a round.
    private static func rounds(_ places: [Int]) -> [[Int]] {
        var met: [Int: Int] = [:]
        var rounds: [[Int]] = []
        for (update, place) in places.enumerated() {
            let round = met[place, default: 0]
            met[place] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(update)
        }
        return rounds
    }
}
