import Kernels
import Testing

extension KernelsTests {
    @Suite struct Quantised {
        /// Random rows whose scales are small halves.
        private func rows(_ format: gs_weight_format, _ count: Int, _ columns: Int) -> [UInt8] {
            let (block, size) = (gs_weight_block(format), gs_weight_bytes(format))
            var (state, bytes) = (UInt32(7), [UInt8]())
            func next() -> UInt8 {
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            }
            for _ in 0..<count * columns / block {
                var one = (0..<size).map { _ in next() }
                for place in 0..<size where Self.upperHalves(format).contains(place) {
                    one[place] = 0x20 | one[place] & 0x83
                }
                bytes += one
            }
            return bytes
        }

        /// The upper bytes of the halves, or floats, of a block.
        private static func upperHalves(_ format: gs_weight_format) -> [Int] {
            switch format {
            case GS_WEIGHT_F32: [3]
            case GS_WEIGHT_F16, GS_WEIGHT_BF16: [1]
            case GS_WEIGHT_Q2_K: [81, 83]
            case GS_WEIGHT_Q3_K: [109]
            case GS_WEIGHT_Q6_K: [209]
            case GS_WEIGHT_Q4_1, GS_WEIGHT_Q5_1, GS_WEIGHT_Q4_K, GS_WEIGHT_Q5_K: [1, 3]
            default: [1]
            }
        }

        private func products(_ panels: gs_panels, _ count: Int, _ input: [Float], _ columns: Int) -> [Float] {
            var packed = [Float](repeating: 0, count: gs_packed_count(count, columns))
            gs_pack_f32(count, columns, input, columns, 1, &packed)
            var out = [Float](repeating: .nan, count: count * 128)
            gs_panels_multiply_f32(panels, 0, 2, count, input, columns, packed, &out, 128)
            return out
        }

        @Test(arguments: 0..<Int(GS_WEIGHT_COUNT.rawValue))
        func productsAreThoseOfTheWeightsInOneOrder(number: Int) {
            let format = gs_weight_format(rawValue: UInt32(number))
            let (rowCount, columns) = (70, 512)
            let stored = rows(format, rowCount, columns)
            let rowBytes = columns / gs_weight_block(format) * gs_weight_bytes(format)
            let bytes = gs_panel_bytes(format, columns)
            var memory = [UInt8](repeating: 0, count: 2 * bytes)
            memory.withUnsafeMutableBufferPointer { buffer in
                for panel in 0..<2 {
                    let good = gs_panel_pack(
                        format, min(64, rowCount - 64 * panel), columns, Array(stored[(64 * panel * rowBytes)...]),
                        rowBytes,
                        buffer.baseAddress! + panel * bytes)
                    #expect(good)
                }
            }
            let input = (0..<7 * columns).map { Float(($0 * 37) % 101) / 50 - 1 }
            let expected = (0..<7).map { row in
                (0..<rowCount).map { place in
                    var weights = [Float](repeating: 0, count: columns)
                    gs_weight_row(format, columns, Array(stored[(place * rowBytes)...]), &weights)
                    var sum: Float = 0
                    for column in 0..<columns {
                        sum = sum.addingProduct(weights[column], input[row * columns + column])
                    }
                    return sum
                }
            }
            memory.withUnsafeBufferPointer { buffer in
                let panels = gs_panels(format: format, columns: columns, panels: buffer.baseAddress)
                var row = [Float](repeating: 0, count: columns)
                gs_panels_row(panels, 65, &row)
                var weights = row
                gs_weight_row(format, columns, Array(stored[(65 * rowBytes)...]), &weights)
                #expect(row == weights)
                onEveryPath { path in
                    for count in 1...7 {
                        let out = products(panels, count, input, columns)
                        for row in 0..<count {
                            #expect(Array(out[row * 128..<row * 128 + rowCount]) == expected[row], "\(path) \(count)")
                        }
                    }
                }
            }
        }
    }
}
