import Testing

@testable import Circuits

/// The field and the curve on the host, against known values and laws.
@Suite struct CurveTests {
    @Test func inversesAndRoots() {
        for number in [2, 3, 121_666, 1 << 40] {
            let residue = Residue(number)
            #expect(residue * residue.inverse == Residue(1))
            let square = residue * residue
            #expect(square.root == residue || square.root == Residue(0) - residue)
        }
        // -1 is a square modulo p, 2 is none.
        #expect(Residue(-1).root.map { $0 * $0 } == Residue(-1))
        #expect(Residue(2).root == nil)
    }

    @Test func bytesAreThoseBelowP() {
        let modulus: [UInt8] = [0xED] + Array(repeating: 0xFF, count: 30) + [0x7F]
        #expect(Residue(bytes: modulus) == nil)
        var below = modulus
        below[0] -= 1
        #expect(Residue(bytes: below) == Residue(-1))
        #expect(Residue(bytes: below)?.bytes == below)
        #expect(Residue(bytes: Array(repeating: 0xFF, count: 32)) == nil)
    }

    /// RFC 8032, section 5.1 and the first test of section 7.1.
    @Test func pointsOfTheStandard() {
        #expect(
            hex(CurvePoint.base.x.bytes.reversed())
                == "216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a")
        #expect(
            hex(CurvePoint.base.y.bytes.reversed())
                == "6666666666666666666666666666666666666666666666666666666666666658")
        let key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        #expect(CurvePoint(encoded: key)?.encoded == key)
    }

    @Test func additionsAreThoseOfAGroup() {
        let base = CurvePoint.base
        let twice = base + base
        #expect(((twice + base) + twice).encoded == ((base + twice) + twice).encoded)
        #expect((base + (-base)).encoded == CurvePoint.neutral.encoded)
        #expect((base + .neutral).encoded == base.encoded)
        // L times the base point, by the windows of its digits, is the neutral one.
        let windows = base.windows
        let sum = (0..<64).reduce(CurvePoint.neutral) { sum, window in
            sum + windows[16 * window + Scalar.order[window / 4] >> (4 * (window % 4)) & 15]
        }
        #expect(sum.encoded == CurvePoint.neutral.encoded)
    }

    @Test func powersOfTwoModuloTheOrder() {
        let powers = Scalar.powers(512)
        #expect(powers[252] == Array(repeating: 0, count: 15) + [0x1000])
        // 2^253 = 2^252 - c modulo L, for L = 2^252 + c.
        #expect(powers[253][0] == 0x10000 - 0xD3ED)
        #expect(powers.allSatisfy { $0.allSatisfy { (0..<0x10000).contains($0) } })
    }
}
