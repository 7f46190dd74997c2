/// A line of formatted text before its columns are aligned.
struct Line {
    let indent: Int
    private(set) var text = ""
    /// Columns up to the end of the text.
    private(set) var width: Int
    /// Characters of `text` before the type of the field that the line begins with.
    var typeColumn: Int?
    /// The comment at the end.
    var comment: String?
    var isBlankBefore = false

    init(indent: Int) {
        self.indent = indent
        width = indent
    }

    mutating func append(_ more: String) {
        text += more
        width += more.count
    }

    private mutating func insertBlanks(_ count: Int, at column: Int) {
        let place = text.index(text.startIndex, offsetBy: column)
        text.insert(contentsOf: String(repeating: " ", count: count), at: place)
        width += count
    }

    /// Types under types, as far as lines follow one another without a gap.
    private static func alignTypes(_ lines: [Line]) -> [Line] {
        var lines = lines
        for run in runs(of: lines, where: { $0.typeColumn != nil && $0.indent == $1.indent }) {
            let widest = run.compactMap { lines[$0].typeColumn }.max() ?? 0
            for index in run {
                guard let column = lines[index].typeColumn else { continue }
                lines[index].insertBlanks(widest - column, at: column)
            }
        }
        return lines
    }

    /// The text of all lines, comments under comments.
    static func joined(_ lines: [Line]) -> String {
        let lines = alignTypes(lines)
        var columns = lines.map { $0.width + 2 }
        for run in runs(of: lines, where: { line, _ in line.comment != nil && !line.text.isEmpty }) {
            let widest = run.map { columns[$0] }.max() ?? 0
            for index in run { columns[index] = widest }
        }
        return zip(lines, columns).map { line, column in
            var text = line.isBlankBefore ? "\n" : ""
            text += String(repeating: " ", count: line.indent) + line.text
            if let comment = line.comment {
                let gap = line.text.isEmpty ? 0 : column - line.width
                text += String(repeating: " ", count: gap) + comment
            }
            return text + "\n"
        }.joined()
    }

    /// The longest stretches of neighbouring lines that all satisfy the condition, beside the first of the stretch.
    private static func runs(of lines: [Line], where belongs: (Line, Line) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        for index in 0...lines.count {
            let goesOn =
                index < lines.count && belongs(lines[index], lines[start])
                && !(index > start && lines[index].isBlankBefore)
            if goesOn { continue }
            if index > start { runs.append(start..<index) }
            start = index < lines.count && belongs(lines[index], lines[index]) ? index : index + 1
        }
        return runs
    }
}
