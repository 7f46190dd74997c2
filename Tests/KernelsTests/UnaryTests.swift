import Foundation
import Kernels
import Testing

extension KernelsTests {
    @Suite struct Unary {
        /// A function, its exact value in double, and how far `_f32` may be, in units in the last place.
        struct Function: CustomTestStringConvertible, Sendable {
            var op: gs_unary
            var name: String
            var ulps: Double = 0
            var a = 0.0, b = 0.0
            var value: @Sendable (Double) -> Double
            /// What a flat function has the slope of.
            var standIn: (@Sendable (Double) -> Double)?
            var testDescription: String { name }
        }

        static let functions = [
            Function(op: GS_UNARY_NEG, name: "neg") { -$0 },
            Function(op: GS_UNARY_ABS, name: "abs") { $0.magnitude },
            Function(op: GS_UNARY_SIGN, name: "sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }
                .like { $0 / (1 + $0.magnitude) },
            Function(op: GS_UNARY_FLOOR, name: "floor") { $0.rounded(.down) }.like { $0 },
            Function(op: GS_UNARY_CEIL, name: "ceil") { $0.rounded(.up) }.like { $0 },
            Function(op: GS_UNARY_ROUND, name: "round") { $0.rounded(.toNearestOrEven) }.like { $0 },
            Function(op: GS_UNARY_SQUARE, name: "square", ulps: 0.5) { $0 * $0 },
            Function(op: GS_UNARY_SQRT, name: "sqrt", ulps: 0.51) { $0.squareRoot() },
            Function(op: GS_UNARY_RECIPROCAL, name: "reciprocal", ulps: 0.51) { 1 / $0 },
            Function(op: GS_UNARY_EXP, name: "exp", ulps: 1.5) { exp($0) },
            Function(op: GS_UNARY_LOG, name: "log", ulps: 0.51) { log($0) },
            Function(op: GS_UNARY_SIN, name: "sin", ulps: 0.51) { sin($0) },
            Function(op: GS_UNARY_COS, name: "cos", ulps: 0.51) { cos($0) },
            Function(op: GS_UNARY_TAN, name: "tan", ulps: 0.51) { tan($0) },
            Function(op: GS_UNARY_ASIN, name: "asin", ulps: 0.51) { asin($0) },
            Function(op: GS_UNARY_ACOS, name: "acos", ulps: 0.51) { acos($0) },
            Function(op: GS_UNARY_ATAN, name: "atan", ulps: 0.51) { atan($0) },
            Function(op: GS_UNARY_SINH, name: "sinh", ulps: 0.51) { sinh($0) },
            Function(op: GS_UNARY_COSH, name: "cosh", ulps: 0.51) { cosh($0) },
            Function(op: GS_UNARY_ASINH, name: "asinh", ulps: 0.51) { asinh($0) },
            Function(op: GS_UNARY_ACOSH, name: "acosh", ulps: 0.51) { acosh($0) },
            Function(op: GS_UNARY_ATANH, name: "atanh", ulps: 0.51) { atanh($0) },
            Function(op: GS_UNARY_TANH, name: "tanh", ulps: 2) { tanh($0) },
            Function(op: GS_UNARY_SIGMOID, name: "sigmoid", ulps: 2.5) { 1 / (1 + exp(-$0)) },
            Function(op: GS_UNARY_ERF, name: "erf", ulps: 0.51) { erf($0) },
            Function(op: GS_UNARY_SOFTPLUS, name: "softplus", ulps: 0.51) {
                max($0, 0) + log1p(exp(-$0.magnitude))
                    + ($0 - $0 == 0 ? 0 : $0 == .infinity || $0 == -.infinity ? 0 : $0)
            },
            Function(op: GS_UNARY_SOFTSIGN, name: "softsign", ulps: 1.5) {
                $0.isInfinite ? .nan : $0 / (1 + $0.magnitude)
            },
            Function(op: GS_UNARY_WHOLE_POWER, name: "wholePower", ulps: 3, a: 5) { pow($0, 5) },
            Function(op: GS_UNARY_RELU, name: "relu") { $0 < 0 ? 0 : $0 },
            Function(op: GS_UNARY_LEAKY_RELU, name: "leakyRelu", a: 0.25) { $0 < 0 ? 0.25 * $0 : $0 },
            Function(op: GS_UNARY_ELU, name: "elu", ulps: 1, a: 0.5) { $0 < 0 ? 0.5 * expm1($0) : $0 },
            Function(op: GS_UNARY_SELU, name: "selu", ulps: 1.5, a: 0.5, b: 1.5) {
                1.5 * ($0 > 0 ? $0 : 0.5 * expm1($0))
            },
            Function(op: GS_UNARY_HARD_SIGMOID, name: "hardSigmoid", ulps: 1.5, a: 0.25, b: 0.5) {
                let x = 0.25 * $0 + 0.5
                return x < 0 ? 0 : x > 1 ? 1 : x
            },
            Function(op: GS_UNARY_CLIP, name: "clip", a: -1, b: 2) { $0 < -1 ? -1 : $0 > 2 ? 2 : $0 },
            Function(op: GS_UNARY_NOT, name: "not") { $0 == 0 ? 1 : 0 }.like { -$0 },
            Function(op: GS_UNARY_FLOAT16, name: "float16") { Double(Float16($0)) }.like { $0 },
            Function(op: GS_UNARY_BFLOAT16, name: "bfloat16") {
                nearest($0, places: 7, least: -126, limit: 0x1.FFp127)
            }.like { $0 },
            Function(op: GS_UNARY_FLOAT8E4M3, name: "float8e4m3") {
                nearest($0, places: 3, least: -6, limit: 464.0.nextUp)
            }.like { $0 },
            Function(op: GS_UNARY_FLOAT8E5M2, name: "float8e5m2") {
                nearest($0, places: 2, least: -14, limit: 61440)
            }.like { $0 },
            Function(op: GS_UNARY_FLOAT8E4M3UZ, name: "float8e4m3uz") {
                nearest($0, places: 3, least: -7, limit: 248)
            }.like { $0 },
            Function(op: GS_UNARY_FLOAT8E5M2UZ, name: "float8e5m2uz") {
                nearest($0, places: 2, least: -15, limit: 61440)
            }.like { $0 },
            Function(op: GS_UNARY_FLOAT4E2M1, name: "float4e2m1") {
                nearest($0, places: 1, least: 0, limit: 7)
            }.like { $0 },
        ]

        @Test func everyFunctionIsHere() {
            #expect(Self.functions.map(\.op.rawValue) == Array(0..<GS_UNARY_COUNT.rawValue))
        }

        /// Arguments of every magnitude, dense where functions bend.
        static func arguments<T: Number>(_: T.Type) -> [T] {
            var noise = Noise(21)
            var numbers = special(T.self)
            numbers += noise.numbers(1500, scale: 1) as [T]
            numbers += noise.numbers(1500, scale: 10) as [T]
            numbers += noise.numbers(1000, scale: 120) as [T]
            for exponent in -45...37 { numbers.append(T(noise.unit() * pow(10, Double(exponent)))) }
            return numbers
        }

        @Test(arguments: functions)
        func floatIsWithinItsBound(function: Function) {
            let x = Self.arguments(Float.self)
            var first: [Float]?
            onEveryPath { path in
                let y = Float.unary(function.op, function.a, function.b, x)
                for (x, y) in zip(x, y) {
                    let exact = function.value(Double(x))
                    #expect(
                        distance(y, exact) <= max(function.ulps, 0.5000001),
                        "\(function.name)(\(x)) = \(y), not \(exact), \(path)")
                }
                #expect(same(y, first ?? y), "\(path)")
                first = y
            }
        }

