import Tensors

/// Sequences of tensors, whose lengths are known while the file is imported: they fold away.
enum Sequences {
    static let rules: [String: StructureRule] = [
        "SequenceConstruct": { node in
            [.sequence(try node.items.indices.map { .tensor(try node.input($0), node.declaredKind($0)) })]
        },
        "SequenceEmpty": { _ in [.sequence([])] },
        "SequenceLength": { node in
            [.tensor(node.constant(.scalar(Int64(try node.sequence(0).count))), .int64)]
        },
        "SequenceAt": { node in
            let sequence = try node.sequence(0)
            return [sequence[try node.place(1, in: sequence.count, isEndAllowed: false)]]
        },
        "SequenceInsert": { node in
            var sequence = try node.sequence(0)
            let place = try node.optional(2).map { _ in try node.place(2, in: sequence.count, isEndAllowed: true) }
            sequence.insert(.tensor(try node.input(1), node.declaredKind(1)), at: place ?? sequence.count)
            return [.sequence(sequence)]
        },
        "SequenceErase": { node in
            var sequence = try node.sequence(0)
            let place = try node.optional(1).map { _ in try node.place(1, in: sequence.count, isEndAllowed: false) }
            guard !sequence.isEmpty else { throw ModelError("the sequence is empty") }
            sequence.remove(at: place ?? sequence.count - 1)
            return [.sequence(sequence)]
        },
        "ConcatFromSequence": concatenated,
        "SplitToSequence": split,
        "SequenceMap": mapped,
    ]

    private static let concatenated: StructureRule = { node in
        let sequence = try node.sequence(0)
        let values = try sequence.map { try $0.value() }
        guard let first = values.first, let axis = try node.integer("axis") else {
            throw ModelError("there is nothing to join, or no axis")
        }
        let kind = sequence[0].kind
        guard try node.flag("new_axis") else {
            return [.tensor(try node.concatenate(values, axis: node.axis(axis, of: node.shape(first))), kind)]
        }
        let rank = node.shape(first).rank + 1
        return [.tensor(try node.stacked(values, axis: axis < 0 ? axis + rank : axis), kind)]
    }

    /// Parts of the lengths that are said, or of one length, the last one shorter; of length 1 where nothing is said.
    private static let split: StructureRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(x))
        let size = node.shape(x)[axis]
        let isSqueezed = try node.optional(1) == nil && !node.flag("keepdims", default: true)
        var parts = [Int](repeating: 1, count: size)
        if let lengths = try node.optionalIntegers(1, "split") {
            parts = lengths
            if try node.shape(node.input(1)).rank == 0 {
                guard let length = lengths.first, length > 0 else { throw ModelError("parts of length \(lengths)") }
                parts = stride(from: 0, to: size, by: length).map { min(length, size - $0) }
            }
        }
        let slices = try Rearrange.split(node.shape(x), axis: axis, parts: parts)
        return [
            .sequence(
                try slices.map { slice in
                    let part = try node.add(slice, x)
                    let squeezed =
                        try isSqueezed ? node.add(Rearrange.squeeze(node.shape(part), axes: [axis]), part) : part
                    return .tensor(squeezed, node.declaredKind(0))
                })
        ]
    }

    /// The body for each element of the first sequence, with that of others, or with the same tensor each time.
    private static let mapped: StructureRule = { node in
        let (first, body) = (try node.sequence(0), try node.body("body"))
        let results = try first.indices.map { index in
            try body.apply(
                node.items.map { item in
                    switch item {
                    case .sequence(let sequence):
                        guard sequence.indices.contains(index) else {
                            throw ModelError("its sequences differ in length")
                        }
                        return sequence[index]
                    case .some(let item): return item
                    case nil: throw ModelError("an input is missing")
                    }
                })
        }
        return (0..<body.outputCount).map { place in .sequence(results.map { $0[place] }) }
    }
}

/// Optionals, of which it is known while the file is imported whether they hold something.
enum Optionals {
    static let rules: [String: StructureRule] = [
        "Optional": { node in
            guard let given = node.items.first, let item = given else { return [.nothing] }
            return [item]
        },
        "OptionalHasElement": { node in
            guard let given = node.items.first, let item = given else { return [node.known(false)] }
            if case .nothing = item { return [node.known(false)] }
            return [node.known(true)]
        },
        "OptionalGetElement": { node in
            guard let given = node.items.first, let item = given else { throw ModelError("it has no input") }
            if case .nothing = item { throw ModelError("the optional holds nothing") }
            return [item]
        },
    ]
}

extension Application {
    fileprivate func known(_ truth: Bool) -> Item { .tensor(constant(.scalar(truth)), .bool) }

    fileprivate func sequence(_ index: Int) throws -> [Item] {
        guard index < items.count, case .sequence(let sequence) = items[index] else {
            throw ModelError("its input \(index) is not a sequence")
        }
        return sequence
    }

    /// A known place in a sequence; negative ones count from the back.
    fileprivate func place(_ index: Int, in count: Int, isEndAllowed: Bool) throws -> Int {
        let places = try integers(index, "position")
        guard places.count == 1, let place = places.first else { throw ModelError("`position` is \(places)") }
        let counted = place < 0 ? place + count : place
        guard counted >= 0, counted < count || isEndAllowed && counted == count else {
            throw ModelError("place \(place) is outside a sequence of \(count)")
        }
        return counted
    }
}
