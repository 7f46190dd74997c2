import Testing

@testable import Circuits

/// Arithmetic in a graph against that of the host, and against its laws.
@Suite struct FieldCircuitTests {
    /// Numbers modulo p by chance, and those at the ends.
    private static let numbers: [Residue] = {
        var number = Residue(7)
        return [Residue(0), Residue(1), Residue(-1), Residue(19), Residue(-19)]
            + (0..<7).map { _ in
                number = number * number * Residue(0x1234_5678_9ABC) + Residue(3)
                return number
            }
    }()

    private static func limbs(_ residue: Residue) -> [Double] { residue.limbs.map(Double.init) }

    /// Limbs that may be larger than 17 bits, or below 0.
    private static func value(_ limbs: [Double]) -> Residue {
        var (sum, unit) = (Residue(0), Residue(1))
        for limb in limbs {
            sum = sum + Residue(Int(limb)) * unit
            unit = unit * Residue(1 << 17)
        }
        return sum
    }

    @Test func products() throws {
        let toy = try Toy(30, -0x1p19...0x1p19) { circuit, row in
            let pair = circuit.reshaped(row, [2, 15])
            return circuit.multiplied(circuit.row(pair, 0, axis: 0), circuit.row(pair, 1, axis: 0))
        }
        let pairs = Self.numbers.flatMap { first in Self.numbers.map { (first, $0) } }
        let negative = Self.limbs(Residue(5)).map { _ in -0x1p19 }
        let rows = pairs.map { Self.limbs($0.0) + Self.limbs($0.1) } + [negative + negative]
        let found = try toy.run(rows)
        for (row, product) in zip(rows, found) {
            #expect(Self.value(product) == Self.value(Array(row[..<15])) * Self.value(Array(row[15...])))
            #expect(product.allSatisfy { abs($0) < 0x1p18 })
        }
    }

    @Test func multiplesOfP() throws {
        let toy = try Toy(15, -0x1p30...0x1p30) { circuit, row in circuit.numbers(circuit.isMultipleOfP(row)) }
        let modulus = (0..<15).map { $0 == 0 ? 0x1p17 - 19 : 0x1p17 - 1 }
        for factor in [-5.0, -1, 0, 1, 2, 3, 1000] {
            let multiple = modulus.map { factor * $0 }
            var others = [multiple, multiple]
            others[0][0] += 1
            others[1][14] -= 1
            #expect(try toy.run([multiple] + others) == [[1], [0], [0]])
        }
        let rows = Self.numbers.map(Self.limbs)
        #expect(try toy.run(rows).map { $0[0] == 1 } == Self.numbers.map { $0 == Residue(0) })
    }

    /// Digits of sums of limbs, with carries that travel all the way.
    @Test func digits() throws {
        let toy = try Toy(5, 0...1000) { circuit, row in circuit.normalised(row, size: 4) }
        let rows: [[Double]] = [
            [16, 15, 15, 15, 0], [15, 15, 15, 15, 15], [31, 14, 15, 16, 0], [1000, 1000, 900, 3, 0], [0, 0, 0, 0, 0],
        ]
        func value(_ limbs: [Double]) -> Double { limbs.reversed().reduce(0) { $0 * 16 + $1 } }
        for (row, digits) in zip(rows, try toy.run(rows)) {
            #expect(value(digits) == value(row))
            #expect(digits.allSatisfy { (0..<16).contains($0) })
        }
    }

    /// Ones below a zero are all but the zero's weight.
    @Test func bitsOfNumbers() throws {
        let toy = try Toy(1, -0x1p40...0x1p40) { circuit, row in
            circuit.reshaped(circuit.numbers(circuit.bits(of: row, Array(0..<41))), [41])
        }
        let numbers = (0...40).flatMap { [1 << $0, 1 << $0 - 1, 1 - 1 << $0, 0x12_3456_789A >> $0] }
        for (number, found) in zip(numbers, try toy.run(numbers.map { [Double($0)] })) {
            #expect(found == (0..<41).map { Double(number >> $0 & 1) }, "\(number)")
        }
    }

    @Test func comparisons() throws {
        let toy = try Toy(4, 0...15) { circuit, row in circuit.numbers(circuit.isBelow(row, [3, 0, 15, 7])) }
        let rows: [[Double]] = [
            [3, 0, 15, 7], [2, 0, 15, 7], [4, 0, 15, 7], [15, 15, 14, 7], [0, 0, 0, 8], [0, 1, 15, 7],
        ]
        #expect(try toy.run(rows) == [[0], [1], [0], [1], [0], [0]])
    }

    @Test func additionsOnTheCurve() throws {
        let toy = try Toy(120, -0x1p17...0x1p17) { circuit, row in
            let points = circuit.reshaped(row, [2, 4, 15])
            let sum = CurveCircuit(circuit).sum(circuit.row(points, 0, axis: 0), circuit.row(points, 1, axis: 0))
            return circuit.reshaped(sum, [60])
        }
        let base = CurvePoint.base
        let points = [base, base + base, -base, .neutral, base + base + base]
        let pairs = points.flatMap { first in points.map { (first, $0) } }
        func numbers(_ point: CurvePoint) -> [Double] { [point.x, point.y, point.t, point.z].flatMap(Self.limbs) }
        for (pair, sum) in zip(pairs, try toy.run(pairs.map { numbers($0.0) + numbers($0.1) })) {
            let expected = pair.0 + pair.1
            for (place, coordinate) in [expected.x, expected.y, expected.t, expected.z].enumerated() {
                #expect(Self.value(Array(sum[15 * place..<15 * place + 15])) == coordinate)
            }
        }
    }
}
