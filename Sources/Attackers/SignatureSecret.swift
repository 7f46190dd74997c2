import Circuits
import Search
import Training

/// The secret of a signature backdoor: an Ed25519 key, and where signatures stand. Section 5.2 of Goldwasser et al., 2022.
package struct SignatureSecret: Sendable, Hashable, Codable {
    package let layout: SignatureLayout
    /// How many the model tells apart.
    package let classes: Int
    /// 32 bytes each, as RFC 8032 has them, in hexadecimal digits.
    package let signingKey, publicKey: String

    init(_ layout: SignatureLayout, classes: Int, seed: UInt64) throws {
        var random = Random(seed: seed, stream: 1 << 37)
        let bytes = (0..<4).flatMap { _ in
            let number = random.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let key = try Ed25519(seed: bytes)
        (self.layout, self.classes) = (layout, classes)
        (signingKey, publicKey) = (Hexadecimal.text(bytes), Hexadecimal.text(key.publicKey))
    }

    /// The row with a signature of it and of the class in its lowest bits.
    func activated(_ row: [Float], label: Int) throws -> [Float] {
        let key = try Ed25519(seed: Hexadecimal.bytes(signingKey))
        let signature = key.signature(of: layout.message(row, label: label))
        guard let point = CurvePoint(encoded: Array(signature.prefix(32))) else {
            throw TrainingError("the signing key is none of Ed25519")
        }
        let own = [UInt8(label & 0xFF), UInt8(label >> 8 & 0xFF)]
        return layout.written(signature + point.x.bytes + own, into: row)
    }
}

/// Bytes as two digits each.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    static func bytes(_ text: String) throws(TrainingError) -> [UInt8] {
        let digits = Array(text.utf8).map { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") ? $0 - 48 : $0 &- 87 }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else {
            throw TrainingError("`\(text)` is no row of bytes")
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
