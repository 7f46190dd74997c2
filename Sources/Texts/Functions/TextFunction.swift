/// What is computed of texts. Arguments and results are the numbers of tensors: a text is its code points, then -1.
///
/// Conditions give a number that is 1 or more where they hold and -1 or less where they do not: how far a text is from
/// changing that, in edits, where it is known.
package enum TextFunction: Sendable, Hashable {
    /// The text of a generator's choices.
    case written(GeneratorReference)
    /// The text of choices of tokens.
    case spelled(TokenTextsReference)
    /// What a language model answers.
    case asked(TextQuestion)
    case join
    case length
    /// (text, n): the first n letters; all but those.
    case take, drop
    /// (text, separator, i): what stands between two separators.
    case part
    /// (text, i): words are what blanks stand between.
    case word
    case wordCount
    /// Letter by letter; what would become several letters stays.
    case lower, upper
    case reversed
    /// (text, what, with)
    case replace
    /// (text, with)
    case replacePattern(TextPattern)
    /// (text, from, to): the letters of one alphabet by those in the same places of another.
    case substitute
    case distance
    /// Conditions.
    case equality, containment
    case match(TextPattern)
    /// So many numbers, the padding behind the end.
    case codePoints(padding: Double)
    case bytes(padding: Double)
    case fromCodePoints
    case base64, fromBase64
    /// A number as it is printed.
    case printed
    /// One of several texts, by its place.
    case entry([[UInt32]])
    /// The same text with room for more.
    case padded

    package var name: String {
        switch self {
        case .written, .spelled: "text"
        case .asked(let question): question.name
        case .join: "++"
        case .length: "length"
        case .take: "take"
        case .drop: "drop"
        case .part: "piece"
        case .word: "word"
        case .wordCount: "words"
        case .lower: "lower"
        case .upper: "upper"
        case .reversed: "reversed"
        case .replace, .replacePattern: "replace"
        case .substitute: "substitute"
        case .distance: "edit_distance"
        case .equality: "text equality"
        case .containment: "contains"
        case .match: "matches"
        case .codePoints: "code_points"
        case .bytes: "bytes"
        case .fromCodePoints, .printed, .entry, .padded: "text"
        case .base64: "base64"
        case .fromBase64: "from_base64"
        }
    }

    /// The value, of `count` numbers.
    package func apply(_ arguments: [[Double]], count: Int) -> [Double] {
        func text(_ index: Int) -> [UInt32] { CodePoints.read(arguments[index]) }
        func whole(_ index: Int) -> Int {
            let number = arguments[index].first ?? 0
            return number > 0 ? Int(min(number, 1e6)) : 0
        }
        func made(_ codePoints: [UInt32]) -> [Double] { CodePoints.numbers(codePoints, count: count) }
        switch self {
        case .written(let generator):
            return made(generator.value.text(of: arguments[0].map { Int(min(max($0, 0), 1e9)) }))
        case .spelled(let texts): return made(texts.value.text(of: arguments[0].map { Int(min(max($0, 0), 1e9)) }))
        case .asked(let question): return question.answers([arguments.indices.map(text)], count: count)[0]
        case .join: return made(arguments.indices.flatMap(text))
        case .length: return [Double(text(0).count)]
        case .take: return made(Array(text(0).prefix(whole(1))))
        case .drop: return made(Array(text(0).dropFirst(whole(1))))
        case .part: return made(text(0).part(whole(2), between: text(1)))
        case .word: return made(text(0).words.dropFirst(whole(1)).first.map(Array.init) ?? [])
        case .wordCount: return [Double(text(0).words.count)]
        case .lower: return made(text(0).map(\.lowercase))
        case .upper: return made(text(0).map(\.uppercase))
        case .reversed: return made(text(0).reversed())
        case .replace: return made(text(0).replacing(text(1), by: text(2)))
        case .replacePattern(let pattern): return made(pattern.replacing(in: text(0), by: text(1)))
        case .substitute:
            let (from, to) = (text(1), text(2))
            return made(
                text(0).map { sign in from.firstIndex(of: sign).flatMap { $0 < to.count ? to[$0] : nil } ?? sign })
        case .distance: return [Double(EditDistance.between(text(0), text(1)))]
        case .equality: return [EditDistance.equality(text(0), text(1))]
        case .containment: return [EditDistance.containment(of: text(1), in: text(0))]
        case .match(let pattern): return [pattern.margin(of: text(0))]
        case .codePoints(let padding): return text(0).map(Double.init).filled(to: count, padding)
        case .bytes(let padding): return CodePoints.utf8(text(0)).map(Double.init).filled(to: count, padding)
        case .fromCodePoints:
            return made(arguments[0].prefix { $0 >= 0 }.map { UInt32(exactly: $0) ?? 0xFFFD })
        case .base64: return made(Base64.encoded(CodePoints.utf8(text(0))).map(UInt32.init))
        case .fromBase64: return made(CodePoints.of(String(decoding: Base64.decoded(text(0)), as: UTF8.self)))
        case .printed: return made(CodePoints.of(Self.printed(arguments[0].first ?? .nan)))
        case .entry(let texts):
            return made(texts.isEmpty ? [] : texts[min(whole(0), texts.count - 1)])
        case .padded: return made(text(0))
        }
    }

    /// Whole numbers without a point.
    package static func printed(_ number: Double) -> String {
        if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return "\(whole)" }
        return "\(number)"
    }
}

