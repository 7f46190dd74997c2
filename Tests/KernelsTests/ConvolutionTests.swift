import Kernels
import Testing

extension KernelsTests {
    @Suite struct Convolutions {
        /// One convolution; `padsAfter` follows from the output's extents.
        struct Shape: CustomTestStringConvertible {
            var groups = 1, inChannels: Int, outChannels: Int
            var input: [Int], kernel: [Int], strides: [Int], dilations: [Int], pads: [Int], padsAfter: [Int]

            var output: [Int] {
                input.indices.map { d in
                    (input[d] + pads[d] + padsAfter[d] - dilations[d] * (kernel[d] - 1) - 1) / strides[d] + 1
                }
            }
            var inRows: Int { inChannels * input.reduce(1, *) }
            var outRows: Int { outChannels * output.reduce(1, *) }
            var weightCount: Int { outChannels * (inChannels / groups) * kernel.reduce(1, *) }
            var testDescription: String { "\(input) kernel \(kernel) stride \(strides) groups \(groups)" }

            /// Calls back for every product of the forward sum, in its order: output row, weight, input row.
            func forEachProduct(_ body: (Int, Int, Int) -> Void) {
                let taps = kernel.reduce(1, *)
                let outPlane = output.reduce(1, *)
                let inPlane = input.reduce(1, *)
                let perGroup = inChannels / groups
                for m in 0..<outChannels {
                    let group = m / (outChannels / groups)
                    for o in 0..<outPlane {
                        for c in 0..<perGroup {
                            for tap in 0..<taps {
                                guard let i = source(o, tap) else { continue }
                                body(
                                    m * outPlane + o, (m * perGroup + c) * taps + tap,
                                    (group * perGroup + c) * inPlane + i)
                            }
                        }
                    }
                }
            }

            /// The place in an input plane that a tap reads at an output place; nil in the padding.
            private func source(_ place: Int, _ tap: Int) -> Int? {
                var place = place
                var tap = tap
                var at = 0
                var scale = 1
                for d in input.indices.reversed() {
                    let x = place % output[d] * strides[d] + tap % kernel[d] * dilations[d] - pads[d]
                    guard x >= 0, x < input[d] else { return nil }
                    at += x * scale
                    scale *= input[d]
                    place /= output[d]
                    tap /= kernel[d]
                }
                return at
            }

            func makeFloat(_ weights: [Float]) -> OpaquePointer? {
                gs_convolution_create_f32(
                    input.count, groups, inChannels, outChannels, input, output, kernel, strides, dilations, pads,
                    weights, GS_WAYS_BOTH)
            }

            func makeDouble(_ weights: [Double]) -> OpaquePointer? {
                gs_convolution_create_f64(
                    input.count, groups, inChannels, outChannels, input, output, kernel, strides, dilations, pads,
                    weights, GS_WAYS_BOTH)
            }
        }

