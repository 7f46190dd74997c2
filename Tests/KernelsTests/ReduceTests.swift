import Foundation
import Kernels
import Testing

extension KernelsTests {
    @Suite struct Reduce {
        static let kinds = (0..<GS_REDUCTION_COUNT.rawValue).map { gs_reduction(rawValue: $0) }

        /// The definition, in double.
        static func reference(_ kind: gs_reduction, _ x: [Double]) -> Double {
            switch kind {
            case GS_REDUCTION_SUM: return x.reduce(0, +)
            case GS_REDUCTION_MEAN: return x.reduce(0, +) / Double(x.count)
            case GS_REDUCTION_MAX: return x.contains { $0.isNaN } ? .nan : x.max() ?? -.infinity
            case GS_REDUCTION_MIN: return x.contains { $0.isNaN } ? .nan : x.min() ?? .infinity
            case GS_REDUCTION_PRODUCT: return x.reduce(1, *)
            case GS_REDUCTION_SUM_SQUARES: return x.reduce(0) { $0 + $1 * $1 }
            case GS_REDUCTION_L1: return x.reduce(0) { $0 + abs($1) }
            case GS_REDUCTION_L2: return x.reduce(0) { $0 + $1 * $1 }.squareRoot()
            default: return log(x.reduce(0) { $0 + exp($1) })
            }
        }

        struct Shape: Sendable { var outer: Int, axis: Int, inner: Int }
        static let shapes = [
            Shape(outer: 1, axis: 1, inner: 1), Shape(outer: 2, axis: 5, inner: 3), Shape(outer: 3, axis: 4, inner: 1),
        ]

        /// The elements of each line, as places in the input.
        static func lines(_ s: Shape, _ lanes: Int, _ table: [Int32]?) -> [[Int]] {
            var lines: [[Int]] = []
            for o in 0..<s.outer {
                for n in 0..<s.inner {
                    for lane in 0..<lanes {
                        lines.append(
                            (0..<s.axis).map { k in
                                let element = (o * s.axis + k) * s.inner + n
                                return (table.map { Int($0[element]) } ?? element) * lanes + lane
                            })
                    }
                }
            }
            return lines
        }

        @Test(arguments: kinds)
        func valueAndGradientAreTheDefinitions(kind: gs_reduction) {
            var noise = Noise(41)
            for shape in Self.shapes {
                for (index, lanes) in (widths + [3]).enumerated() {
                    let count = shape.outer * shape.axis * shape.inner
                    let table = index % 2 == 0 ? nil : (0..<count).reversed().map { Int32($0) }
                    let x: [Double] = noise.numbers(count * lanes).map { (x: Double) in Double(Float(x)) }
                    let gout: [Double] = noise.numbers(shape.outer * shape.inner * lanes)
                    let lines = Self.lines(shape, lanes, table)
                    let expected = lines.map { line in Self.reference(kind, line.map { x[$0] }) }
                    let expectedGradient = gradient(kind, x, lines, gout)
                    onEveryPath { path in
                        let y = Double.reduce(kind, shape.outer, shape.axis, shape.inner, lanes, table, x)
                        #expect(near(y, expected, 1e-13), "\(kind), \(lanes) lanes, \(path)")
                        let g = Double.reduceGradient(
                            kind, shape.outer, shape.axis, shape.inner, lanes, table, x, y, gout)
                        #expect(near(g, expectedGradient, 1e-6), "\(kind) gradient, \(lanes) lanes, \(path)")
                        let single = x.map { Float($0) }
                        let fy = Float.reduce(kind, shape.outer, shape.axis, shape.inner, lanes, table, single)
                        #expect(near(fy.map { Double($0) }, expected, 5e-7), "\(kind), \(lanes) lanes, \(path)")
                        let fg = Float.reduceGradient(
                            kind, shape.outer, shape.axis, shape.inner, lanes, table, single, fy, gout.map { Float($0) }
                        )
                        #expect(
                            near(fg.map { Double($0) }, expectedGradient, 1e-5), "\(kind) gradient, \(lanes), \(path)")
                    }
                }
            }
        }

        private func near(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
            a.count == b.count && zip(a, b).filter { abs($0 - $1) > tolerance * max(1, abs($1)) }.isEmpty
        }

        private func gradient(_ kind: gs_reduction, _ x: [Double], _ lines: [[Int]], _ gout: [Double]) -> [Double] {
            var g = x.map { _ in 0.0 }
            for (line, gout) in zip(lines, gout) {
                let values = line.map { x[$0] }
                for k in line.indices {
                    var above = values
                    var below = values
                    above[k] += 1e-6
                    below[k] -= 1e-6
                    g[line[k]] += gout * (Self.reference(kind, above) - Self.reference(kind, below)) / 2e-6
                }
            }
            return g
        }

