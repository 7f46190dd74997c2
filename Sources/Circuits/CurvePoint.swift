/// A point of edwards25519, x = X/Z, y = Y/Z, xy = T/Z: Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited",
/// 2008. The constants are those of RFC 8032, section 5.1.
package struct CurvePoint: Sendable {
    package let x, y, t, z: Residue

    /// -121665 / 121666
    static let d = Residue(-121_665) * Residue(121_666).inverse
    static let neutral = CurvePoint(x: Residue(0), y: Residue(1))
    /// The point of y = 4/5 whose x is even.
    package static let base = CurvePoint(encoded: (Residue(4) * Residue(5).inverse).bytes) ?? .neutral

    private init(x: Residue, y: Residue, t: Residue, z: Residue) { (self.x, self.y, self.t, self.z) = (x, y, t, z) }

    package init(x: Residue, y: Residue) { self.init(x: x, y: y, t: x * y, z: Residue(1)) }

    /// 32 bytes: y, and in the last bit whether x is odd; nil where there is no such point.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == 32, let y = Residue(bytes: bytes.dropLast() + [bytes[31] & 0x7F]) else { return nil }
        let square = y * y
        guard let root = ((square - Residue(1)) * (Self.d * square + Residue(1)).inverse).root else { return nil }
        let isOdd = bytes[31] >> 7 == 1
        if isOdd, root == Residue(0) { return nil }
        self.init(x: root.isOdd == isOdd ? root : Residue(0) - root, y: y)
    }

    package var encoded: [UInt8] {
        let scale = z.inverse
        var bytes = (y * scale).bytes
        if (x * scale).isOdd { bytes[31] |= 0x80 }
        return bytes
    }

    package static prefix func - (point: CurvePoint) -> CurvePoint {
        CurvePoint(x: Residue(0) - point.x, y: point.y, t: Residue(0) - point.t, z: point.z)
    }

    /// Complete: right for all points.
    package static func + (first: CurvePoint, second: CurvePoint) -> CurvePoint {
        let a = (first.y - first.x) * (second.y - second.x)
        let b = (first.y + first.x) * (second.y + second.x)
        let c = first.t * second.t * (d + d)
        let zz = first.z * second.z
        let (e, f, g, h) = (b - a, zz + zz - c, zz + zz + c, b + a)
        return CurvePoint(x: e * f, y: g * h, t: e * h, z: f * g)
    }

    /// 0, 1, ... 15 times 16^i times this point for each i of 0 to 63, with Z = 1: row 16 i + j is j · 16^i.
    var windows: [CurvePoint] {
        var points: [CurvePoint] = []
        var base = self
        for _ in 0..<64 {
            var row = Self.neutral
            for _ in 0..<16 {
                points.append(row)
                row = row + base
            }
            base = row
        }
        return Self.affine(points)
    }

    /// The same points with Z = 1, all by one inversion (Montgomery's trick).
    private static func affine(_ points: [CurvePoint]) -> [CurvePoint] {
        var before = [Residue(1)]
        for point in points { before.append(before[before.count - 1] * point.z) }
        var rest = before[points.count].inverse
        var result = points
        for place in points.indices.reversed() {
            let (point, scale) = (points[place], rest * before[place])
            result[place] = CurvePoint(x: point.x * scale, y: point.y * scale)
            rest = rest * point.z
        }
        return result
    }
}
