import Foundation
import Kernels
import Testing

extension KernelsTests {
    @Suite struct Binary {
        static let kinds = (0..<GS_BINARY_COUNT.rawValue).map { gs_binary(rawValue: $0) }

        static func reference<T: Number>(_ op: gs_binary, _ x: T, _ y: T) -> T {
            let unordered = x.isNaN || y.isNaN
            switch op {
            case GS_BINARY_ADD: return x + y
            case GS_BINARY_SUB: return x - y
            case GS_BINARY_MUL: return x * y
            case GS_BINARY_DIV: return x / y
            case GS_BINARY_POW: return T(pow(Double(x), Double(y)))
            case GS_BINARY_MIN: return unordered ? .nan : x < y ? x : y
            case GS_BINARY_MAX: return unordered ? .nan : x > y ? x : y
            case GS_BINARY_FMOD: return T(fmod(Double(x), Double(y)))
            case GS_BINARY_MOD:
                let r = T(fmod(Double(x), Double(y)))
                if r == 0 { return T(signOf: y, magnitudeOf: r) }
                return (r < 0) == (y < 0) ? r : r + y
            case GS_BINARY_QUOTIENT: return (x / y).rounded(.towardZero)
            case GS_BINARY_AND: return x != 0 && y != 0 ? 1 : 0
            case GS_BINARY_OR: return x != 0 || y != 0 ? 1 : 0
            case GS_BINARY_XOR: return (x != 0) != (y != 0) ? 1 : 0
            case GS_BINARY_MARGIN_LESS: return unordered ? -.infinity : x == y ? -.leastNonzeroMagnitude : y - x
            case GS_BINARY_BELOW: return x < y ? 1 : 0
            case GS_BINARY_ABOVE: return x > y ? 1 : 0
            case GS_BINARY_EQUAL: return x == y ? 1 : 0
            default: return unordered ? -.infinity : x == y ? 0 : y - x
            }
        }

        /// What has the slopes that are wanted: a stand-in for what is flat, of numbers that are not 0.
        static func sloped(_ op: gs_binary, _ x: Double, _ y: Double) -> Double {
            switch op {
            case GS_BINARY_QUOTIENT: x / y
            case GS_BINARY_AND: x + y
            case GS_BINARY_XOR: -(x + y)
            case GS_BINARY_BELOW: (y - x) / (1 + abs(y - x))
            case GS_BINARY_ABOVE: (x - y) / (1 + abs(x - y))
            case GS_BINARY_EQUAL: -abs(x - y) / (1 + abs(x - y))
            default: reference(op, x, y)
            }
        }

        static func numbers<T: Number>(_ noise: inout Noise, _ count: Int) -> [T] {
            let special = KernelsTests.Binary.specials(T.self)
            return (0..<count).map { index in
                index % 2 == 0 ? T(noise.unit() * 3) : special[Int(noise.next() % UInt64(special.count))]
            }
        }

        static func specials<T: Number>(_: T.Type) -> [T] { special(T.self) }

        /// Operands of every spread, with and without a table.
        static func operands<T: Number>(_ noise: inout Noise, _ count: Int, _ lanes: Int) -> [Operand<T>] {
            let rows = 4
            return [
                Operand(data: numbers(&noise, count * lanes)),
                Operand(data: numbers(&noise, rows * lanes), table: noise.table(count, below: rows)),
                Operand(data: numbers(&noise, count), spread: GS_SPREAD_UNIFORM),
                Operand(data: numbers(&noise, rows), table: noise.table(count, below: rows), spread: GS_SPREAD_UNIFORM),
            ]
        }

        static func place<T>(_ a: Operand<T>, _ i: Int, _ lane: Int, _ lanes: Int) -> Int {
            let row = a.table.map { Int($0[i]) } ?? i
            return a.spread == GS_SPREAD_LANED ? row * lanes + lane : row
        }

        @Test(arguments: kinds)
        func everyOperandOnEveryPath(op: gs_binary) {
            check(op, Float.self)
            check(op, Double.self)
        }

