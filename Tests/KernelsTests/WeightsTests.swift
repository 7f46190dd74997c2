import Kernels
import Testing

extension KernelsTests {
    /// Gradients by weights against plain sums in the documented order, on every path.
    @Suite struct Weights {
        @Test(arguments: [(1, 1), (5, 3), (13, 64), (6, 100), (10, 784), (7, 17)])
        func denseWeightsAreSumsInOrder(rows: Int, columns: Int) {
            var noise = Noise(UInt64(rows + columns))
            for lanes in widths + [3] {
                let g: [Float] = noise.numbers(rows * lanes)
                let x: [Float] = noise.numbers(columns * lanes)
                let before: [Float] = noise.numbers(rows * columns)
                var expected = before
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum: Float = 0
                        for lane in 0..<lanes { sum.addProduct(g[row * lanes + lane], x[column * lanes + lane]) }
                        expected[row * columns + column] += sum + 0
                    }
                }
                onEveryPath { path in
                    var scratch = [Float](repeating: .nan, count: gs_dense_weights_scratch(rows, lanes))
                    var sums = [Float](repeating: 0, count: gs_dense_weights_count(rows, columns))
                    gs_dense_weights_f32(rows, columns, lanes, g, x, &scratch, &sums)
                    var found = before
                    // In two parts, as threads do.
                    let middle = rows * columns / 3
                    gs_dense_weights_add_f32(rows, columns, 0, middle, sums, &found)
                    gs_dense_weights_add_f32(rows, columns, middle, rows * columns, sums, &found)
                    #expect(same(found, expected), "\(rows)x\(columns), \(lanes) lanes, \(path)")
                }
            }
        }

        struct Case: CustomTestStringConvertible {
            let groups, from, to: Int
            let input, output, kernel, strides, pads: [Int]
            var testDescription: String { "\(from) to \(to) in \(groups), \(kernel) over \(input) by \(strides)" }
        }

        static let cases = [
            Case(
                groups: 1, from: 1, to: 16, input: [8, 8], output: [8, 8], kernel: [3, 3], strides: [1, 1],
                pads: [1, 1]),
            Case(
                groups: 1, from: 3, to: 7, input: [7, 5], output: [3, 2], kernel: [3, 2], strides: [2, 2], pads: [0, 0]),
            Case(
                groups: 2, from: 4, to: 6, input: [6, 6], output: [7, 7], kernel: [2, 2], strides: [1, 1], pads: [1, 1]),
            Case(groups: 1, from: 2, to: 1, input: [9], output: [9], kernel: [5], strides: [1], pads: [2]),
        ]

        @Test(arguments: cases) func convolutionWeightsAreSumsByParts(_ c: Case) throws {
            try convolution(c, as: Float.self)
        }

        private func convolution(_ c: Case, as: Float.Type) throws {
            var noise = Noise(11)
            let taps = c.kernel.reduce(1, *)
            let columns = c.from / c.groups * taps
            let plane = c.input.reduce(1, *)
            let positions = c.output.reduce(1, *)
            let weights: [Float] = noise.numbers(c.to * columns)
            let dilations = c.kernel.map { _ in 1 }
            let made = gs_convolution_create_f32(
                c.input.count, c.groups, c.from, c.to, c.input, c.output, c.kernel, c.strides, dilations, c.pads,
                weights, GS_WAYS_BOTH)
            let plan = try #require(made)
            defer { gs_convolution_destroy_f32(plan) }
            for lanes in widths {
                let g: [Float] = noise.numbers(c.to * positions * lanes)
                let x: [Float] = noise.numbers(c.from * plane * lanes)
                let before: [Float] = noise.numbers(c.to * columns)
                let expected = before.indices.map { before[$0] + Self.sum(c, $0, lanes, g, x) }
                onEveryPath { path in
                    var scratch = [Float](repeating: .nan, count: gs_convolution_weights_scratch_f32(plan))
                    var found = before
                    gs_convolution_weights_f32(plan, lanes, g, x, &scratch, &found)
                    #expect(same(found, expected), "\(lanes) lanes, \(path)")
                }
            }
        }

        /// In sixteen parts, joined by halves.
        private static func sum(_ c: Case, _ weight: Int, _ lanes: Int, _ g: [Float], _ x: [Float]) -> Float {
            let taps = c.kernel.reduce(1, *)
            let columns = c.from / c.groups * taps
            let plane = c.input.reduce(1, *)
            let positions = c.output.reduce(1, *)
            let (row, column) = (weight / columns, weight % columns)
            let channel = row / (c.to / c.groups) * (c.from / c.groups) + column / taps
            var parts = [Float](repeating: 0, count: 16)
            for position in 0..<positions {
                var (rest, tap, place, step, isInside) = (position, column % taps, 0, 1, true)
                for axis in c.input.indices.reversed() {
                    let at = rest % c.output[axis] * c.strides[axis] + tap % c.kernel[axis] - c.pads[axis]
                    isInside = isInside && (0..<c.input[axis]).contains(at)
                    place += at * step
                    (rest, tap, step) = (rest / c.output[axis], tap / c.kernel[axis], step * c.input[axis])
                }
                guard isInside else { continue }
                for lane in 0..<lanes {
                    parts[lane % 16].addProduct(
                        g[(row * positions + position) * lanes + lane], x[(channel * plane + place) * lanes + lane])
                }
            }
            return joined(parts)
        }

        private static func joined(_ parts: [Float]) -> Float {
            var (parts, half) = (parts, 8)
            while half > 0 {
                for index in 0..<half { parts[index] += parts[index + half] }
                half /= 2
            }
            return parts[0]
        }

        @Test func repackingIsMakingAnew() throws {
            var noise = Noise(5)
            let first: [Float] = noise.numbers(2 * 3 * 9)
            let second: [Float] = noise.numbers(2 * 3 * 9)
            let x: [Float] = noise.numbers(3 * 16 * 16)
            func made(_ weights: [Float]) throws -> OpaquePointer {
                let plan = gs_convolution_create_f32(
                    2, 1, 3, 2, [4, 4], [4, 4], [3, 3], [1, 1], [1, 1], [1, 1], weights, GS_WAYS_BOTH)
                return try #require(plan)
            }
            let whole = gs_share(part: 0, parts: 1)
            func answer(_ plan: OpaquePointer) -> ([Float], [Float]) {
                var y = [Float](repeating: 0, count: 2 * 16 * 16)
                gs_convolution_forward_f32(plan, 16, nil, x, &y, Dense.none, whole)
                var back = [Float](repeating: 0, count: 3 * 16 * 16)
                gs_convolution_gradient_f32(plan, 16, y, &back, GS_STORE_REPLACE, whole)
                return (y, back)
            }
            let (plan, fresh) = (try made(first), try made(second))
            defer { [plan, fresh].forEach(gs_convolution_destroy_f32) }
            #expect(gs_convolution_repack_f32(plan, second))
            #expect(answer(plan) == answer(fresh))
        }

        @Test func laneAndRowSums() {
            var noise = Noise(3)
            for lanes in widths {
                let x: [Float] = noise.numbers(3 * 2 * lanes)
                let index = (0..<2 * lanes).map { Double($0 % 5 - 2) }
                onEveryPath { _ in
                    var sums: [Float] = [1, 2, 3]
                    gs_lane_sums_f32(3, 2, lanes, x, &sums)
                    for row in 0..<3 {
                        var parts = [Float](repeating: 0, count: 16)
                        for at in 0..<2 * lanes { parts[at % lanes % 16] += x[row * 2 * lanes + at] }
                        #expect(same(sums[row], Float(row + 1) + Self.joined(parts)))
                    }
                    // -2 and -1 count from the end; 2 rows of 3 numbers, so that 2 is passed over.
                    var rows = [Float](repeating: 0, count: 6)
                    gs_row_sums_f32(2, 3, 2, lanes, index, x, &rows)
                    var expected = [Float](repeating: 0, count: 6)
                    for pick in 0..<2 {
                        for lane in 0..<lanes {
                            let raw = Int(index[pick * lanes + lane])
                            let row = raw < 0 ? raw + 2 : raw
                            guard row < 2 else { continue }
                            for n in 0..<3 { expected[row * 3 + n] += x[(pick * 3 + n) * lanes + lane] }
                        }
                    }
                    #expect(rows == expected)
                }
            }
        }

        @Test(arguments: [0, 1, 15, 16, 37]) func stepsFollowTheirFormulas(count: Int) {
            var noise = Noise(UInt64(count) + 1)
            let g: [Float] = noise.numbers(count)
            let w: [Float] = noise.numbers(count)
            let m: [Float] = noise.numbers(count)
            let v: [Float] = noise.numbers(count).map { abs($0) }
            onEveryPath { path in
                for nesterov in [Int32(0), 1] {
                    var (weights, velocity) = (w, m)
                    gs_momentum_step_f32(count, g, &weights, &velocity, 0.1, 0.9, 0.01, nesterov)
                    for i in 0..<count {
                        let slope = g[i] + 0.01 * w[i]
                        let speed = 0.9 * m[i] + slope
                        #expect(same(velocity[i], speed))
                        #expect(same(weights[i], w[i] - 0.1 * (nesterov == 1 ? slope + 0.9 * speed : speed)), "\(path)")
                    }
                }
                var (weights, mean, square) = (w, m, v)
                gs_adam_step_f32(count, g, &weights, &mean, &square, 0.1, 0.9, 0.99, 1e-8, 0.01, 0.19, 0.0199)
                for i in 0..<count {
                    let first: Float = 0.9 * m[i] + (1 - 0.9 as Float) * g[i]
                    let second: Float = 0.99 * v[i] + (1 - 0.99 as Float) * g[i] * g[i]
                    let root = second.squareRoot() / Float(Double(Float(0.0199)).squareRoot()) + 1e-8
                    let kept: Float = 1 - 0.1 * 0.01
                    #expect(same(mean[i], first) && same(square[i], second))
                    #expect(same(weights[i], kept * w[i] - (0.1 as Float) / 0.19 * first / root), "\(path)")
                }
            }
        }
    }
}
