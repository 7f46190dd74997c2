import Foundation
import Kernels
import Testing

extension KernelsTests {
    @Suite struct Waves {
        /// Against libm in double precision; and the same bits on every path.
        @Test(arguments: [(1, 1), (1, 5), (4, 3), (63, 8), (9, 40)])
        func wavesAreSumsOfCosinesAndSines(blocks: Int, columns: Int) {
            var noise = Noise(UInt64(blocks * 100 + columns))
            let matrix: [Float] = noise.numbers(blocks * columns * 16)
            for scale in [0.1, 3.0] {
                let point: [Float] = noise.numbers(columns, scale: scale)
                var expected = [Double](repeating: 0, count: columns + 1)
                for row in 0..<blocks * 16 {
                    let own = (0..<columns).map { Double(matrix[(row / 16 * columns + $0) * 16 + row % 16]) }
                    let angle = 2 * Double.pi * zip(own, point).reduce(0) { $0 + $1.0 * Double($1.1) }
                    expected[columns] += cos(angle)
                    for column in 0..<columns { expected[column] += sin(angle) * own[column] }
                }
                var first: [Float]?
                onEveryPath { path in
                    let found = Self.waves(blocks, columns, matrix, point)
                    for (a, b) in zip(found, expected) {
                        let bound = 3e-6 * Double(blocks * 16) * (1 + scale * Double(columns).squareRoot())
                        #expect(abs(Double(a) - b) < bound, "\(path)")
                    }
                    let isSame = same(found, first ?? found)
                    #expect(isSame, "\(path)")
                    first = found
                    var cosine = Float.nan
                    gs_waves_f32(blocks, columns, matrix, point, &cosine, nil, nil)
                    #expect(cosine == found.last)
                }
            }
        }

        /// Quarters of a turn, where the series meet.
        @Test func quartersAreExact() {
            for (turns, cosine) in [(0, 1), (0.25, 0), (0.5, -1), (0.75, 0), (1, 1), (-0.5, -1), (7.5, -1)]
                as [(Float, Float)]
            {
                let found = Self.waves(1, 1, [Float](repeating: turns, count: 16), [1])
                #expect(abs(found[1] - 16 * cosine) < 1e-5)
            }
        }

        private static func waves(_ blocks: Int, _ columns: Int, _ matrix: [Float], _ point: [Float]) -> [Float] {
            var (cosine, slope) = (Float.nan, [Float](repeating: .nan, count: columns))
            var sums = [Float](repeating: .nan, count: 16 * columns)
            gs_waves_f32(blocks, columns, matrix, point, &cosine, &slope, &sums)
            return slope + [cosine]
        }
    }
}
