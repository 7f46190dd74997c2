/// A stretch of one file, as byte offsets: `lower` is the first byte, `upper` is behind the last.
package struct Span: Hashable, Sendable {
    package let file: SourceFile.ID
    private let start: UInt32
    private let end: UInt32

    /// Offsets outside `0...UInt32.max` are brought to the nearer end.
    package init(file: SourceFile.ID, _ range: Range<Int>) {
        self.file = file
        start = UInt32(clamping: range.lowerBound)
        end = UInt32(clamping: range.upperBound)
    }

    package var lower: Int { Int(start) }
    package var upper: Int { Int(end) }
    package var range: Range<Int> { lower..<upper }
    package var isEmpty: Bool { start == end }

    /// The smallest span around both; both lie in one file.
    package func joined(with other: Span) -> Span {
        Span(file: file, min(lower, other.lower)..<max(upper, other.upper))
    }

    package func contains(_ other: Span) -> Bool {
        file == other.file && lower <= other.lower && other.upper <= upper
    }

    /// The empty span at the beginning: where something is missing before this.
    package var beginning: Span { Span(file: file, lower..<lower) }

    /// The empty span at the end: where something is missing behind this.
    package var ending: Span { Span(file: file, upper..<upper) }
}