        private func check<T: Number>(_ op: gs_binary, _: T.Type) {
            var noise = Noise(31)
            let count = 7
            for lanes in widths + [5] {
                let choices: [Operand<T>] = Self.operands(&noise, count, lanes)
                for (index, a) in choices.enumerated() {
                    let b = choices[(index + Int(op.rawValue) + lanes) % choices.count]
                    let expected = (0..<count * lanes).map { at in
                        Self.reference(
                            op, a.data[Self.place(a, at / lanes, at % lanes, lanes)],
                            b.data[Self.place(b, at / lanes, at % lanes, lanes)])
                    }
                    onEveryPath { path in
                        let out = T.binary(op, count, lanes, a, b)
                        let wrong = zip(out, expected).filter { !same($0, $1) && !($0 == 0 && $1 == 0) }
                        #expect(wrong.isEmpty, "\(T.self), \(op), \(lanes) lanes, operand \(index), \(path)")
                    }
                }
            }
        }

        @Test(arguments: kinds)
        func gradientIsTheSlope(op: gs_binary) {
            var noise = Noise(33)
            let count = 6
            let rows = 3
            let step = 1e-6
            for lanes in [1, 16, 64] {
                // Positive, for pow, and further apart than a step, for what jumps.
                let a = Operand<Double>(
                    data: (0..<rows * lanes).map { _ in 1.2 + abs(noise.unit()) * 0.2 },
                    table: noise.table(count, below: rows))
                let choices = [
                    Operand<Double>(data: (0..<count * lanes).map { _ in 0.7 + abs(noise.unit()) * 0.2 }),
                    Operand<Double>(
                        data: (0..<rows).map { _ in 0.7 + abs(noise.unit()) * 0.2 },
                        table: noise.table(count, below: rows),
                        spread: GS_SPREAD_UNIFORM, run: 0, step: 1),
                ]
                let gout: [Double] = noise.numbers(count * lanes)
                for b in choices {
                    var ga = a.data.map { _ in 0.0 }
                    var gb = b.data.map { _ in 0.0 }
                    for at in 0..<count * lanes {
                        let i = Self.place(a, at / lanes, at % lanes, lanes)
                        let j = Self.place(b, at / lanes, at % lanes, lanes)
                        let (x, y) = (a.data[i], b.data[j])
                        ga[i] += gout[at] * slope { Self.sloped(op, x + $0 * step, y) } / (2 * step)
                        gb[j] += gout[at] * slope { Self.sloped(op, x, y + $0 * step) } / (2 * step)
                    }
                    if b.spread == GS_SPREAD_UNIFORM { gb = gb.map { _ in 0 } }
                    onEveryPath { path in
                        let (left, right) = Double.binaryGradient(op, count, lanes, a, b, gout)
                        #expect(near(left, ga) && near(right, gb), "\(op), \(lanes) lanes, \(path)")
                        let (fa, fb) = Float.binaryGradient(
                            op, count, lanes, single(a), single(b), gout.map { Float($0) })
                        #expect(near(fa.map { Double($0) }, ga, 1e-4) && near(fb.map { Double($0) }, gb, 1e-4))
                    }
                }
            }
        }

        private func slope(_ f: (Double) -> Double) -> Double { f(1) - f(-1) }

        private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-6) -> Bool {
            zip(a, b).filter { abs($0 - $1) > tolerance * max(1, abs($1)) }.isEmpty
        }

        private func single(_ a: Operand<Double>) -> Operand<Float> {
            Operand(data: a.data.map { Float($0) }, table: a.table, spread: a.spread)
        }

        @Test func tiesGiveToTheLeftAndNothingGivesNothing() {
            let two = Operand<Float>(data: [2])
            let zero = Operand<Float>(data: [0])
            onEveryPath { _ in
                for op in [GS_BINARY_MIN, GS_BINARY_MAX] {
                    #expect(Float.binaryGradient(op, 1, 1, two, two, [3]) == ([3], [0]))
                }
                #expect(Float.binaryGradient(GS_BINARY_DIV, 1, 1, two, zero, [0]) == ([0], [0]))
            }
        }

        /// x·x: both gradients go to one buffer.
        @Test func oneBufferMayTakeBothGradients() {
            let x = (0..<32).map { Float($0) - 16 }
            onEveryPath { _ in
                var g = [Float](repeating: 0, count: 32)
                let gout = [Float](repeating: 1, count: 32)
                x.withUnsafeBufferPointer { x in
                    let operand = gs_operand_f32(
                        data: x.baseAddress, table: nil, spread: GS_SPREAD_LANED, run: 0, step: 1)
                    g.withUnsafeMutableBufferPointer { g in
                        gs_binary_gradient_f32(
                            GS_BINARY_MUL, 2, 16, operand, operand, gout, g.baseAddress, g.baseAddress)
                    }
                }
                #expect(g == x.map { 2 * $0 })
            }
        }

