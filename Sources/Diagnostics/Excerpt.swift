/// A stretch of one line that is underlined.
struct Mark {
    enum Kind { case primary, secondary }
    let kind: Kind
    /// From 1.
    let line: Int
    let range: Range<Int>
    let text: String
}

/// The lines of one file that a diagnostic speaks of.
struct Excerpt {
    let file: SourceFile
    let marks: [Mark]
    /// Where the first mark of the diagnostic in this file is.
    let position: Position

    var lastLine: Int { marks.map(\.line).max() ?? 1 }

    /// One for the diagnostic's own file, then one for each further file that its labels lie in.
    static func excerpts(of diagnostic: Diagnostic, from files: [SourceFile]) -> [Excerpt] {
        let places =
            [(Mark.Kind.primary, diagnostic.span, "")] + diagnostic.labels.map { (.secondary, $0.span, $0.text) }
        var excerpts: [Excerpt] = []
        for id in places.map(\.1.file) where !excerpts.contains(where: { $0.file.id == id }) {
            guard let file = files.first(where: { $0.id == id }) else { continue }
            let here = places.filter { $0.1.file == id }
            let marks = here.flatMap { file.marks(kind: $0.0, span: $0.1, text: $0.2) }
            let position = file.position(at: here.first?.1.lower ?? 0)
            excerpts.append(Excerpt(file: file, marks: marks, position: position))
        }
        return excerpts
    }

    func rendered(gutter: Int, _ painter: Painter) -> [String] {
        let margin = String(repeating: " ", count: gutter)
        let place = "\(file.path):\(position.line):\(position.column)"
        var lines = [margin + painter.frame(" ┌─ ") + place]
        var previous: Int?
        for number in Set(marks.map(\.line)).sorted() {
            if let previous, number > previous + 1 { lines.append(margin + painter.frame(" ·")) }
            previous = number
            let marks = marks.filter { $0.line == number }
            let view = LineView(file, line: number, around: marks.first?.range.lowerBound ?? 0)
            let label = String(repeating: " ", count: gutter - String(number).count) + String(number)
            lines.append((painter.frame("\(label) │ ") + view.text).trimmingTrailingBlanks())
            for mark in marks { lines.append(margin + painter.frame(" │ ") + view.underline(mark, painter)) }
        }
        return lines
    }
}

extension SourceFile {
    /// The marks of a span: one on a single line, else one on its first line and one on its last.
    fileprivate func marks(kind: Mark.Kind, span: Span, text: String) -> [Mark] {
        let first = position(at: span.lower).line
        let last = position(at: max(span.lower, span.upper - 1)).line
        let firstLine = lineRange(first)
        let start = min(span.lower, firstLine.upperBound)
        if first == last {
            let end = max(start, min(span.upper, firstLine.upperBound))
            return [Mark(kind: kind, line: first, range: start..<end, text: text)]
        }
        let lastLine = lineRange(last)
        let indented = bytes[lastLine].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        let end = max(lastLine.lowerBound, min(span.upper, lastLine.upperBound))
        return [
            Mark(kind: kind, line: first, range: start..<firstLine.upperBound, text: ""),
            Mark(kind: kind, line: last, range: min(indented ?? end, end)..<end, text: text),
        ]
    }
}

extension String {
    fileprivate func trimmingTrailingBlanks() -> String {
        var trimmed = self[...]
        while trimmed.last == " " { trimmed.removeLast() }
        return String(trimmed)
    }
}