        /// Units in the last place between a float and the exact value; overflow counts as one unit beyond the largest.
        private func distance(_ y: Float, _ exact: Double) -> Double {
            let rounded = Float(exact)
            if rounded.isNaN || y.isNaN { return rounded.isNaN && y.isNaN ? 0 : .infinity }
            if rounded == y { return rounded.sign == y.sign || exact != 0 ? 0 : .infinity }
            if rounded.isInfinite || y.isInfinite { return .infinity }
            return abs(Double(y) - exact) / Double(rounded.ulp)
        }

        @Test(arguments: functions)
        func doubleIsLibms(function: Function) {
            let x = Self.arguments(Double.self)
            var first: [Double]?
            onEveryPath { path in
                let y = Double.unary(function.op, function.a, function.b, x)
                for (x, y) in zip(x, y) {
                    let exact = function.value(x)
                    let near = exact.isNaN ? y.isNaN : y == exact || abs(y - exact) <= 4 * exact.ulp
                    #expect(near, "\(function.name)(\(x)) = \(y), not \(exact), \(path)")
                }
                #expect(same(y, first ?? y), "\(path)")
                first = y
            }
        }

        /// Whatever stands beside a number, and wherever it stands, its value is the same.
        @Test(arguments: functions)
        func placeDoesNotMatter(function: Function) {
            let x = Array(Self.arguments(Float.self).prefix(200))
            onEveryPath { _ in
                let whole = Float.unary(function.op, function.a, function.b, x)
                for start in [1, 3, 17] {
                    let part = Float.unary(function.op, function.a, function.b, Array(x[start..<start + 67]))
                    #expect(same(part, Array(whole[start..<start + 67])))
                }
                for index in 0..<40 {
                    #expect(same(Float.unary(function.op, function.a, function.b, [x[index]])[0], whole[index]))
                }
            }
        }

