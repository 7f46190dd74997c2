import Tensors

/// Determinants and inverses of small square matrices, by expansion into minors.
enum Determinants {
    static let rules: [String: OperatorRule] = [
        "Det": { node in
            let minors = try Minors(node, node.input(0))
            return [try node.reshape(minors.determinant(), minors.batch)]
        },
        "Inverse": { node in [try Minors(node, node.input(0)).inverse()] },
    ]

    /// The minors of matrices `[..., n, n]`; there are 2^n of them in the first rows.
    private struct Minors {
        private static let greatestSize = 8

        let batch: [Int]
        private let node: Application
        private let size: Int
        /// By row and column, `[..., 1, 1]`.
        private let elements: [[Value]]

        init(_ node: Application, _ x: Value) throws {
            let shape = node.shape(x)
            guard shape.rank >= 2, shape[shape.rank - 1] == shape[shape.rank - 2] else {
                throw ModelError("\(shape) has no square matrices")
            }
            self.node = node
            let size = shape[shape.rank - 1]
            guard (1...Self.greatestSize).contains(size) else {
                throw ModelError("matrices of \(size) rows; 1 to \(Self.greatestSize) are supported")
            }
            self.size = size
            batch = Array(shape.dimensions.dropLast(2))
            elements = try (0..<size).map { row in
                let line = try node.slice(x, axis: shape.rank - 2, from: row, count: 1)
                return try (0..<size).map { try node.slice(line, axis: shape.rank - 1, from: $0, count: 1) }
            }
        }

        func determinant() throws -> Value { try determinant(rows: Array(0..<size), columns: Array(0..<size)) }

        /// Row by row, each minor of so many columns once.
        private func determinant(rows: [Int], columns: [Int]) throws -> Value {
            guard let last = rows.last else { return try node.scalar(1, like: elements[0][0]) }
            var known: [Int: Value] = [:]
            for (count, row) in rows.enumerated() {
                var next: [Int: Value] = [:]
                for chosen in 0..<(1 << columns.count) where chosen.nonzeroBitCount == count + 1 {
                    next[chosen] = try expanded(row, chosen, columns, known)
                }
                known = next
                if row == last { break }
            }
            guard let result = known[(1 << columns.count) - 1] else { throw ModelError("a matrix without elements") }
            return result
        }

        private func expanded(_ row: Int, _ chosen: Int, _ columns: [Int], _ known: [Int: Value]) throws -> Value {
            var (sum, sign): (Value?, Bool) = (nil, chosen.nonzeroBitCount % 2 == 0)
            for (place, column) in columns.enumerated() where chosen & 1 << place != 0 {
                let minor = known[chosen & ~(1 << place)]
                let term =
                    try minor.map { try node.binary(.multiply, elements[row][column], $0) } ?? elements[row][column]
                if let before = sum {
                    sum = try node.binary(sign ? .subtract : .add, before, term)
                } else {
                    sum = sign ? try node.unary(.negate, term) : term
                }
                sign.toggle()
            }
            guard let sum else { throw ModelError("a minor without columns") }
            return sum
        }

        /// The transposed matrix of signed minors, divided by the determinant.
        func inverse() throws -> Value {
            let whole = try determinant()
            let rows = try (0..<size).map { row -> Value in
                let line = try (0..<size).map { column -> Value in
                    let minor = try determinant(
                        rows: (0..<size).filter { $0 != column }, columns: (0..<size).filter { $0 != row })
                    let part = try node.binary(.divide, minor, whole)
                    return (row + column) % 2 == 0 ? part : try node.unary(.negate, part)
                }
                return try node.concatenate(line, axis: batch.count + 1)
            }
            return try node.concatenate(rows, axis: batch.count)
        }
    }
}
