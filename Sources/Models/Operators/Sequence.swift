import Tensors

extension Recurrence {
    /// The input of a recurrent layer, `[time, batch, size]`, and what belongs to it.
    struct Sequence {
        private enum Layout { case timeFirst, batchFirst }

        /// Unrolled steps at most.
        private static let limit = 4096

        let x: Value
        let length: Int
        let batch: Int
        private let layout: Layout
        /// How much of the sequence counts, per batch element; nil if all does.
        private let lengths: [Int]?

        init(_ node: Application) throws {
            let given = try node.input(0)
            guard node.shape(given).rank == 3 else {
                throw ModelError("its input is \(node.shape(given)), not three-dimensional")
            }
            layout = try node.integer("layout", default: 0) == 1 ? .batchFirst : .timeFirst
            x = layout == .batchFirst ? try node.transpose(given, [1, 0, 2]) : given
            (length, batch) = (node.shape(x)[0], node.shape(x)[1])
            guard (1...Self.limit).contains(length) else {
                throw ModelError("a sequence of \(length) steps; 1 to \(Self.limit) are supported")
            }
            let lengths = try node.optionalIntegers(4, "sequence_lens")
            if let lengths,
                lengths.count != batch || !lengths.allSatisfy({ (0...node.shape(given).count).contains($0) })
            {
                throw ModelError("sequence_lens \(lengths) do not fit \(batch) sequences")
            }
            let total = length
            self.lengths = lengths.flatMap { $0.allSatisfy { $0 >= total } ? nil : $0 }
        }

        /// Which sequences are still running at a step, `[batch, 1]`; nil if all are.
        func mask(_ node: Application, at time: Int) throws -> Value? {
            guard let lengths, lengths.contains(where: { $0 <= time }) else { return nil }
            return node.constant(try Tensor(Shape([batch, 1]), lengths.map { time < $0 }))
        }

        func initialState(_ node: Application, direction: Int, _ weights: RecurrentWeights) throws -> RecurrentState {
            let hidden = try state(node, 5, direction, weights.hidden)
            let memory = weights.gates == 4 ? try state(node, 6, direction, weights.hidden) : nil
            return RecurrentState(hidden: hidden, memory: memory)
        }

        private func state(_ node: Application, _ index: Int, _ direction: Int, _ hidden: Int) throws -> Value {
            guard let given = node.optional(index) else {
                return try node.expand(node.scalar(0, like: x), to: node.allowedShape([batch, hidden]))
            }
            let axis = layout == .batchFirst ? 1 : 0
            guard node.shape(given).rank == 3 else { throw ModelError("input \(index) is \(node.shape(given))") }
            return try node.reshape(node.slice(given, axis: axis, from: direction, count: 1), [batch, hidden])
        }

        /// Y, Y_h and Y_c, laid out as the node asks.
        func assemble(_ node: Application, _ runs: [Run]) throws -> [Value?] {
            let hidden = node.shape(runs[0].hidden)[1]
            var parts: [Value] = []
            for time in 0..<length {
                for run in runs { parts.append(try node.reshape(run.steps[time], [1, 1, batch, hidden])) }
            }
            let all = try node.reshape(node.concatenate(parts, axis: 0), [length, runs.count, batch, hidden])
            let ordered = layout == .batchFirst ? try node.transpose(all, [2, 0, 1, 3]) : all
            let memories = runs.compactMap(\.memory)
            return [
                ordered, try last(node, runs.map(\.hidden), hidden),
                memories.isEmpty ? nil : try last(node, memories, hidden),
            ]
        }

        private func last(_ node: Application, _ states: [Value], _ hidden: Int) throws -> Value {
            let parts = try states.map { try node.reshape($0, [1, batch, hidden]) }
            let all = try node.concatenate(parts, axis: 0)
            return layout == .batchFirst ? try node.transpose(all, [1, 0, 2]) : all
        }
    }
}
