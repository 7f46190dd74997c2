/// The letters that byte-level vocabularies write bytes with: printable ones stand for themselves, others for letters from
/// U+0100 on. Source: Radford et al., "Language models are unsupervised multitask learners", 2019, its published encoder.
package enum ByteAlphabet {
    private static func isPlain(_ byte: Int) -> Bool {
        (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
    }

    /// The letter of each byte.
    private static let letters: [Unicode.Scalar] = {
        var next = 256
        return (0..<256).map { byte in
            if isPlain(byte) { return Unicode.Scalar(UInt8(byte)) }
            defer { next += 1 }
            return Unicode.Scalar(UInt32(next))!
        }
    }()

    /// The bytes of each letter, in UTF-8.
    static let encoded: [[UInt8]] = letters.map { Array(String($0).utf8) }

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: letters.enumerated().map { ($1.value, UInt8($0)) })

    /// The text's bytes as letters.
    static func written(_ text: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text { result += encoded[Int(byte)] }
        return result
    }

    /// The bytes that letters stand for; nil where one stands for none.
    package static func read(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        for letter in String(decoding: Array(text), as: UTF8.self).unicodeScalars {
            guard let byte = bytes[letter.value] else { return nil }
            result.append(byte)
        }
        return result
    }
}
