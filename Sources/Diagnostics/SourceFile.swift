/// The bytes of one file and the path it is known by; finds lines and columns.
///
/// The bytes need not be UTF-8: whatever is not is shown as U+FFFD. Lines end at `\n`, `\r\n` or a lone `\r`.
package struct SourceFile: Sendable {
    /// Tells the files of one spec apart: a `Span` names its file by it. The reader numbers files from 0 in the order read.
    package struct ID: Hashable, Comparable, Sendable {
        package let number: UInt32
        package init(_ number: UInt32) { self.number = number }
        package static func < (left: ID, right: ID) -> Bool { left.number < right.number }
    }

    package let id: ID
    package let path: String
    package let bytes: [UInt8]
    /// The offset at which each line begins; never empty.
    package let lineStarts: [UInt32]

    /// At most `UInt32.max` bytes are kept: offsets are 32 bits wide.
    package init(path: String, bytes: [UInt8], id: ID = ID(0)) {
        self.id = id
        self.path = path
        self.bytes = bytes.count <= Int(UInt32.max) ? bytes : Array(bytes.prefix(Int(UInt32.max)))
        lineStarts = SourceFile.findLineStarts(in: self.bytes)
    }

    package init(path: String, text: String, id: ID = ID(0)) {
        self.init(path: path, bytes: Array(text.utf8), id: id)
    }

    package var lineCount: Int { lineStarts.count }

    /// Everything, from the first byte to behind the last.
    package var span: Span { Span(file: id, 0..<bytes.count) }

    /// The text under a span; the part of the span that lies outside the file is left out.
    package func text(_ span: Span) -> String {
        String(decoding: bytes[clamp(span.lower)..<clamp(span.upper)], as: UTF8.self)
    }

    /// Line and column, both from 1; a column is one Unicode scalar. O(log lines + length of the line).
    package func position(at offset: Int) -> Position {
        let offset = clamp(offset)
        let line = lineIndex(at: offset)
        let before = String(decoding: bytes[Int(lineStarts[line])..<offset], as: UTF8.self)
        return Position(line: line + 1, column: before.unicodeScalars.count + 1)
    }

    /// Byte offsets of line `number` (from 1), its line end left out.
    package func lineRange(_ number: Int) -> Range<Int> {
        guard lineStarts.indices.contains(number - 1) else { return bytes.count..<bytes.count }
        let start = Int(lineStarts[number - 1])
        var end = number < lineStarts.count ? Int(lineStarts[number]) : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\n"), number < lineStarts.count { end -= 1 }
        if end > start, bytes[end - 1] == UInt8(ascii: "\r"), number < lineStarts.count { end -= 1 }
        return start..<end
    }

    /// The line, from 0, that holds the byte at `offset`.
    private func lineIndex(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        return low
    }

    private func clamp(_ offset: Int) -> Int { min(max(offset, 0), bytes.count) }

    private static func findLineStarts(in bytes: [UInt8]) -> [UInt32] {
        var starts: [UInt32] = [0]
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            let isPair = byte == UInt8(ascii: "\r") && offset < bytes.count && bytes[offset] == UInt8(ascii: "\n")
            if !isPair { starts.append(UInt32(offset)) }
        }
        return starts
    }
}

/// A place as people count it: line and column from 1.
package struct Position: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int

    package static func < (left: Position, right: Position) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
