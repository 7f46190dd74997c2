import Kernels
import Testing

extension KernelsTests {
    @Suite struct Sparse {
        /// Few and many rows and columns, also more than are listed at a time.
        @Test(arguments: [(1, 1), (5, 3), (8, 50), (50, 9), (17, 16), (13, 0), (3, 800), (410, 5)])
        func sparseIsTheSumInOrder(rows: Int, columns: Int) {
            sparse(Float.self, rows, columns)
            sparse(Double.self, rows, columns)
        }

        private func sparse<T: Number>(_: T.Type, _ rows: Int, _ columns: Int) {
            var noise = Noise(UInt64(rows * 1000 + columns))
            for (index, lanes) in (widths + [3]).enumerated() {
                var product = Product<T>(&noise, rows, columns, lanes)
                product.activation = Dense.activations[index % 4]
                product.store = index % 3 == 0 ? GS_STORE_ADD : GS_STORE_REPLACE
                product.holdOnEveryPath(wanted: nil)
                product.holdOnEveryPath(wanted: noise.patches(rows, lanes))
            }
        }

        @Test(arguments: [0, 0.5, 1]) func anyShareOfZeros(_ share: Double) {
            var noise = Noise(9)
            var product = Product<Float>(&noise, 20, 40, 64)
            product.x = noise.patches(40, 64, zeros: share)
            product.holdOnEveryPath(wanted: nil)
        }

        /// The zeros of a strip say nothing of the numbers beside them, and nothing passes for zero that is not.
        @Test func whatIsNotZeroCounts() {
            var noise = Noise(17)
            for odd in [Float.nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, -0.0] {
                for lane in [0, 15, 16, 63] {
                    var product = Product<Float>(&noise, 9, 12, 64)
                    product.x = product.x.map { _ in 0 }
                    product.x[7 * 64 + lane] = odd
                    product.holdOnEveryPath(wanted: nil)
                }
            }
        }

        /// Then it is the same whether products with zero are part of a sum or not.
        @Test func aSumThatIsZeroIsPlusZero() {
            var noise = Noise(21)
            for odd in [Float(0), -0.0, -Float.leastNonzeroMagnitude] {
                var product = Product<Float>(&noise, 3, 2, 64)
                product.matrix = product.matrix.map { _ in 0.25 }
                product.bias = [-0.0, 0, -0.0]
                product.x = [Float](repeating: odd, count: 64) + [Float](repeating: 0, count: 64)
                let expected = [Float](repeating: 0, count: 3 * 64)
                onEveryPath { path in
                    for found in [product.sparse(wanted: nil), product.dense()] {
                        let holds = same(found, expected)
                        #expect(holds, "\(odd), \(path)")
                    }
                }
            }
        }
    }
}

/// A product and what there is to know about it.
private struct Product<T: Number> {
    let rows: Int, columns: Int, lanes: Int
    var matrix: [T]
    var bias: [T]
    var x: [T]
    var start: [T]
    var store = GS_STORE_REPLACE
    var activation = KernelsTests.Dense.none

    init(_ noise: inout Noise, _ rows: Int, _ columns: Int, _ lanes: Int) {
        (self.rows, self.columns, self.lanes) = (rows, columns, lanes)
        matrix = noise.numbers(rows * columns)
        bias = noise.numbers(rows)
        x = noise.patches(columns, lanes)
        start = noise.numbers(rows * lanes)
    }

    /// Results are those of the reference, and of the dense kernel, where `wanted` is not 0.
    func holdOnEveryPath(wanted: [T]?) {
        let expected = reference()
        onEveryPath { path in
            let found = sparse(wanted: wanted)
            let matter = wanted.map { wanted in found.indices.filter { wanted[$0] != 0 } } ?? Array(found.indices)
            let differs = matter.filter { !same(found[$0], expected[$0]) }
            #expect(differs.count == 0, "\(T.self) \(rows)x\(columns), \(lanes) lanes, \(path)")
            let agrees = same(dense(), expected)
            #expect(agrees, "dense \(T.self) \(rows)x\(columns), \(lanes) lanes, \(path)")
        }
    }

    func sparse(wanted: [T]?) -> [T] {
        var y = start
        T.sparse(rows, columns, lanes, packed, bias, x, wanted, &y, store, activation)
        return y
    }

    func dense() -> [T] {
        var y = start
        T.dense(rows, columns, lanes, packed, bias, x, nil, &y, 1, store, activation)
        return y
    }

    private var packed: [T] { T.pack(rows, columns, matrix, columns, 1) }

    private func reference() -> [T] {
        (0..<rows * lanes).map { at in
            let (row, lane) = (at / lanes, at % lanes)
            var sum = store == GS_STORE_ADD ? start[at] : bias[row]
            for column in 0..<columns { sum.addProduct(matrix[row * columns + column], x[column * lanes + lane]) }
            return KernelsTests.Dense.activated(sum + 0, activation)
        }
    }
}

extension Noise {
    /// Rows of lanes in which stretches of 1 to 256 numbers are zero, that share of them.
    mutating func patches<T: Number>(_ rows: Int, _ lanes: Int, zeros share: Double = 0.5) -> [T] {
        var numbers: [T] = numbers(rows * lanes)
        var at = 0
        while at < numbers.count {
            let length = 1 << Int(next() % 9)
            let isZero = Double(next() % 1000) < share * 1000
            if isZero { for index in at..<min(at + length, numbers.count) { numbers[index] = 0 } }
            at += length
        }
        return numbers
    }
}
