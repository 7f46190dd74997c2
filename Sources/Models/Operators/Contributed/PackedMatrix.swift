import Tensors

/// A matrix `[rows, columns]` whose numbers take 2, 4 or 8 bits, in blocks along its rows, each with a scale and a zero point.
struct PackedMatrix {
    private let rows, columns, bits, block, blocks: Int
    private let bytes: [Int64]
    private let scales: [Double]
    private let zeros: [Double]

    init(_ node: Application) throws {
        (columns, rows) = (try node.integer("K", default: 0), try node.integer("N", default: 0))
        (bits, block) = (try node.integer("bits", default: 4), try node.integer("block_size", default: 0))
        guard columns > 0, rows > 0, [2, 4, 8].contains(bits), block > 0, block * bits % 8 == 0,
            rows <= Shape.maximumCount / columns
        else { throw ModelError("\(rows)x\(columns) numbers of \(bits) bits in blocks of \(block)") }
        blocks = (columns + block - 1) / block
        let (packed, scales) = (try node.constant(1, "B"), try node.constant(2, "scales"))
        bytes = packed.integers ?? []
        self.scales = scales.doubles
        let count = rows * blocks
        guard bytes.count == count * block * bits / 8, self.scales.count == count else {
            throw ModelError("\(packed.shape) bytes and \(scales.shape) scales for \(rows) rows of \(blocks) blocks")
        }
        let middle = Double(1 << (bits - 1))
        guard let given = try node.optionalConstant(3, "zero_points") else {
            zeros = [Double](repeating: middle, count: count)
            return
        }
        if given.element.isReal {
            zeros = given.doubles
        } else {
            // Packed as well, each row from a whole byte on.
            let (numbers, perRow, bits) = (given.integers ?? [], (blocks * bits + 7) / 8, bits)
            guard numbers.count == rows * perRow else { throw ModelError("\(given.shape) bytes of zero points") }
            let blocks = blocks
            zeros = (0..<count).map { place in
                let (row, block) = (place / blocks, place % blocks)
                return PackedMatrix.number(block, bits, numbers, from: row * perRow)
            }
        }
        guard zeros.count == count else { throw ModelError("\(given.shape) zero points for \(count) blocks") }
    }

    /// The numbers of few bits lie in bytes from the units on.
    private static func number(_ place: Int, _ bits: Int, _ bytes: [Int64], from start: Int) -> Double {
        let byte = bytes[start + place * bits / 8]
        return Double(byte >> Int64(place * bits % 8) & ((1 << Int64(bits)) - 1))
    }

    func tensor(_ element: ElementType) throws -> Tensor {
        let perBlock = block * bits / 8
        let numbers = (0..<rows * columns).map { flat in
            let (row, column) = (flat / columns, flat % columns)
            let part = row * blocks + column / block
            let own = PackedMatrix.number(column % block, bits, bytes, from: part * perBlock)
            return (own - zeros[part]) * scales[part]
        }
        return try Tensor(TensorType(element, Shape([rows, columns])), rounding: numbers)
    }
}
