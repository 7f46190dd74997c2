/// A line as a terminal shows it, and the column at which each of its bytes is shown.
///
/// Tabs become blanks; what cannot or must not be shown (control and bidirectional signs, bytes that are not UTF-8)
/// becomes U+FFFD. Of a long line only the part around a place is shown.
struct LineView {
    private(set) var text = ""
    /// For each byte from `start` on the column, from 0, at which its character is shown; one more for the end.
    private var columns: [Int] = []
    private let start: Int

    private static let longest = 240

    init(_ file: SourceFile, line: Int, around offset: Int) {
        let range = LineView.window(of: file.lineRange(line), in: file.bytes, around: offset)
        start = range.lowerBound
        var column = 0
        if start > file.lineRange(line).lowerBound { show("…", at: &column) }
        var bytes = file.bytes[range].makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        reading: while true {
            switch parser.parseScalar(from: &bytes) {
            case .valid(let encoded): append(Unicode.UTF8.decode(encoded), length: encoded.count, &column)
            case .error(let length): append("\u{FFFD}", length: length, &column)
            case .emptyInput: break reading
            }
        }
        columns.append(column)
        if range.upperBound < file.lineRange(line).upperBound { show("…", at: &column) }
    }

    func underline(_ mark: Mark, _ painter: Painter) -> String {
        let from = column(at: mark.range.lowerBound)
        let to = max(column(at: mark.range.upperBound), from + 1)
        let sign = mark.kind == .primary ? "^" : "-"
        let signs = String(repeating: sign, count: to - from)
        let text = mark.text.isEmpty ? signs : signs + " " + mark.text.shown
        return String(repeating: " ", count: from) + painter.mark(text, mark.kind)
    }

    private func column(at offset: Int) -> Int { columns[min(max(offset - start, 0), columns.count - 1)] }

    private mutating func append(_ scalar: Unicode.Scalar, length: Int, _ column: inout Int) {
        columns += Array(repeating: column, count: length)
        if scalar == "\t" {
            let width = 4 - column % 4
            return show(String(repeating: " ", count: width), at: &column)
        }
        show(scalar.isShown ? String(scalar) : "\u{FFFD}", at: &column)
    }

    private mutating func show(_ shown: String, at column: inout Int) {
        text += shown
        column += shown.unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// The part of a line to show, cut between characters.
    private static func window(of line: Range<Int>, in bytes: [UInt8], around offset: Int) -> Range<Int> {
        guard line.count > longest else { return line }
        var start = max(line.lowerBound, min(offset - longest / 3, line.upperBound - longest))
        while start < line.upperBound, start > line.lowerBound, bytes[start] & 0xC0 == 0x80 { start += 1 }
        var end = min(line.upperBound, start + longest)
        while end > start, end < line.upperBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return start..<end
    }
}

extension Unicode.Scalar {
    var isShown: Bool {
        if isPlain { return true }
        return switch properties.generalCategory {
        case .control, .surrogate, .lineSeparator, .paragraphSeparator: false
        case .format: self == "\u{200D}"
        default: true
        }
    }

    /// ASCII, controls aside: most of what is shown, and quickly told.
    private var isPlain: Bool { value >= 0x20 && value < 0x7F }

    /// Columns on a terminal: none for marks that combine, two for wide East Asian signs and emoji (Unicode TR11).
    var displayWidth: Int {
        if isPlain { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension String {
    /// What a message quotes of a file may hold anything: what cannot be seen is a mark, as it is in the line above it.
    var shown: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isShown || $0 == "\n" ? $0 : "\u{FFFD}" }))
    }
}