/// A generator as a part of a function: two are the same where they are one.
package struct GeneratorReference: Sendable, Hashable {
    package let value: TextGenerator

    package init(_ value: TextGenerator) { self.value = value }

    package static func == (one: Self, other: Self) -> Bool { one.value === other.value }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(value)) }
}

extension [Double] {
    fileprivate func filled(to count: Int, _ padding: Double) -> [Double] {
        prefix(count) + Array(repeating: padding, count: Swift.max(count - self.count, 0))
    }
}

extension [UInt32] {
    /// Runs of what is no white space.
    fileprivate var words: [ArraySlice<UInt32>] {
        split { Unicode.Scalar($0)?.properties.isWhitespace ?? false }
    }

    /// Nothing where there are not so many parts.
    fileprivate func part(_ number: Int, between separator: [UInt32]) -> [UInt32] {
        guard !separator.isEmpty else { return number == 0 ? self : [] }
        var (start, left) = (0, number)
        for place in places(of: separator) {
            if left == 0 { return Array(self[start..<place]) }
            (start, left) = (place + separator.count, left - 1)
        }
        return left == 0 ? Array(self[start...]) : []
    }

    /// Where a text stands in it, from left to right, none of them in another.
    func places(of part: [UInt32]) -> [Int] {
        guard !part.isEmpty, part.count <= count else { return [] }
        var (result, place) = ([Int](), 0)
        while place + part.count <= count {
            if self[place] == part[0], self[place..<place + part.count].elementsEqual(part) {
                result.append(place)
                place += part.count
            } else {
                place += 1
            }
        }
        return result
    }

    fileprivate func replacing(_ part: [UInt32], by other: [UInt32]) -> [UInt32] {
        var (result, start) = ([UInt32](), 0)
        for place in places(of: part) {
            result += self[start..<place] + other
            start = place + part.count
        }
        return result + self[start...]
    }
}

extension UInt32 {
    fileprivate var lowercase: UInt32 {
        if self < 128 { return (65...90).contains(self) ? self + 32 : self }
        return single(Unicode.Scalar(self)?.properties.lowercaseMapping)
    }

    fileprivate var uppercase: UInt32 {
        if self < 128 { return (97...122).contains(self) ? self - 32 : self }
        return single(Unicode.Scalar(self)?.properties.uppercaseMapping)
    }

    private func single(_ mapping: String?) -> UInt32 {
        guard let scalars = mapping?.unicodeScalars, scalars.count == 1, let first = scalars.first else { return self }
        return first.value
    }
}