        static let shapes = [
            Shape(
                inChannels: 1, outChannels: 7, input: [9], kernel: [3], strides: [1], dilations: [1], pads: [1],
                padsAfter: [1]),
            Shape(
                inChannels: 3, outChannels: 8, input: [6, 5], kernel: [3, 3], strides: [1, 1], dilations: [1, 1],
                pads: [1, 1], padsAfter: [1, 1]),
            Shape(
                groups: 2, inChannels: 4, outChannels: 6, input: [7, 8], kernel: [3, 2], strides: [2, 3],
                dilations: [2, 1], pads: [0, 1], padsAfter: [2, 0]),
            Shape(
                groups: 3, inChannels: 3, outChannels: 3, input: [4, 4], kernel: [2, 2], strides: [3, 3],
                dilations: [1, 1], pads: [0, 0], padsAfter: [0, 0]),
            Shape(
                inChannels: 2, outChannels: 2, input: [3, 4, 3], kernel: [2, 3, 2], strides: [1, 2, 1],
                dilations: [1, 1, 2], pads: [1, 0, 1], padsAfter: [0, 1, 1]),
            Shape(
                inChannels: 1, outChannels: 1, input: [2, 2], kernel: [1, 1], strides: [1, 1], dilations: [1, 1],
                pads: [2, 2], padsAfter: [2, 2]),
            Shape(
                inChannels: 12, outChannels: 13, input: [3, 3], kernel: [3, 3], strides: [1, 1], dilations: [1, 1],
                pads: [0, 0], padsAfter: [0, 0]),
            // With many output channels, what one lane reads is laid close together: of more positions than a block, in lines
            // longer than a register; with strides; of more products than are laid at once.
            Shape(
                inChannels: 2, outChannels: 13, input: [19, 11], kernel: [3, 3], strides: [2, 1], dilations: [1, 1],
                pads: [1, 1], padsAfter: [1, 1]),
            Shape(
                inChannels: 8, outChannels: 8, input: [9, 5], kernel: [3, 3], strides: [2, 1], dilations: [1, 1],
                pads: [1, 1], padsAfter: [1, 1]),
            Shape(
                inChannels: 48, outChannels: 4, input: [5, 3], kernel: [3, 3], strides: [1, 1], dilations: [1, 1],
                pads: [1, 1], padsAfter: [1, 1]),
        ]

        @Test(arguments: shapes)
        func forwardIsTheSumInOrder(shape: Shape) throws {
            var noise = Noise(11)
            let weights: [Float] = noise.numbers(shape.weightCount)
            let bias: [Float] = noise.numbers(shape.outChannels)
            let plan = try #require(shape.makeFloat(weights))
            defer { gs_convolution_destroy_f32(plan) }
            let relu = gs_activation(kind: GS_ACTIVATION_RELU, a: 0, b: 0)
            for lanes in widths {
                let x: [Float] = noise.patches(shape.inRows, lanes, zeros: lanes % 32 == 0 ? 0.8 : 0.2)
                let plane = shape.outRows / shape.outChannels
                var expected = (0..<shape.outRows * lanes).map { bias[$0 / lanes / plane] }
                shape.forEachProduct { out, weight, from in
                    for lane in 0..<lanes {
                        expected[out * lanes + lane].addProduct(weights[weight], x[from * lanes + lane])
                    }
                }
                expected = expected.map { $0 < 0 ? 0 : $0 }
                onEveryPath { path in
                    var y = [Float](repeating: .nan, count: shape.outRows * lanes)
                    gs_convolution_forward_f32(plan, lanes, bias, x, &y, relu, whole)
                    #expect(same(y, expected), "\(lanes) lanes, \(path)")
                }
            }
        }

        /// The gradient's own order of summation is not the loop's here, so this one is held to a tolerance, against a
        /// sum in double; the paths are held to each other exactly.
        @Test(arguments: shapes)
        func gradientIsTheTransposedSum(shape: Shape) throws {
            var noise = Noise(12)
            let weights: [Float] = noise.numbers(shape.weightCount)
            let plan = try #require(shape.makeFloat(weights))
            defer { gs_convolution_destroy_f32(plan) }
            for lanes in widths {
                let gout: [Float] = noise.patches(shape.outRows, lanes, zeros: lanes % 32 == 0 ? 0.8 : 0.2)
                var expected = [Double](repeating: 1, count: shape.inRows * lanes)
                shape.forEachProduct { out, weight, to in
                    for lane in 0..<lanes {
                        expected[to * lanes + lane] += Double(weights[weight]) * Double(gout[out * lanes + lane])
                    }
                }
                var first: [Float]?
                onEveryPath { path in
                    var gin = [Float](repeating: 1, count: shape.inRows * lanes)
                    gs_convolution_gradient_f32(plan, lanes, gout, &gin, GS_STORE_ADD, whole)
                    var fresh = [Float](repeating: .nan, count: gin.count)
                    var zero = [Float](repeating: 0, count: gin.count)
                    gs_convolution_gradient_f32(plan, lanes, gout, &fresh, GS_STORE_REPLACE, whole)
                    gs_convolution_gradient_f32(plan, lanes, gout, &zero, GS_STORE_ADD, whole)
                    #expect(same(fresh, zero), "\(lanes) lanes, \(path)")
                    let worst = zip(gin, expected).map { abs(Double($0) - $1) }.max() ?? 0
                    #expect(worst < 1e-4, "\(lanes) lanes, \(path)")
                    #expect(same(gin, first ?? gin))
                    first = gin
                }
            }
        }

