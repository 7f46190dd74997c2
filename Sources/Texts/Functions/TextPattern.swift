import RegularExpressions

/// A regular expression that texts are held against.
package final class TextPattern: Sendable, Hashable {
    package let pattern: String
    package typealias Extent = RegularExpression.Extent
    package let extent: Extent
    /// Whether it has conditions besides what it is made of: lookarounds, anchors.
    package let isBlind: Bool
    private let expression: RegularExpression
    /// A text that it matches, to say how far another is from that; nil where none is known.
    package let sample: [UInt32]?

    package init(_ pattern: String, matching extent: Extent) throws(PatternFailure) {
        (self.pattern, self.extent) = (pattern, extent)
        do { expression = try RegularExpression(pattern, matching: extent) } catch {
            throw PatternFailure(message: error.message, offset: error.offset)
        }
        let generator = try? TextGenerator(matching: pattern, draws: 400)
        (sample, isBlind) = (generator?.sample, generator.map { !$0.blind.isEmpty } ?? true)
    }

    /// 1 where it matches; else how far the text is from one that does, negative. What PCRE2 leaves undecided is NaN: of
    /// that neither is true.
    package func margin(of text: [UInt32]) -> Double {
        switch expression.search(CodePoints.utf8(text)) {
        case .matches: return 1
        case .undecided: return .nan
        case .differs:
            guard let sample, !sample.isEmpty else { return -1 }
            let distance =
                extent == .whole
                ? -EditDistance.equality(text, sample) : Double(EditDistance.leastDistance(of: sample, in: text))
            return -max(distance, 1)
        }
    }

    /// The text with another in the place of each match, empty matches too.
    package func replacing(in text: [UInt32], by other: [UInt32]) -> [UInt32] {
        let bytes = CodePoints.utf8(text)
        guard let matches = expression.allRanges(in: bytes, .valid) else { return text }
        let replacement = CodePoints.utf8(other)
        var (result, start) = ([UInt8](), 0)
        for match in matches {
            result += bytes[start..<match.lowerBound] + replacement
            start = match.upperBound
        }
        return CodePoints.of(String(decoding: result + bytes[start...], as: UTF8.self))
    }

    package static func == (one: TextPattern, other: TextPattern) -> Bool {
        one.pattern == other.pattern && one.extent == other.extent
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}
