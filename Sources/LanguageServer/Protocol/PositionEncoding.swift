import Diagnostics

/// How columns are counted between client and server.
enum PositionEncoding: String, Codable {
    case utf8 = "utf-8"
    case utf16 = "utf-16"

    /// The offset in bytes; a place behind the end of its line is that end, as the protocol has it.
    func offset(of position: LSPPosition, in source: SourceFile) -> Int {
        guard position.line < source.lineCount else { return source.bytes.count }
        let line = source.lineRange(max(position.line, 0) + 1)
        guard position.character > 0 else { return line.lowerBound }
        if self == .utf8 { return min(line.lowerBound + position.character, line.upperBound) }
        var (offset, units) = (line.lowerBound, 0)
        while offset < line.upperBound, units < position.character {
            let length = source.bytes[offset].lengthOfCharacter
            units += length == 4 ? 2 : 1
            offset += length
        }
        return min(offset, line.upperBound)
    }

    func position(of offset: Int, in source: SourceFile) -> LSPPosition {
        let line = source.position(at: offset).line
        let range = source.lineRange(line)
        let end = min(max(offset, range.lowerBound), range.upperBound)
        if self == .utf8 { return LSPPosition(line: line - 1, character: end - range.lowerBound) }
        let units = source.bytes[range.lowerBound..<end].reduce(0) { $0 + $1.utf16Units }
        return LSPPosition(line: line - 1, character: units)
    }

    func range(of span: Span, in source: SourceFile) -> LSPRange {
        LSPRange(start: position(of: span.lower, in: source), end: position(of: span.upper, in: source))
    }
}

extension UInt8 {
    /// Of the UTF-8 sequence that begins with this byte.
    fileprivate var lengthOfCharacter: Int {
        switch self {
        case 0xF0...: 4
        case 0xE0...: 3
        case 0xC0...: 2
        default: 1
        }
    }

    /// What this byte adds: the first of a sequence counts, of one of four bytes for two.
    fileprivate var utf16Units: Int { self & 0xC0 == 0x80 ? 0 : self >= 0xF0 ? 2 : 1 }
}