        @Test(arguments: kinds)
        func pathsAndLanesAgreeToTheBit(kind: gs_reduction) {
            var noise = Noise(42)
            let axis = 33
            let column: [Float] = noise.numbers(axis)
            var first: Float?
            onEveryPath { _ in
                for lanes in widths {
                    let x = column.flatMap { value in (0..<lanes).map { _ in value } }
                    for y in Float.reduce(kind, 1, axis, 1, lanes, nil, x) {
                        #expect(same(y, first ?? y))
                        first = y
                    }
                }
            }
        }

        @Test func specialNumbers() {
            onEveryPath { _ in
                func one(_ kind: gs_reduction, _ x: [Float]) -> Float {
                    Float.reduce(kind, 1, x.count, 1, 1, nil, x)[0]
                }
                #expect(one(GS_REDUCTION_MAX, [1, .nan, 3]).isNaN)
                #expect(one(GS_REDUCTION_MIN, [.nan, 1]).isNaN)
                #expect(one(GS_REDUCTION_MAX, []) == -.infinity)
                #expect(one(GS_REDUCTION_SUM, []) == 0)
                #expect(one(GS_REDUCTION_PRODUCT, []) == 1)
                #expect(one(GS_REDUCTION_LOG_SUM_EXP, [1000, 1000]) == 1000 + Float(log(2.0)))
                #expect(one(GS_REDUCTION_LOG_SUM_EXP, [-.infinity, -.infinity]) == -.infinity)
                #expect(one(GS_REDUCTION_LOG_SUM_EXP, [1, .infinity]) == .infinity)
            }
        }

        @Test func gradientsAtTiesZerosAndCorners() {
            onEveryPath { _ in
                func one(_ kind: gs_reduction, _ x: [Float]) -> [Float] {
                    Float.reduceGradient(
                        kind, 1, x.count, 1, 1, nil, x, Float.reduce(kind, 1, x.count, 1, 1, nil, x), [2])
                }
                #expect(one(GS_REDUCTION_MAX, [1, 3, 3]) == [0, 2, 0])
                #expect(one(GS_REDUCTION_MIN, [1, 3, 1]) == [2, 0, 0])
                #expect(one(GS_REDUCTION_MAX, [1, .nan, .nan]) == [0, 2, 0])
                #expect(one(GS_REDUCTION_PRODUCT, [2, 0, 5]) == [0, 20, 0])
                #expect(one(GS_REDUCTION_PRODUCT, [0, 0, 5]) == [0, 0, 0])
                #expect(one(GS_REDUCTION_L2, [0, 0]) == [0, 0])
                #expect(one(GS_REDUCTION_L1, [0, -1]) == [0, -2])
            }
        }

        @Test(arguments: widths)
        func argTellsTheFirstOrLast(lanes: Int) {
            var noise = Noise(43)
            let shape = Shape(outer: 2, axis: 9, inner: 2)
            // Few different numbers, so that ties are common.
            let x = (0..<shape.outer * shape.axis * shape.inner * lanes).map { _ in Double(noise.next() % 4) }
            let lines = Self.lines(shape, lanes, nil)
            for extremum in [GS_EXTREMUM_MAX, GS_EXTREMUM_MIN] {
                for tie in [GS_TIE_FIRST, GS_TIE_LAST] {
                    let expected: [Double] = lines.map { line in
                        let values = line.map { x[$0] }
                        let best = extremum == GS_EXTREMUM_MAX ? values.max() : values.min()
                        let found =
                            tie == GS_TIE_FIRST ? values.firstIndex { $0 == best } : values.lastIndex { $0 == best }
                        return Double(found ?? -1)
                    }
                    onEveryPath { _ in
                        #expect(Double.arg(extremum, tie, 2, 9, 2, lanes, x) == expected)
                        #expect(Float.arg(extremum, tie, 2, 9, 2, lanes, x.map { Float($0) }) == expected)
                    }
                }
            }
        }

        @Test func argTakesTheFirstNaN() {
            onEveryPath { _ in
                for tie in [GS_TIE_FIRST, GS_TIE_LAST] {
                    #expect(Float.arg(GS_EXTREMUM_MAX, tie, 1, 4, 1, 1, [1, .nan, 5, .nan]) == [1])
                    #expect(Float.arg(GS_EXTREMUM_MIN, tie, 1, 3, 1, 1, [.nan, -1, .nan]) == [0])
                }
            }
        }
    }
}
