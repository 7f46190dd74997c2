import Foundation
import Kernels
import Testing

extension KernelsTests {
    @Suite struct Softmax {
        static let kinds = [GS_SOFTMAX_PLAIN, GS_SOFTMAX_LOG]

        static func reference(_ kind: gs_softmax, _ x: [Double]) -> [Double] {
            let peak = x.max() ?? 0
            let sum = x.reduce(0) { $0 + exp($1 - peak) }
            return x.map { kind == GS_SOFTMAX_PLAIN ? exp($0 - peak) / sum : $0 - peak - log(sum) }
        }

        @Test(arguments: kinds, widths)
        func valueAndGradientAreTheDefinitions(kind: gs_softmax, lanes: Int) {
            var noise = Noise(51)
            let shape = Reduce.Shape(outer: 2, axis: 5, inner: 3)
            let x: [Double] = noise.numbers(30 * lanes, scale: 6).map { (x: Double) in Double(Float(x)) }
            let gout: [Double] = noise.numbers(30 * lanes)
            var expected = x
            var slope = x.map { _ in 0.0 }
            for line in Reduce.lines(shape, lanes, nil) {
                let values = line.map { x[$0] }
                for (k, y) in Self.reference(kind, values).enumerated() { expected[line[k]] = y }
                for k in line.indices {
                    var above = values
                    var below = values
                    above[k] += 1e-6
                    below[k] -= 1e-6
                    let change = zip(Self.reference(kind, above), Self.reference(kind, below)).map { ($0 - $1) / 2e-6 }
                    slope[line[k]] = zip(line, change).reduce(0) { $0 + gout[$1.0] * $1.1 }
                }
            }
            onEveryPath { path in
                let y = Double.softmax(kind, 2, 5, 3, lanes, x)
                #expect(near(y, expected, 1e-13), "\(path)")
                #expect(near(Double.softmaxGradient(kind, 2, 5, 3, lanes, y, gout), slope, 1e-7), "\(path)")
                let single = Float.softmax(kind, 2, 5, 3, lanes, x.map { Float($0) })
                #expect(near(single.map { Double($0) }, expected, 1e-6), "\(path)")
                let gradient = Float.softmaxGradient(kind, 2, 5, 3, lanes, single, gout.map { Float($0) })
                #expect(near(gradient.map { Double($0) }, slope, 2e-6), "\(path)")
            }
        }

        private func near(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
            zip(a, b).filter { abs($0 - $1) > tolerance * max(1, abs($1)) }.isEmpty
        }

        @Test(arguments: kinds)
        func pathsAndLanesAgreeToTheBit(kind: gs_softmax) {
            var noise = Noise(52)
            let column: [Float] = noise.numbers(11, scale: 9)
            var first: [Float]?
            onEveryPath { _ in
                for lanes in widths {
                    let y = Float.softmax(kind, 1, 11, 1, lanes, column.flatMap { x in (0..<lanes).map { _ in x } })
                    let one = stride(from: 0, to: y.count, by: lanes).map { y[$0] }
                    #expect(same(y, one.flatMap { x in (0..<lanes).map { _ in x } }))
                    #expect(same(one, first ?? one))
                    first = one
                }
            }
        }

        @Test func farNumbersNeitherOverflowNorVanish() {
            onEveryPath { _ in
                #expect(Float.softmax(GS_SOFTMAX_PLAIN, 1, 2, 1, 1, [1e30, -1e30]) == [1, 0])
                #expect(Float.softmax(GS_SOFTMAX_LOG, 1, 2, 1, 1, [500, -500]) == [0, -1000])
                #expect(Float.softmax(GS_SOFTMAX_PLAIN, 1, 2, 1, 1, [.nan, 1])[1].isNaN)
            }
        }
    }
}
