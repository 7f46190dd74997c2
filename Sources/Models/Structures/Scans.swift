import Tensors

/// Scans, written out: one step for each element of an axis.
enum Scans {
    static let rules: [String: StructureRule] = [
        "Scan": { node in
            guard node.version < 9 else {
                return try Scan(node).run(
                    node.inputs.indices.map { .tensor(try node.input($0), node.declaredKind($0)) })
            }
            return try batched(node)
        }
    ]

    /// Before version 9: the same for each element of a first axis of everything, over a second one.
    private static func batched(_ node: Application) throws -> [Item?] {
        guard node.optional(0) == nil else { throw ModelError("`sequence_lens` is not supported") }
        let inputs = try node.inputs.indices.dropFirst().map { try node.input($0) }
        let scan = try Scan(node, inputs: inputs.count)
        guard let batch = inputs.first.map({ node.shape($0).dimensions.first ?? 0 }), batch > 0,
            inputs.allSatisfy({ node.shape($0).dimensions.first == batch })
        else { throw ModelError("its inputs have no batch in common") }
        let results = try (0..<batch).map { index in
            try scan.run(
                inputs.enumerated().map { .tensor(try node.row($1, axis: 0, index), node.declaredKind($0 + 1)) })
        }
        return try results[0].indices.map { place in
            .tensor(try node.stacked(results.map { try $0[place].value() }, axis: 0), results[0][place].kind)
        }
    }
}

private struct Scan {
    let node: Application
    let body: Body
    let stateCount: Int
    private let inputAxes, inputDirections, outputAxes, outputDirections: [Int]

    init(_ node: Application, inputs: Int? = nil) throws {
        self.node = node
        body = try node.body("body")
        let (inputs, scanned) = (inputs ?? node.inputs.count, try node.integer("num_scan_inputs", default: 0))
        guard scanned > 0, scanned <= inputs, body.inputCount == inputs, body.outputCount >= inputs - scanned else {
            throw ModelError(
                "its graph has \(body.inputCount) inputs and \(body.outputCount) outputs, not those of the node")
        }
        stateCount = inputs - scanned
        let outputs = body.outputCount - stateCount
        func numbers(_ name: String, _ count: Int) throws -> [Int] {
            let numbers = try node.integers(name) ?? Array(repeating: 0, count: count)
            guard numbers.count == count else { throw ModelError("\(name) has \(numbers.count) numbers, not \(count)") }
            return numbers
        }
        inputAxes = try numbers("scan_input_axes", scanned)
        inputDirections = try numbers(node.version < 9 ? "directions" : "scan_input_directions", scanned)
        outputAxes = try numbers("scan_output_axes", outputs)
        outputDirections = try numbers("scan_output_directions", outputs)
    }

    /// The last states, and the rows of each output; given the first states, then the sequences.
    func run(_ inputs: [Item]) throws -> [Item] {
        var states = Array(inputs[..<stateCount])
        let (sequences, kinds) = (try inputs[stateCount...].map { try $0.value() }, inputs[stateCount...].map(\.kind))
        let axes = try zip(sequences, inputAxes).map { try node.axis($1, of: node.shape($0)) }
        let lengths = Set(zip(sequences, axes).map { node.shape($0)[$1] })
        guard lengths.count == 1, let length = lengths.first, length <= Loops.stepLimit else {
            throw ModelError("its sequences have the lengths \(lengths.sorted()), at most \(Loops.stepLimit)")
        }
        var rows = [[Item]](repeating: [], count: outputAxes.count)
        for step in 0..<max(length, 1) {
            // Of no step at all the first still says what its rows are like.
            let given = try sequences.indices.map { index in
                let row =
                    try length == 0
                    ? node.blank(sequences[index], without: axes[index])
                    : node.row(
                        sequences[index], axis: axes[index], inputDirections[index] == 0 ? step : length - 1 - step)
                return Item.tensor(row, kinds[index])
            }
            let made = try body.apply(states + given)
            if length > 0 { states = Array(made[..<stateCount]) }
            for index in rows.indices { rows[index].append(made[stateCount + index]) }
        }
        return try states + rows.indices.map { .tensor(try collected(rows[$0], $0, length), rows[$0].first?.kind) }
    }

    private func collected(_ items: [Item], _ index: Int, _ length: Int) throws -> Value {
        let rows = try items.map { try $0.value() }
        let axis = outputAxes[index] < 0 ? outputAxes[index] + node.shape(rows[0]).rank + 1 : outputAxes[index]
        guard length > 0 else { return try node.noRows(like: rows[0], axis: axis) }
        return try node.stacked(outputDirections[index] == 0 ? rows : rows.reversed(), axis: axis)
    }
}

extension Application {
    /// One element along an axis, which is gone.
    fileprivate func row(_ value: Value, axis: Int, _ index: Int) throws -> Value {
        let one = try slice(value, axis: axis, from: index, count: 1)
        return try add(Rearrange.squeeze(shape(one), axes: [axis]), one)
    }

    /// Zeros, shaped as `value` without an axis.
    fileprivate func blank(_ value: Value, without axis: Int) throws -> Value {
        var dimensions = shape(value).dimensions
        dimensions.remove(at: axis)
        return try expand(scalar(0, like: value), to: Shape(dimensions))
    }
}