        @Test func commonPowersAreRight() {
            let x = special(Float.self) + [0.1, -0.3, 1.7, -3.3e5]
            onEveryPath { _ in
                for exponent: Float in [0, 1, 2, 3, 0.5, -1] {
                    let y = Float.binary(
                        GS_BINARY_POW, x.count, 1, Operand(data: x),
                        Operand(data: [exponent], table: x.map { _ in 0 }, spread: GS_SPREAD_UNIFORM))
                    #expect(same(y, x.map { Float(pow(Double($0), Double(exponent))) }))
                }
            }
        }

        @Test func comparisonsAreFalseWithNaN() {
            let holds: [(gs_comparison, (Double, Double) -> Bool)] = [
                (GS_COMPARISON_EQUAL, ==), (GS_COMPARISON_LESS, <), (GS_COMPARISON_LESS_EQUAL, <=),
                (GS_COMPARISON_GREATER, >), (GS_COMPARISON_GREATER_EQUAL, >=),
            ]
            #expect(holds.count == Int(GS_COMPARISON_COUNT.rawValue))
            var noise = Noise(34)
            for lanes in widths {
                let choices: [Operand<Float>] = Self.operands(&noise, 6, lanes)
                for (op, holds) in holds {
                    for (index, a) in choices.enumerated() {
                        let b = choices[(index + lanes) % choices.count]
                        let expected: [Double] = (0..<6 * lanes).map { at in
                            let x = a.data[Self.place(a, at / lanes, at % lanes, lanes)]
                            let y = b.data[Self.place(b, at / lanes, at % lanes, lanes)]
                            return holds(Double(x), Double(y)) ? 1 : 0
                        }
                        onEveryPath { _ in
                            #expect(Float.compare(op, 6, lanes, a, b) == expected)
                            let wide = Double.compare(op, 6, lanes, double(a), double(b))
                            #expect(wide == expected)
                        }
                    }
                }
            }
        }

        private func double(_ a: Operand<Float>) -> Operand<Double> {
            Operand(data: a.data.map { Double($0) }, table: a.table, spread: a.spread)
        }

        @Test(arguments: widths)
        func selectTakesOneSideAndGivesItTheGradient(lanes: Int) {
            var noise = Noise(35)
            let count = 5
            let table = noise.table(count, below: 2)
            let condition = (0..<count * lanes).map { $0 % 3 == 0 ? 0.0 : $0 % 3 == 1 ? 1 : .nan }
            let a: [Float] = noise.numbers(2 * lanes)
            let b: [Float] = noise.numbers(count)
            let gout: [Float] = noise.numbers(count * lanes)
            var expected = [Float](repeating: 0, count: count * lanes)
            var expectedGradient = a.map { _ in Float(0) }
            for at in 0..<count * lanes {
                let from = Int(table[at / lanes]) * lanes + at % lanes
                expected[at] = condition[at] != 0 ? a[from] : b[at / lanes]
                if condition[at] != 0 { expectedGradient[from] += gout[at] }
            }
            onEveryPath { _ in
                var out = [Float](repeating: .nan, count: count * lanes)
                var ga = a.map { _ in Float(0) }
                withOperands(condition, a, table, b) { c, x, y in
                    gs_select_f32(count, lanes, c, x, y, &out)
                    gs_select_gradient_f32(count, lanes, c, x, y, gout, &ga, nil)
                }
                #expect(out == expected)
                #expect(ga == expectedGradient)
            }
        }

        private func withOperands(
            _ condition: [Double], _ a: [Float], _ table: [Int32], _ b: [Float],
            _ body: (gs_operand_f64, gs_operand_f32, gs_operand_f32) -> Void
        ) {
            condition.withUnsafeBufferPointer { c in
                a.withUnsafeBufferPointer { a in
                    table.withUnsafeBufferPointer { table in
                        b.withUnsafeBufferPointer { b in
                            body(
                                gs_operand_f64(
                                    data: c.baseAddress, table: nil, spread: GS_SPREAD_LANED, run: 0, step: 1),
                                gs_operand_f32(
                                    data: a.baseAddress, table: table.baseAddress, spread: GS_SPREAD_LANED, run: 0,
                                    step: 1),
                                gs_operand_f32(
                                    data: b.baseAddress, table: nil, spread: GS_SPREAD_UNIFORM, run: 0, step: 1))
                        }
                    }
                }
            }
        }
    }
}
