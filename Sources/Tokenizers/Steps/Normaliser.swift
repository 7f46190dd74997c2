/// What is done to a text before it is cut into words.
package indirect enum Normaliser: Sendable, Hashable {
    package enum Form: String, Sendable {
        case nfc = "NFC"
        case nfd = "NFD"
        case nfkc = "NFKC"
        case nfkd = "NFKD"
    }

    case form(Form)
    case lowercase
    case prepend(String)
    case replace(String, with: String)
    /// What BERT does: control characters left out, Chinese characters between blanks, accents and case dropped.
    case bert(cleans: Bool, separates: Bool, stripsAccents: Bool, lowercases: Bool)
    case stripAccents
    case strip(left: Bool, right: Bool)
    case sequence([Normaliser])

    func apply(_ text: String) -> String {
        switch self {
        case .form(let form): return form.of(text)
        case .lowercase: return Self.lowered(text)
        case .prepend(let prefix): return text.isEmpty ? text : prefix + text
        case .replace(let old, let new): return String(decoding: Self.replaced(text, old, new), as: UTF8.self)
        case .stripAccents: return Self.withoutMarks(text)
        case .strip(let left, let right): return Self.stripped(text, left: left, right: right)
        case .sequence(let steps): return steps.reduce(text) { $1.apply($0) }
        case .bert(let cleans, let separates, let stripsAccents, let lowercases):
            var text = text
            if cleans { text = Self.cleaned(text) }
            if separates { text = Self.separated(text) }
            if stripsAccents { text = Self.withoutMarks(Form.nfd.of(text)) }
            return lowercases ? Self.lowered(text) : text
        }
    }

    /// Letter by letter: what stands around a letter makes no difference.
    private static func lowered(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for letter in text.unicodeScalars {
            result.append(contentsOf: letter.properties.lowercaseMapping.unicodeScalars)
        }
        return String(result)
    }

    private static func replaced(_ text: String, _ old: String, _ new: String) -> [UInt8] {
        let (bytes, pattern, replacement) = (Array(text.utf8), Array(old.utf8), Array(new.utf8))
        guard !pattern.isEmpty else { return bytes }
        var (result, place) = ([UInt8](), 0)
        while place < bytes.count {
            if bytes[place...].starts(with: pattern) {
                result += replacement
                place += pattern.count
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return result
    }

    private static func withoutMarks(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for letter in text.unicodeScalars where letter.properties.generalCategory != .nonspacingMark {
            result.append(letter)
        }
        return String(result)
    }

    private static func stripped(_ text: String, left: Bool, right: Bool) -> String {
        var letters = text.unicodeScalars[...]
        while left, let first = letters.first, first.properties.isWhitespace { letters.removeFirst() }
        while right, let last = letters.last, last.properties.isWhitespace { letters.removeLast() }
        return String(letters)
    }

    private static func cleaned(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for letter in text.unicodeScalars {
            let breaks = letter == "\t" || letter == "\n" || letter == "\r"
            if letter.value == 0 || letter.value == 0xFFFD || !breaks && letter.isControl { continue }
            result.append(breaks || letter.properties.isWhitespace ? " " : letter)
        }
        return String(result)
    }

    private static func separated(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for letter in text.unicodeScalars {
            guard letter.isChinese else {
                result.append(letter)
                continue
            }
            result.append(contentsOf: [" ", letter, " "])
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Of the categories whose names begin with C, but unassigned ones.
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    /// In one of the blocks of Chinese characters that BERT's tokenizer names.
    fileprivate var isChinese: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// What BERT's tokenizer takes as punctuation: ASCII signs, and the categories whose names begin with P.
    var isPunctuationOfBERT: Bool {
        switch value {
        case 33...47, 58...64, 91...96, 123...126: return true
        default: break
        }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