        @Test(arguments: shapes)
        func transposedAndDoubleAgreeWithTheirDefinitions(shape: Shape) throws {
            var noise = Noise(13)
            let lanes = 16
            let weights: [Double] = noise.numbers(shape.weightCount)
            let bias: [Double] = noise.numbers(shape.inChannels)
            let plan = try #require(shape.makeDouble(weights))
            defer { gs_convolution_destroy_f64(plan) }
            let x: [Double] = noise.patches(shape.outRows, lanes, zeros: 0.7)
            let g: [Double] = noise.numbers(shape.inRows * lanes)
            let plane = shape.inRows / shape.inChannels
            var expected = (0..<shape.inRows * lanes).map { bias[$0 / lanes / plane] }
            var expectedGradient = [Double](repeating: 2, count: shape.outRows * lanes)
            shape.forEachProduct { out, weight, into in
                for lane in 0..<lanes {
                    expected[into * lanes + lane] += weights[weight] * x[out * lanes + lane]
                    expectedGradient[out * lanes + lane] += weights[weight] * g[into * lanes + lane]
                }
            }
            onEveryPath { _ in
                var y = [Double](repeating: .nan, count: shape.inRows * lanes)
                gs_convolution_transposed_f64(plan, lanes, bias, x, &y, KernelsTests.Dense.none, whole)
                #expect(zip(y, expected).map { abs($0 - $1) }.max() ?? 0 < 1e-12)
                var gradient = [Double](repeating: 2, count: shape.outRows * lanes)
                gs_convolution_transposed_gradient_f64(plan, lanes, g, &gradient, GS_STORE_ADD, whole)
                #expect(zip(gradient, expectedGradient).map { abs($0 - $1) }.max() ?? 0 < 1e-12)
            }
        }

        @Test func infiniteWeightsMakeNaNOfZero() throws {
            let shape = Shape(
                inChannels: 1, outChannels: 1, input: [2], kernel: [1], strides: [1], dilations: [1], pads: [0],
                padsAfter: [0])
            let plan = try #require(shape.makeFloat([.infinity]))
            defer { gs_convolution_destroy_f32(plan) }
            onEveryPath { path in
                var y: [Float] = [1, 1]
                gs_convolution_forward_f32(plan, 1, nil, [0, 2], &y, Dense.none, whole)
                #expect(y[0].isNaN && y[1] == .infinity, "\(path)")
            }
        }

        @Test func refusesImpossibleShapes() {
            func make(
                _ dimensions: Int = 1, groups: Int = 1, channels: Int = 2, input: Int = 4, kernel: Int = 2,
                stride: Int = 1
            ) -> OpaquePointer? {
                gs_convolution_create_f32(
                    dimensions, groups, channels, 2, [input], [3], [kernel], [stride], [1], [0],
                    [Float](repeating: 1, count: 8), GS_WAYS_BOTH)
            }
            let good = make()
            #expect(good != nil)
            gs_convolution_destroy_f32(good)
            gs_convolution_destroy_f32(nil)
            #expect(make(0) == nil)
            #expect(make(4) == nil)
            #expect(make(groups: 0) == nil)
            #expect(make(groups: 2, channels: 3) == nil)
            #expect(make(input: 0) == nil)
            #expect(make(kernel: 0) == nil)
            #expect(make(stride: 0) == nil)
            #expect(make(input: .max) == nil)
            #expect(make(kernel: 1 << 40) == nil)
        }
    }
}
