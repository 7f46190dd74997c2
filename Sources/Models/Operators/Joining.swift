import Tensors

/// Tensors put together, taken apart and made larger.
enum Joining {
    static let rules: [String: OperatorRule] = [
        "Concat": concatenate,
        "Split": split,
        "Pad": pad,
        "Tile": tile,
        "CenterCropPad": centerCropPad,
        "ScatterElements": scatterElements,
        "Scatter": scatterElements,
        "ScatterND": scatterByTuple,
    ]

    private static let concatenate: OperatorRule = { node in
        let inputs = try node.allInputs()
        return [
            try node.concatenate(inputs, axis: node.axis(node.integer("axis", default: 0), of: node.shape(inputs[0])))
        ]
    }

    /// Into parts of given sizes, or into equal ones, the last of which may be smaller.
    private static let split: OperatorRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(x))
        let size = node.shape(x)[axis]
        let parts: [Int]
        if let given = try node.integers(attribute: "split", orInput: 1) {
            parts = given
        } else {
            let count = try node.integer("num_outputs", default: node.node.outputs.count)
            guard count > 0, count <= max(size, node.node.outputs.count) else {
                throw ModelError("\(size) elements into \(count) parts")
            }
            let part = (size + count - 1) / count
            parts = (0..<count).map { max(0, min(part, size - $0 * part)) }
        }
        guard parts.allSatisfy({ (0...size).contains($0) }) else { throw ModelError("parts \(parts) of \(size)") }
        try node.allow(elements: node.shape(x).count)
        return try Rearrange.split(node.shape(x), axis: axis, parts: parts).map { try node.add($0, x) }
    }

    private static let pad: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let pads = try node.integers(attribute: "pads", orInput: 1) ?? []
        let axes = try (node.optionalIntegers(3, "axes") ?? Array(0..<shape.rank)).map { try node.axis($0, of: shape) }
        guard pads.count == 2 * axes.count else { throw ModelError("pads \(pads) do not fit the axes \(axes)") }
        guard
            pads.allSatisfy({ abs(min(max($0, -Shape.maximumCount - 1), Shape.maximumCount + 1)) <= Shape.maximumCount }
            )
        else { throw ModelError("pads \(pads) are out of range") }
        var (before, after) = (shape.dimensions.map { _ in 0 }, shape.dimensions.map { _ in 0 })
        for (index, axis) in axes.enumerated() {
            before[axis] = pads[index]
            after[axis] = pads[axes.count + index]
        }
        return [try padded(node, x, before: before, after: after, padding(node))]
    }

    private static func padding(_ node: Application) throws -> Rearrange.Padding {
        switch try node.text("mode", default: "constant") {
        case "constant":
            if let value = try node.float("value") { return .constant(value) }
            return .constant(try node.optional(2) == nil ? 0 : node.number(2, "constant_value"))
        case "reflect": return .reflect
        case "edge": return .edge
        case "wrap": return .wrap
        case let mode: throw ModelError("mode `\(mode)` is unknown")
        }
    }

    private static func padded(
        _ node: Application, _ x: Value, before: [Int], after: [Int], _ padding: Rearrange.Padding
    ) throws -> Value {
        let shape = node.shape(x)
        let sizes = shape.dimensions.indices.map { max(0, shape[$0] + before[$0] + after[$0]) }
        try node.allow(elements: Shape(sizes).count)
        return try node.add(Rearrange.pad(shape, before: before, after: after, padding), x)
    }

    private static let tile: OperatorRule = { node in
        let x = try node.input(0)
        let repeats = try node.integers(1, "repeats")
        let shape = node.shape(x)
        guard repeats.count == shape.rank, repeats.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
            throw ModelError("repeats \(repeats) do not fit \(shape)")
        }
        try node.allow(elements: Shape(zip(repeats, shape.dimensions).map(*)).count)
        return [try node.add(Rearrange.tile(shape, repeats: repeats), x)]
    }

    /// Each axis cut or padded around its middle to a given size.
    private static let centerCropPad: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let sizes = try node.integers(1, "shape")
        let axes = try (node.integers("axes") ?? Array(0..<shape.rank)).map { try node.axis($0, of: shape) }
        guard sizes.count == axes.count, sizes.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
            throw ModelError("sizes \(sizes) do not fit the axes \(axes)")
        }
        var (before, after) = (shape.dimensions.map { _ in 0 }, shape.dimensions.map { _ in 0 })
        for (axis, size) in zip(axes, sizes) {
            let excess = size - shape[axis]
            // An odd element is cut in front and padded behind.
            before[axis] = excess < 0 ? -(-excess / 2) : excess / 2
            after[axis] = excess - before[axis]
        }
        return [try padded(node, x, before: before, after: after, .constant(0))]
    }

    /// Elements put at constant places along an axis.
    private static let scatterElements: OperatorRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(x))
        let places = try Selection.places(node.constant(1, "indices"), in: node.shape(x), axis: axis)
        return [try scattered(node, x, places)]
    }

    /// Blocks put at places that constant tuples of coordinates name.
    private static let scatterByTuple: OperatorRule = { node in
        let x = try node.input(0)
        let tuples = try IndexTuples(node.constant(1, "indices"), in: node.shape(x), batchAxes: 0)
        guard tuples.starts.count <= Shape.maximumCount / max(1, tuples.length) else {
            throw ModelError("too many updates")
        }
        try node.allow(elements: tuples.starts.count * tuples.length)
        return [try scattered(node, x, tuples.starts.flatMap { $0..<$0 + tuples.length })]
    }

    /// Update i goes to place `places[i]`: replaces what is there, or is combined with it.
    ///
    /// Updates are applied in rounds in which no place is met twice, each a choice between old and new elements.
    private static func scattered(_ node: Application, _ x: Value, _ places: [Int]) throws -> Value {
        let updates = try node.input(2)
        guard node.shape(updates).count == places.count else {
            throw ModelError("updates \(node.shape(updates)) for \(places.count) places")
        }
        let reduction = try node.text("reduction", default: "none")
        let count = node.shape(x).count
        var result = try node.reshape(x, [count])
        for round in rounds(places) {
            try node.allow(elements: 2 * count)
            var source = [Int](0..<count)
            for update in round { source[places[update]] = count + update }
            let current = result
            let both = try node.concatenate([current, node.reshape(updates, [places.count])], axis: 0)
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
        case "add": return try node.binary(.add, old, new)
        case "mul": return try node.binary(.multiply, old, new)
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
