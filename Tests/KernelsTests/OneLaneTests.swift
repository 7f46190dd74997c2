import Kernels
import Testing

/// All of the work.
let whole = gs_share(part: 0, parts: 1)

extension KernelsTests {
    /// One lane has ways of its own, in which vectors run along positions, rows or columns: to the bit what a lane among
    /// others gets, whole or shared out.
    @Suite struct OneLane {
        static let shapes =
            Convolutions.shapes + [
                Convolutions.Shape(
                    inChannels: 5, outChannels: 9, input: [13, 14], kernel: [3, 3], strides: [1, 1],
                    dilations: [1, 1], pads: [1, 1], padsAfter: [1, 1]),
                Convolutions.Shape(
                    inChannels: 3, outChannels: 20, input: [19, 17], kernel: [7, 5], strides: [2, 2],
                    dilations: [1, 1], pads: [3, 2], padsAfter: [3, 2]),
                Convolutions.Shape(
                    groups: 8, inChannels: 8, outChannels: 16, input: [12, 9], kernel: [3, 3], strides: [2, 1],
                    dilations: [1, 2], pads: [1, 2], padsAfter: [1, 2]),
                Convolutions.Shape(
                    inChannels: 4, outChannels: 6, input: [16, 16], kernel: [1, 1], strides: [2, 2],
                    dilations: [1, 1], pads: [0, 0], padsAfter: [0, 0]),
                Convolutions.Shape(
                    inChannels: 2, outChannels: 5, input: [150], kernel: [5], strides: [3], dilations: [2], pads: [0],
                    padsAfter: [0]),
            ]

        /// Lane 3 of 16 holds what one lane is given.
        private func among<T: Number>(_ alone: [T], _ noise: inout Noise) -> [T] {
            var laned: [T] = noise.numbers(alone.count * 16)
            for (row, value) in alone.enumerated() { laned[row * 16 + 3] = value }
            return laned
        }

        private func third<T>(_ laned: [T]) -> [T] { stride(from: 3, to: laned.count, by: 16).map { laned[$0] } }

        @Test(arguments: shapes)
        func convolutionsAreThoseOfLanes(shape: Convolutions.Shape) throws {
            var noise = Noise(21)
            let weights: [Float] = noise.numbers(shape.weightCount)
            let bias: [Float] = noise.numbers(shape.outChannels)
            let plan = try #require(shape.makeFloat(weights))
            defer { gs_convolution_destroy_f32(plan) }
            let relu = gs_activation(kind: GS_ACTIVATION_RELU, a: 0, b: 0)
            let x: [Float] = noise.patches(shape.inRows, 1, zeros: 0.2)
            let (gout, start): ([Float], [Float]) = (noise.numbers(shape.outRows), noise.numbers(shape.inRows))
            var (y, gin) = ([Float](repeating: 0, count: shape.outRows * 16), among(start, &noise))
            gs_convolution_forward_f32(plan, 16, bias, among(x, &noise), &y, relu, whole)
            gs_convolution_gradient_f32(plan, 16, among(gout, &noise), &gin, GS_STORE_ADD, whole)
            onEveryPath { path in
                for parts in 1...3 {
                    var (alone, gradient) = ([Float](repeating: .nan, count: shape.outRows), start)
                    var (fresh, zero) = (
                        [Float](repeating: .nan, count: shape.inRows), [Float](repeating: 0, count: shape.inRows)
                    )
                    for part in 0..<parts {
                        let share = gs_share(part: part, parts: parts)
                        gs_convolution_forward_f32(plan, 1, bias, x, &alone, relu, share)
                        gs_convolution_gradient_f32(plan, 1, gout, &gradient, GS_STORE_ADD, share)
                        gs_convolution_gradient_f32(plan, 1, gout, &fresh, GS_STORE_REPLACE, share)
                        gs_convolution_gradient_f32(plan, 1, gout, &zero, GS_STORE_ADD, share)
                    }
                    #expect(same(alone, third(y)), "\(path), \(parts) parts")
                    #expect(same(gradient, third(gin)), "\(path), \(parts) parts")
                    #expect(same(fresh, zero), "\(path), \(parts) parts")
                }
            }
        }

