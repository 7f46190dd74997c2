import Kernels
import Testing

extension KernelsTests {
    @Suite struct Pools {
        /// Windows of different sizes, one of them empty.
        static let table: [Int32] = [0, 1, -1, 1, 2, 3, 4, -1, -1, -1, -1, -1, 3, 3, 0]
        static let counted = Windows(inRows: 5, outRows: 5, size: 3, table: table, divisors: nil)
        static let divided = Windows(inRows: 5, outRows: 5, size: 3, table: table, divisors: [3, 3, 3, 3, 3])

        /// Every row is in one window.
        static let parted = Windows(
            inRows: 5, outRows: 5, size: 3, table: [0, 1, -1, 2, -1, -1, 4, 3, -1, -1, -1, -1, -1, -1, -1],
            divisors: nil)

        @Test(arguments: widths)
        func poolsAreTheirDefinitions(lanes: Int) {
            check(Float.self, lanes)
            check(Double.self, lanes)
        }

        private func check<T: Number>(_: T.Type, _ lanes: Int) {
            var noise = Noise(61)
            let planes = 2
            let x: [T] = (0..<planes * 5 * lanes).map { _ in T(noise.next() % 7) }
            let gout: [T] = noise.numbers(planes * 5 * lanes)
            for (windows, stores) in [
                (Self.counted, [GS_STORE_ADD]), (Self.divided, [GS_STORE_ADD]),
                (Self.parted, [GS_STORE_ADD, GS_STORE_REPLACE]),
            ] {
                for kind in [GS_POOL_MAX, GS_POOL_AVERAGE] {
                    var expected = gout
                    var expectedGradient = x.map { _ in T(0) }
                    for at in gout.indices {
                        let (plane, row, lane) = (at / lanes / 5, at / lanes % 5, at % lanes)
                        let places = windows.table[row * 3..<row * 3 + 3].filter { $0 >= 0 }
                            .map { (plane * 5 + Int($0)) * lanes + lane }
                        let divisor = T(windows.divisors?[row] ?? Int32(places.count))
                        if kind == GS_POOL_MAX {
                            let best = places.map { x[$0] }.max()
                            expected[at] = best ?? -.infinity
                            if let first = places.first(where: { x[$0] == best }) {
                                expectedGradient[first] += gout[at]
                            }
                        } else {
                            expected[at] = T(places.reduce(0) { $0 + Double(x[$1]) } / Double(divisor))
                            for place in places { expectedGradient[place] += gout[at] / divisor }
                        }
                    }
                    onEveryPath { path in
                        let y = T.pool(kind, windows, planes, lanes, x)
                        #expect(same(y, expected), "\(T.self), \(kind), \(lanes) lanes, \(path)")
                        for store in stores {
                            let g = T.poolGradient(kind, windows, planes, lanes, x, y, gout, store)
                            #expect(same(g, expectedGradient), "\(T.self), \(kind) gradient, \(lanes) lanes, \(path)")
                        }
                    }
                }
            }
        }

        /// Neighbours of one lane that read side by side, every other element, further apart, or from a margin.
        @Test(arguments: 1...3, [(1, 0), (2, 1), (3, 1), (3, 0), (5, 2)])
        func maximaOfOneLaneAreTheirDefinitions(step: Int, window: (size: Int, margin: Int)) {
            maxima(Float.self, step, window.size, window.margin)
            maxima(Double.self, step, window.size, window.margin)
        }

        private func maxima<T: Number>(_: T.Type, _ step: Int, _ size: Int, _ margin: Int) {
            let (lines, columns, planes) = (9, 53, 2)
            let (rows, width) = ((lines + 2 * margin - size) / step + 1, (columns + 2 * margin - size) / step + 1)
            var table: [Int32] = []
            for place in 0..<rows * width {
                for offset in 0..<size * size {
                    let line = place / width * step + offset / size - margin
                    let column = place % width * step + offset % size - margin
                    let isInside = (0..<lines).contains(line) && (0..<columns).contains(column)
                    table.append(isInside ? Int32(line * columns + column) : -1)
                }
            }
            var noise = Noise(62)
            var x: [T] = noise.numbers(planes * lines * columns)
            x[60] = .nan
            let expected = (0..<planes * rows * width).map { place in
                let (plane, own) = (place / (rows * width), place % (rows * width) * size * size)
                let read = table[own..<own + size * size].filter { $0 >= 0 }
                    .map { x[plane * lines * columns + Int($0)] }
                return read.reduce(-T.infinity) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
            }
            let windows = Windows(
                inRows: lines * columns, outRows: rows * width, size: size * size, table: table, divisors: nil)
            onEveryPath { path in
                #expect(same(T.pool(GS_POOL_MAX, windows, planes, 1, x), expected), "\(T.self), \(path)")
            }
        }

        @Test func maximumKeepsNaN() {
            let windows = Windows(inRows: 3, outRows: 1, size: 3, table: [0, 1, 2], divisors: nil)
            onEveryPath { _ in
                let y = Float.pool(GS_POOL_MAX, windows, 1, 1, [5, .nan, 6])
                #expect(y[0].isNaN)
                #expect(
                    Float.poolGradient(GS_POOL_MAX, windows, 1, 1, [5, .nan, 6], y, [2], GS_STORE_ADD) == [0, 2, 0])
            }
        }
    }
}
