import Kernels
import Testing

extension KernelsTests {
    @Suite struct Moves {
        @Test(arguments: widths + [7])
        func gatherAndScatterFollowTheTable(lanes: Int) {
            var noise = Noise(71)
            let table: [Int32] = [3, -1, 0, 3, 2]
            let x: [Float] = noise.numbers(4 * lanes)
            let g: [Float] = noise.numbers(5 * lanes)
            let expected = (0..<5 * lanes).map { at -> Float in
                let row = Int(table[at / lanes])
                return row < 0 ? 9 : x[row * lanes + at % lanes]
            }
            var sums = x
            for at in g.indices where table[at / lanes] >= 0 {
                sums[Int(table[at / lanes]) * lanes + at % lanes] += g[at]
            }
            onEveryPath { _ in
                var y = [Float](repeating: .nan, count: 5 * lanes)
                gs_gather_f32(5, lanes, table, 9, x, &y)
                #expect(y == expected)
                var copy = [Float](repeating: .nan, count: 4 * lanes)
                gs_gather_f32(4, lanes, nil, 9, x, &copy)
                #expect(copy == x)
                var sum = x
                gs_scatter_add_f32(5, lanes, table, g, &sum)
                #expect(sum == sums)
                gs_scatter_add_f32(4, lanes, nil, x, &copy)
                #expect(copy == x.map { 2 * $0 })
            }
        }

        @Test(arguments: widths)
        func splatAndTransposeMoveEveryNumber(lanes: Int) {
            let x = (0..<37).map { Double($0) }
            onEveryPath { _ in
                var rows = [Double](repeating: .nan, count: 37 * lanes)
                gs_splat_f64(37, lanes, x, &rows)
                #expect(rows == x.flatMap { value in (0..<lanes).map { _ in value } })
                let grid = (0..<37 * lanes).map { Double($0) }
                var turned = grid
                gs_transpose_f64(37, lanes, grid, lanes, &turned, 37)
                #expect(turned == (0..<37 * lanes).map { Double($0 % 37 * lanes + $0 / 37) })
            }
        }

        @Test(arguments: [(0, 5), (1, 1), (8, 8), (7, 9), (64, 50), (50, 64), (17, 130), (9, 0)])
        func transposeExchangesRowsAndColumns(rows: Int, columns: Int) {
            let grid = (0..<rows * columns).map { Float($0) }
            let expected = (0..<rows * columns).map { grid[$0 % max(rows, 1) * columns + $0 / max(rows, 1)] }
            onEveryPath { path in
                var turned = grid.map { _ in Float.nan }
                gs_transpose_f32(rows, columns, grid, columns, &turned, rows)
                #expect(turned == expected, "\(rows)x\(columns), \(path)")
                var wide = grid.map { _ in Double.nan }
                gs_transpose_f64(rows, columns, grid.map(Double.init), columns, &wide, rows)
                #expect(wide == expected.map(Double.init), "\(rows)x\(columns), \(path)")
            }
        }

        @Test(arguments: widths)
        func pickReadsEachLanesOwnIndex(lanes: Int) {
            var noise = Noise(72)
            let (outer, axis, inner, picks) = (2, 4, 3, 2)
            let index = (0..<picks * lanes).map { _ in Double(noise.next() % 10) - 5 }
            let x: [Float] = noise.numbers(outer * axis * inner * lanes)
            let gout: [Float] = noise.numbers(outer * picks * inner * lanes)
            var expected = gout
            var expectedGradient = x.map { _ in Float(0) }
            for at in gout.indices {
                let (lane, n, p) = (at % lanes, at / lanes % inner, at / lanes / inner % picks)
                let o = at / lanes / inner / picks
                let named = Int(index[p * lanes + lane])
                let k = named < 0 ? named + axis : named
                guard k >= 0, k < axis else {
                    expected[at] = .nan
                    continue
                }
                let from = ((o * axis + k) * inner + n) * lanes + lane
                expected[at] = x[from]
                expectedGradient[from] += gout[at]
            }
            onEveryPath { _ in
                var y = gout
                gs_pick_f32(outer, axis, inner, picks, lanes, index, x, &y)
                #expect(same(y, expected))
                var g = x.map { _ in Float(0) }
                gs_pick_gradient_f32(outer, axis, inner, picks, lanes, index, gout, &g)
                #expect(g == expectedGradient)
            }
        }

        @Test func castsRoundTruncateAndTell() {
            let x: [Double] = special(Double.self) + [0.1, -2.7, 1e20, 16_777_217, 3.4028235677973366e38, 1e-46]
            onEveryPath { _ in
                var single = [Float](repeating: 9, count: x.count)
                gs_cast_f64_f32(x.count, x, &single)
                #expect(same(single, x.map { Float($0) }))
                var wide = [Double](repeating: 9, count: x.count)
                gs_cast_f32_f64(x.count, single, &wide)
                #expect(same(wide, single.map { Double($0) }))
                var whole = x
                gs_cast_f64_integer(x.count, x, &whole)
                let limit = 0x1p63
                #expect(whole == x.map { $0.isNaN ? 0 : min(max($0.rounded(.towardZero), -limit), limit) })
                gs_cast_f32_integer(x.count, single, &whole)
                #expect(whole == single.map { $0.isNaN ? 0 : min(max(Double($0.rounded(.towardZero)), -limit), limit) })
                var truth = x
                gs_cast_f64_truth(x.count, x, &truth)
                #expect(truth == x.map { $0 == 0 ? 0 : 1 })
                gs_cast_f32_truth(x.count, single, &truth)
                #expect(truth == single.map { $0 == 0 ? 0 : 1 })
            }
        }
    }
}
