import RegularExpressions

/// How a text is cut into words, none of which tokens go across.
package indirect enum Cutter: Sendable {
    /// What becomes of what a pattern matches.
    package enum Behaviour: String, Sendable {
        case isolated = "Isolated"
        case removed = "Removed"
        /// It ends the word before it, or begins the one behind it; only the first, or the last, of several in a row.
        case mergedWithPrevious = "MergedWithPrevious"
        case mergedWithNext = "MergedWithNext"
    }

    /// Where the pattern matches.
    case pattern(CutPattern, Behaviour)
    /// At bytes: written in the alphabet of bytes, a blank before the first word where asked for.
    case bytes(prefixesBlank: Bool)
    /// At each digit.
    case digits
    /// Blanks become `replacement`, and words begin with it.
    case blanks(replacement: String, prefix: Prefix, splits: Bool)
    /// At blanks, which are left out, and punctuation.
    case bert
    case sequence([Cutter])

    /// Where a blank is put before a text.
    package enum Prefix: String, Sendable { case always, first, never }

    /// `isStart` says whether the text begins here.
    func cut(_ words: [[UInt8]], isStart: Bool) throws(TokenizerError) -> [[UInt8]] {
        switch self {
        case .pattern(let pattern, let behaviour):
            var result: [[UInt8]] = []
            for word in words { result += try pattern.cut(word, behaviour) }
            return result
        case .bytes(let prefixesBlank):
            return words.enumerated().map { index, word in
                let isBare = prefixesBlank && !word.isEmpty && word.first != UInt8(ascii: " ")
                return ByteAlphabet.written(isBare ? [UInt8(ascii: " ")] + word : word)
            }
        case .digits: return words.flatMap { Self.pieces($0) { $0.isNumber ? .isolated : .plain } }
        case .bert:
            return words.flatMap {
                Self.pieces($0) {
                    $0.properties.isWhitespace ? .removed : $0.isPunctuationOfBERT ? .isolated : .plain
                }
            }
        case .blanks(let replacement, let prefix, let splits):
            return words.enumerated().flatMap { index, word in
                Self.replaced(
                    word, Array(replacement.utf8),
                    prefixes: prefix == .always || (prefix == .first && isStart && index == 0),
                    splits)
            }
        case .sequence(let steps):
            var words = words
            for step in steps { words = try step.cut(words, isStart: isStart) }
            return words
        }
    }

    private enum Kind { case plain, isolated, removed }

    private static func pieces(_ word: [UInt8], _ kind: (Unicode.Scalar) -> Kind) -> [[UInt8]] {
        var (pieces, current) = ([[UInt8]](), [UInt8]())
        for letter in String(decoding: word, as: UTF8.self).unicodeScalars {
            let kind = kind(letter)
            if kind == .plain {
                current.append(contentsOf: UTF8.encode(letter)!)
                continue
            }
            if !current.isEmpty { pieces.append(current) }
            current = []
            if kind == .isolated { pieces.append(Array(UTF8.encode(letter)!)) }
        }
        return current.isEmpty ? pieces : pieces + [current]
    }

    private static func replaced(_ word: [UInt8], _ sign: [UInt8], prefixes: Bool, _ splits: Bool) -> [[UInt8]] {
        var text: [UInt8] = []
        for byte in word { text += byte == UInt8(ascii: " ") ? sign : [byte] }
        if prefixes, !text.starts(with: sign) { text = sign + text }
        guard splits else { return text.isEmpty ? [] : [text] }
        var (words, start, place) = ([[UInt8]](), 0, 1)
        while place < text.count {
            if text[place...].starts(with: sign) {
                words.append(Array(text[start..<place]))
                start = place
            }
            place += 1
        }
        if start < text.count { words.append(Array(text[start...])) }
        return words
    }
}

/// A pattern that cuts texts: a regular expression as tokenizers write them, with Unicode's classes.
package struct CutPattern: Sendable {
    package let text: String
    private let expression: RegularExpression

    package init(_ text: String) throws(TokenizerError) {
        self.text = text
        do { expression = try RegularExpression(try Self.translated(text)) } catch let error as TokenizerError {
            throw error
        } catch { throw TokenizerError("the pattern `\(text.prefix(80))` is not understood: \(error)") }
    }

    /// Exactly these letters.
    package init(literal: String) throws(TokenizerError) {
        try self.init(
            literal.map {
                $0.isLetter || $0.isNumber ? String($0) : "[\($0 == "^" || $0 == "\\" || $0 == "]" ? "\\" : "")\($0)]"
            }.joined())
    }

    func cut(_ word: [UInt8], _ behaviour: Cutter.Behaviour) throws(TokenizerError) -> [[UInt8]] {
        guard let ranges = expression.ranges(in: word, .valid) else {
            throw TokenizerError(
                "whether the pattern `\(text.prefix(80))` matches could not be decided within its limits")
        }
        if behaviour == .mergedWithPrevious || behaviour == .mergedWithNext {
            return Self.merged(ranges, in: word, toPrevious: behaviour == .mergedWithPrevious)
        }
        var (pieces, end) = ([[UInt8]](), 0)
        for range in ranges {
            if range.lowerBound > end { pieces.append(Array(word[end..<range.lowerBound])) }
            if behaviour == .isolated { pieces.append(Array(word[range])) }
            end = range.upperBound
        }
        if end < word.count { pieces.append(Array(word[end...])) }
        return pieces
    }

    /// With what matches joined to what stands beside it.
    private static func merged(_ ranges: [Range<Int>], in word: [UInt8], toPrevious: Bool) -> [[UInt8]] {
        var (stretches, end) = ([(range: Range<Int>, matches: Bool)](), 0)
        for range in ranges {
            if range.lowerBound > end { stretches.append((end..<range.lowerBound, false)) }
            stretches.append((range, true))
            end = range.upperBound
        }
        if end < word.count { stretches.append((end..<word.count, false)) }
        var (joined, isBehindMatch) = ([Range<Int>](), false)
        for (range, matches) in toPrevious ? stretches : stretches.reversed() {
            if matches, !isBehindMatch, let last = joined.popLast() {
                joined.append(min(last.lowerBound, range.lowerBound)..<max(last.upperBound, range.upperBound))
            } else {
                joined.append(range)
            }
            isBehindMatch = matches
        }
        return (toPrevious ? joined : joined.reversed()).map { Array(word[$0]) }
    }

    /// Unicode's white space, which PCRE2's \s is without U+0085 or with U+180E.
    private static let blanks =
        #"\x{9}-\x{d}\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"#

    /// With \s and \S written out.
    private static func translated(_ pattern: String) throws(TokenizerError) -> String {
        var (result, isInside, isEscaped) = ("", false, false)
        for letter in pattern {
            if isEscaped {
                isEscaped = false
                switch (letter, isInside) {
                case ("s", true): result += blanks
                case ("s", false): result += "[\(blanks)]"
                case ("S", false): result += "[^\(blanks)]"
                case ("S", true): throw TokenizerError("`\\S` within a class is not supported")
                default: result += "\\" + String(letter)
                }
                continue
            }
            switch letter {
            case "\\":
                isEscaped = true
                continue
            case "[": isInside = true
            case "]": isInside = false
            default: break
            }
            result.append(letter)
        }
        return "(*UCP)" + result
    }
}

extension Unicode.Scalar {
    /// Of the categories whose names begin with N: a letter that stands for a number is none.
    fileprivate var isNumber: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}