        @Test(arguments: functions)
        func gradientIsTheSlope(function: Function) {
            var noise = Noise(23)
            let step = 1e-6
            // Away from corners and steps, and inside every domain.
            let low = function.op == GS_UNARY_ACOSH ? 1.2 : 0.1
            let x = (0..<100).map { _ in low + abs(noise.unit()) * 0.85 }
            let signed = [GS_UNARY_LOG, GS_UNARY_SQRT, GS_UNARY_ACOSH].contains(function.op) ? x : x + x.map { -$0 }
            let gy = signed.indices.map { Double($0 % 3) - 1 }
            onEveryPath { path in
                let y = Double.unary(function.op, function.a, function.b, signed)
                let gx = Double.unaryGradient(function.op, function.a, function.b, signed, y, gy)
                let single = signed.map { Float($0) }
                let singleY = Float.unary(function.op, function.a, function.b, single)
                let singleG = Float.unaryGradient(
                    function.op, function.a, function.b, single, singleY, gy.map { Float($0) })
                for index in signed.indices {
                    let x = signed[index]
                    let value = function.standIn ?? function.value
                    let slope = (value(x + step) - value(x - step)) / (2 * step) * gy[index]
                    #expect(abs(gx[index] - slope) <= 1e-6 * max(1, abs(slope)), "\(function.name)'(\(x)), \(path)")
                    #expect(
                        abs(Double(singleG[index]) - slope) <= 3e-5 * max(1, abs(slope)),
                        "\(function.name)'(\(x)), \(path)")
                }
            }
        }

        /// No path may fuse a product and a sum that another does not.
        @Test(arguments: functions)
        func pathsAgreeToTheBitOnGradients(function: Function) {
            var noise = Noise(24)
            let x: [Float] = noise.numbers(300)
            let gy: [Float] = noise.numbers(300)
            let start: [Float] = noise.numbers(300)
            var first: [Float]?
            onEveryPath { path in
                let y = Float.unary(function.op, 0.3, 0.7, x)
                var gx = start
                gs_unary_gradient_f32(function.op, 0.3, 0.7, 300, x, y, gy, &gx)
                #expect(same(y + gx, first ?? y + gx), "\(path)")
                first = y + gx
            }
        }

        @Test func noGradientComesFromNothing() {
            onEveryPath { _ in
                let x: [Float] = [0, -1, .infinity, .nan]
                for op in [GS_UNARY_SQRT, GS_UNARY_LOG, GS_UNARY_RECIPROCAL] {
                    let y = Float.unary(op, 0, 0, x)
                    #expect(Float.unaryGradient(op, 0, 0, x, y, [0, 0, 0, 0]) == [0, 0, 0, 0])
                }
            }
        }

        @Test func cornersHaveTheirSide() {
            onEveryPath { _ in
                #expect(Float.unaryGradient(GS_UNARY_RELU, 0, 0, [0], [0], [1]) == [0])
                #expect(Float.unaryGradient(GS_UNARY_ABS, 0, 0, [0], [0], [1]) == [0])
                #expect(Float.unaryGradient(GS_UNARY_LEAKY_RELU, 0.25, 0, [0], [0], [1]) == [0.25])
                #expect(Float.unaryGradient(GS_UNARY_CLIP, -1, 1, [-1, 1, 0], [-1, 1, 0], [1, 1, 1]) == [0, 0, 1])
            }
        }
    }
}

extension KernelsTests.Unary.Function {
    fileprivate func like(_ standIn: @escaping @Sendable (Double) -> Double) -> Self {
        var function = self
        function.standIn = standIn
        return function
    }
}

/// To so many binary places behind the first digit, the same distance below 2^least, and to infinity from `limit` on.
private func nearest(_ x: Double, places: Int, least: Int, limit: Double) -> Double {
    guard x.isFinite, x != 0 else { return x }
    guard x.magnitude < limit else { return x < 0 ? -.infinity : .infinity }
    let spacing = Double(sign: .plus, exponent: max(Int(x.exponent), least) - places, significand: 1)
    return Double(signOf: x, magnitudeOf: (x / spacing).rounded(.toNearestOrEven) * spacing)
}
