import Tensors

extension Attention {
    /// How much each query attends to each key, `[batch, heads, queries, keys]`, and what may not attend at all.
    struct Scores {
        private let node: Application
        private let query, key: Value
        private let past: Int
        /// Scores are squeezed into -softcap...softcap; 0 leaves them.
        var softcap = 0.0
        /// 1 / √size where it is not said.
        var scale: Double?
        /// Which stage is wanted as well: products, squeezed, with what is added to them, or probabilities.
        var mode = 0
        /// Added to the scores.
        private var bias: Value?
        /// Truth values.
        private var allowed: Value?

        init(_ node: Application, query: Value, key: Value, past: Int) {
            (self.node, self.query, self.key, self.past) = (node, query, key, past)
        }

        private var queries: Int { node.shape(query)[2] }
        private var keys: Int { node.shape(key)[2] }

        /// Truth values of what may attend, or numbers that are added; missing keys at the end may not attend.
        mutating func mask(_ given: Value) throws {
            let (shape, missing) = (node.shape(given), keys - (node.shape(given).dimensions.last ?? 0))
            guard missing >= 0, shape.rank > 0 else { throw ModelError("a mask of \(shape) for \(keys) keys") }
            let isTruth = node.element(given) == .bool
            var mask = given
            if missing > 0 {
                var after = shape.dimensions.map { _ in 0 }
                after[after.count - 1] = missing
                mask = try Joining.padded(
                    node, given, before: after.map { _ in 0 }, after: after, .constant(isTruth ? 0 : -.infinity))
            }
            guard !isTruth else { return try allow(mask) }
            // What is minus infinity is no number that could be bounded; it says that nothing attends.
            let isOpen = try node.binary(.greater, mask, -.infinity)
            guard let numbers = node.tensor(mask)?.doubles else {
                try add(node.add(Select(), isOpen, mask, node.scalar(0, like: mask)))
                return try allow(isOpen)
            }
            if numbers.contains(-.infinity) { try allow(isOpen) }
            try add(node.add(Select(), isOpen, mask, node.scalar(0, like: mask)))
        }

        mutating func add(_ numbers: Value) throws {
            bias = try bias.map { try node.binary(.add, $0, numbers) } ?? numbers
        }

        mutating func allow(_ truths: Value) throws {
            allowed = try allowed.map { try node.binary(.and, $0, truths) } ?? truths
        }

        /// A query attends to keys at most so far before and behind its own place, which comes after what is past; or, where
        /// lengths are given for each batch, at their ends.
        mutating func window(left: Int?, right: Int?, _ lengths: Value?) throws {
            let distances = (0..<queries).flatMap { query in (0..<keys).map { Int64(query - $0) } }
            var distance = node.constant(try Tensor(Shape([queries, keys]), distances))
            if let lengths, past == 0 {
                let offset = try node.binary(
                    .subtract, node.reshape(lengths, [node.shape(lengths).count, 1, 1, 1]), Double(queries))
                distance = try node.binary(.add, distance, offset)
            } else {
                distance = try node.binary(.add, distance, Double(past))
            }
            if let right { try allow(node.binary(.greaterOrEqual, distance, Double(-right))) }
            if let left { try allow(node.binary(.lessOrEqual, distance, Double(left))) }
        }

        /// Of each batch only so many keys count.
        mutating func limit(_ lengths: Value) throws {
            let places = node.constant(try Tensor(Shape([keys]), (0..<keys).map(Int64.init)))
            try allow(node.binary(.less, places, node.reshape(lengths, [node.shape(lengths).count, 1, 1, 1])))
        }

        func weights() throws -> (probabilities: Value, wanted: Value) {
            let root = (scale ?? 1 / Double(node.shape(query)[3]).squareRoot()).squareRoot()
            let shared = try Attention.shared(node, key, among: node.shape(query)[1])
            let scaledKey = try node.transpose(node.binary(.multiply, shared, root), [0, 1, 3, 2])
            let products = try node.add(MatMul(), node.binary(.multiply, query, root), scaledKey)
            let squeezed = softcap > 0 ? try squeezed(products) : products
            let biased = try bias.map { try node.binary(.add, squeezed, $0) } ?? squeezed
            let probabilities = try probabilities(biased)
            let stages = [products, squeezed, try masked(biased, by: -.infinity), probabilities]
            guard stages.indices.contains(mode) else { throw ModelError("qk_matmul_output_mode \(mode) is unknown") }
            return (probabilities, stages[mode])
        }

        private func squeezed(_ scores: Value) throws -> Value {
            let inner = try node.unary(.hyperbolicTangent, node.binary(.divide, scores, softcap))
            return try node.binary(.multiply, inner, softcap)
        }

        private func masked(_ scores: Value, by number: Double) throws -> Value {
            guard let allowed else { return scores }
            return try node.add(Select(), allowed, scores, node.scalar(number, like: scores))
        }

        /// A number so far below all scores that it weighs nothing, and that has bounds.
        private static let nothing = -0x1p126

        private func probabilities(_ scores: Value) throws -> Value {
            let softmax = try node.add(Softmax(axis: -1), masked(scores, by: Scores.nothing))
            guard let allowed else { return softmax }
            // A query that may attend to nothing has weights of zero.
            let any = try node.add(Reduce(.any, axes: [node.shape(allowed).rank - 1], .kept), allowed)
            if let truths = node.tensor(any), truths.doubles.allSatisfy({ $0 != 0 }) { return softmax }
            return try node.add(Select(), any, softmax, node.scalar(0, like: softmax))
        }
    }
}