        @Test(arguments: shapes)
        func transposedConvolutionsAreThoseOfLanes(shape: Convolutions.Shape) throws {
            var noise = Noise(22)
            let plan = try #require(shape.makeDouble(noise.numbers(shape.weightCount)))
            defer { gs_convolution_destroy_f64(plan) }
            let bias: [Double] = noise.numbers(shape.inChannels)
            let x: [Double] = noise.numbers(shape.outRows)
            var y = [Double](repeating: 0, count: shape.inRows * 16)
            gs_convolution_transposed_f64(plan, 16, bias, among(x, &noise), &y, Dense.none, whole)
            onEveryPath { path in
                var alone = [Double](repeating: .nan, count: shape.inRows)
                gs_convolution_transposed_f64(plan, 1, bias, x, &alone, Dense.none, whole)
                #expect(same(alone, third(y)), "\(path)")
            }
        }

        @Test(arguments: [(1, 1, 1), (1, 70, 33), (2, 50, 8), (3, 5, 0), (17, 13, 210), (64, 6, 9), (150, 29, 40)])
        func denseRowsAreThoseOfLanes(count: Int, rows: Int, columns: Int) {
            var noise = Noise(23)
            let matrix: [Float] = noise.numbers(rows * columns)
            let packed = Float.pack(rows, columns, matrix, columns, 1)
            let bias: [Float] = noise.numbers(rows)
            for (index, activation) in Dense.activations.enumerated() {
                let store = index % 2 == 0 ? GS_STORE_REPLACE : GS_STORE_ADD
                let x: [Float] = noise.patches(count * columns, 1, zeros: 0.3)
                let start: [Float] = noise.numbers(count * rows)
                let zeros = index < 2 ? GS_ZEROS_PASSED : GS_ZEROS_MULTIPLIED
                var expected: [Float] = []
                for row in 0..<count {
                    var y = among(Array(start[row * rows..<(row + 1) * rows]), &noise)
                    let laned = among(Array(x[row * columns..<(row + 1) * columns]), &noise)
                    gs_dense_f32(rows, columns, 16, packed, bias, laned, nil, &y, 1, store, activation)
                    expected += third(y)
                }
                onEveryPath { path in
                    for parts in 1...3 {
                        var y = start
                        for part in 0..<parts {
                            gs_dense_rows_f32(
                                count, rows, columns, packed, bias, x, &y, zeros, store, activation,
                                gs_share(part: part, parts: parts))
                        }
                        #expect(same(y, expected), "\(path), \(parts) parts, activation \(index)")
                    }
                }
            }
        }

        @Test(arguments: [(7, 9, 65), (13, 130, 64), (1, 100, 128), (40, 3, 10), (6, 200, 5)], [0, 1, 2])
        func productsAreThoseOfLanes(sizes: (Int, Int, Int), kind: Int) {
            let (rows, inner, columns) = sizes
            var noise = Noise(24)
            let (a, b): ([Double], [Double]) = (noise.numbers(rows * inner), noise.numbers(inner * columns))
            let left = kind == 1 ? (1, rows) : (inner, 1)
            let right = kind == 2 ? (1, inner) : (columns, 1)
            let store = kind == 0 ? GS_STORE_REPLACE : GS_STORE_ADD
            let stride = columns + kind * 2
            let start: [Double] = noise.numbers(rows * stride)
            var laned = among(start, &noise)
            Double.matmul(
                rows, inner, columns, 16, among(a, &noise), left, among(b, &noise), right, &laned, stride, store)
            onEveryPath { path in
                var alone = start
                Double.matmul(rows, inner, columns, 1, a, left, b, right, &alone, stride, store)
                #expect(same(alone, third(laned)), "\(path)")
            }
        }
    }
}
