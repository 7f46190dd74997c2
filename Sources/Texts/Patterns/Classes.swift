import RegularExpressions
import Synchronization

/// Which code points a part of a pattern stands for: PCRE2 is asked, once for each part and its options.
enum Classes {
    private static let known = Mutex<[String: CodePointSet]>([:])

    /// The code points that a pattern of one sign matches, `[^a-f]` or `\p{Lu}`; nil where PCRE2 does not take it.
    /// `preamble` stands before everything.
    static func members(of atom: String, _ preamble: String) -> CodePointSet? {
        let pattern = "\(preamble)(?:\(atom))++"
        if let set = known.withLock({ $0[pattern] }) { return set }
        guard let expression = try? RegularExpression(pattern) else { return nil }
        guard let found = expression.ranges(in: everything, .valid) else { return nil }
        let set = CodePointSet(found.map { codePoint(at: $0.lowerBound)...codePoint(at: $0.upperBound, .last) })
        known.withLock { $0[pattern] = set }
        return set
    }

    /// All Unicode scalars in order, as UTF-8.
    private static let everything: [UInt8] = {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(0x44_0000)
        for range in [0..<0x80, 0x80..<0x800, 0x800..<0xD800, 0xE000..<0x10000, 0x10000..<0x110000] as [Range<UInt32>] {
            for codePoint in range {
                let low = UInt8(truncatingIfNeeded: codePoint & 0x3F | 0x80)
                if codePoint < 0x80 {
                    bytes.append(UInt8(truncatingIfNeeded: codePoint))
                    continue
                }
                if codePoint < 0x800 {
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 6 | 0xC0))
                } else if codePoint < 0x10000 {
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 12 | 0xE0))
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 6 & 0x3F | 0x80))
                } else {
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 18 | 0xF0))
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 12 & 0x3F | 0x80))
                    bytes.append(UInt8(truncatingIfNeeded: codePoint >> 6 & 0x3F | 0x80))
                }
                bytes.append(low)
            }
        }
        return bytes
    }()

    private enum Edge { case first, last }

    /// The code point that begins at a byte of `everything`, or the one that ends before it.
    private static func codePoint(at byte: Int, _ edge: Edge = .first) -> UInt32 {
        let (two, three, private_, four) = (
            0x80, 0x80 + 2 * 0x780, 0x80 + 2 * 0x780 + 3 * 0xD000, 0x80 + 2 * 0x780 + 3 * 0xF000
        )
        let byte = edge == .first ? byte : byte - 1
        switch byte {
        case ..<two: return UInt32(byte)
        case ..<three: return UInt32(0x80 + (byte - two) / 2)
        case ..<private_: return UInt32(0x800 + (byte - three) / 3)
        case ..<four: return UInt32(0xE000 + (byte - private_) / 3)
        default: return UInt32(0x10000 + (byte - four) / 4)
        }
    }
}
