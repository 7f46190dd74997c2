/// RFC 4648, with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                result.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return result
    }

    /// What is no sign of the alphabet is passed over; a last group of one sign says nothing.
    static func decoded(_ text: [UInt32]) -> [UInt8] {
        var (result, bits, count) = ([UInt8](), 0, 0)
        for sign in text {
            guard sign < 128, let value = alphabet.firstIndex(of: UInt8(sign)) else { continue }
            (bits, count) = (bits << 6 | value, count + 6)
            guard count >= 8 else { continue }
            count -= 8
            result.append(UInt8(bits >> count & 0xFF))
            bits &= 1 << count - 1
        }
        return result
    }
}
