import Kernels
import Testing

extension KernelsTests {
    @Suite struct Dense {
        static let none = gs_activation(kind: GS_ACTIVATION_NONE, a: 0, b: 0)
        static let activations = [
            none, gs_activation(kind: GS_ACTIVATION_RELU, a: 0, b: 0),
            gs_activation(kind: GS_ACTIVATION_LEAKY_RELU, a: 0.25, b: 0),
            gs_activation(kind: GS_ACTIVATION_CLIP, a: -1, b: 1.5),
        ]

        @Test(arguments: [(1, 1), (5, 3), (6, 50), (13, 0), (8, 210), (3, 4), (10, 7)])
        func denseIsTheSumInOrder(rows: Int, columns: Int) {
            dense(Float.self, rows, columns)
            dense(Double.self, rows, columns)
        }

        private func dense<T: Number>(_: T.Type, _ rows: Int, _ columns: Int) {
            var noise = Noise(UInt64(rows * 1000 + columns))
            let matrix: [T] = noise.numbers(rows * columns)
            let bias: [T] = noise.numbers(rows)
            let packed = T.pack(rows, columns, matrix, columns, 1)
            let stride = 3
            for (index, lanes) in (widths + [3]).enumerated() {
                let activation = Self.activations[index % 4]
                let offsets = index % 2 == 0 ? nil : noise.table(columns, below: columns + 2)
                let store = index % 3 == 0 ? GS_STORE_ADD : GS_STORE_REPLACE
                // One number before the first, so that no buffer is aligned.
                let x: [T] = noise.numbers((columns + 2) * lanes + 1)
                let start: [T] = noise.numbers(rows * stride * lanes + 1)
                var expected = start
                for row in 0..<rows {
                    for lane in 0..<lanes {
                        let at = row * stride * lanes + lane + 1
                        var sum = store == GS_STORE_ADD ? start[at] : bias[row]
                        for column in 0..<columns {
                            let from = offsets.map { Int($0[column]) } ?? column
                            sum.addProduct(matrix[row * columns + column], x[from * lanes + lane + 1])
                        }
                        expected[at] = Self.activated(sum + 0, activation)
                    }
                }
                onEveryPath { path in
                    var y = start
                    y.withUnsafeMutableBufferPointer { y in
                        x.withUnsafeBufferPointer { x in
                            guard let to = y.baseAddress, let from = x.baseAddress else { return }
                            T.dense(
                                rows, columns, lanes, packed, bias, from + 1, offsets, to + 1, stride, store, activation
                            )
                        }
                    }
                    #expect(same(y, expected), "\(T.self) \(rows)x\(columns), \(lanes) lanes, \(path)")
                }
            }
        }

        static func activated<T: Number>(_ x: T, _ activation: gs_activation) -> T {
            switch activation.kind {
            case GS_ACTIVATION_RELU: x < 0 ? 0 : x
            case GS_ACTIVATION_LEAKY_RELU: x < 0 ? T(activation.a) * x : x
            case GS_ACTIVATION_CLIP: x < T(activation.a) ? T(activation.a) : x > T(activation.b) ? T(activation.b) : x
            default: x
            }
        }

        @Test func packedTransposeGivesTheInputGradient() {
            var noise = Noise(3)
            let rows = 7
            let columns = 9
            let lanes = 16
            let matrix: [Float] = noise.numbers(rows * columns)
            let gout: [Float] = noise.numbers(rows * lanes)
            let packed = Float.pack(columns, rows, matrix, 1, columns)
            onEveryPath { _ in
                var gin = [Float](repeating: 1, count: columns * lanes)
                Float.dense(columns, rows, lanes, packed, nil, gout, nil, &gin, 1, GS_STORE_ADD, Self.none)
                for column in 0..<columns {
                    for lane in 0..<lanes {
                        var sum: Float = 1
                        for row in 0..<rows { sum.addProduct(matrix[row * columns + column], gout[row * lanes + lane]) }
                        #expect(same(gin[column * lanes + lane], sum))
                    }
                }
            }
        }

        @Test(arguments: [GS_ACTIVATION_RELU, GS_ACTIVATION_LEAKY_RELU, GS_ACTIVATION_CLIP])
        func activationsKeepNaN(kind: gs_activation_kind) {
            onEveryPath { _ in
                var y = [Float](repeating: 0, count: 64)
                let nan = [Float](repeating: .nan, count: 64)
                let packed = Float.pack(1, 1, [1], 1, 1)
                Float.dense(
                    1, 1, 64, packed, nil, nan, nil, &y, 1, GS_STORE_REPLACE, gs_activation(kind: kind, a: 0.5, b: 1))
                #expect(y.filter { !$0.isNaN }.isEmpty)
            }
        }

        @Test func activationGradientReadsTheResult() {
            let y: [Float] = [-1, -0.5, 0, 0.5, 1.5, 2]
            let gout: [Float] = [1, 2, 3, 4, 5, 6]
            let expected: [[Float]] = [
                gout, [0, 0, 0, 4, 5, 6], [0.25, 0.5, 0.75, 4, 5, 6], [0, 2, 3, 4, 0, 0],
            ]
            onEveryPath { _ in
                for (activation, expected) in zip(Self.activations, expected) {
                    var g = [Float](repeating: .nan, count: 6)
                    gs_activation_gradient_f32(activation, 6, y, gout, &g)
                    #expect(g == expected)
                }
            }
        }

        @Test(arguments: [(1, 4, 1), (3, 5, 9), (9, 2, 4), (4, 7, 4)])
        func matmulIsTheSumInOrder(rows: Int, inner: Int, columns: Int) {
            matmul(Float.self, rows, inner, columns)
            matmul(Double.self, rows, inner, columns)
        }

        private func matmul<T: Number>(_: T.Type, _ rows: Int, _ inner: Int, _ columns: Int) {
            var noise = Noise(5)
            for (index, lanes) in (widths + [5]).enumerated() {
                let store = index % 2 == 0 ? GS_STORE_ADD : GS_STORE_REPLACE
                // The left one is stored transposed on every third width.
                let aStrides = index % 3 == 0 ? (1, rows) : (inner, 1)
                let a: [T] = noise.numbers(rows * inner * lanes)
                let b: [T] = noise.numbers(inner * columns * lanes)
                // What is between rows of the result stays.
                let stride = columns + index % 2 * 3
                let start: [T] = noise.numbers(rows * stride * lanes)
                var expected = start
                for row in 0..<rows {
                    for column in 0..<columns {
                        for lane in 0..<lanes {
                            let at = (row * stride + column) * lanes + lane
                            var sum = store == GS_STORE_ADD ? start[at] : 0
                            for k in 0..<inner {
                                sum.addProduct(
                                    a[(row * aStrides.0 + k * aStrides.1) * lanes + lane],
                                    b[(k * columns + column) * lanes + lane])
                            }
                            expected[at] = sum
                        }
                    }
                }
                onEveryPath { path in
                    var out = start
                    T.matmul(rows, inner, columns, lanes, a, aStrides, b, (columns, 1), &out, stride, store)
                    #expect(same(out, expected), "\(T.self) \(rows)x\(inner)x\(columns), \(lanes) lanes, \(path)")
                }
            }
        }
    }
}
