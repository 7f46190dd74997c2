/// Texts as the tensors that compute with them: code points in Float64, filled up with -1.
package enum CodePoints {
    /// What stands behind a text's end.
    package static let filler = -1.0

    package static func of(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// What is no Unicode scalar is the replacement character.
    package static func text(_ codePoints: [UInt32]) -> String {
        var scalars = String.UnicodeScalarView()
        for codePoint in codePoints { scalars.append(Unicode.Scalar(codePoint) ?? "\u{FFFD}") }
        return String(scalars)
    }

    package static func utf8(_ codePoints: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(codePoints.count)
        for codePoint in codePoints {
            if codePoint < 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: codePoint))
            } else {
                bytes += UTF8.encode(Unicode.Scalar(codePoint) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter
            }
        }
        return bytes
    }

    /// A text of a tensor: what stands before the first filler.
    package static func read(_ numbers: some Sequence<Double>) -> [UInt32] {
        var result: [UInt32] = []
        for number in numbers {
            guard number >= 0 else { break }
            result.append(UInt32(exactly: number) ?? 0xFFFD)
        }
        return result
    }

    /// A tensor of `count` numbers; what is longer is cut off.
    package static func numbers(_ codePoints: [UInt32], count: Int) -> [Double] {
        var result = codePoints.prefix(count).map(Double.init)
        result += repeatElement(filler, count: count - result.count)
        return result
    }
}
