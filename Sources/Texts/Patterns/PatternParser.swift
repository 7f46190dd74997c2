import RegularExpressions

/// Reads a regular expression that PCRE2 has compiled, so that its syntax is known to be right: the structure only, for
/// what a class or an escape stands for PCRE2 is asked.
struct PatternParser {
    var tree = PatternTree()
    let text: [Unicode.Scalar]
    var position = 0
    var options = Options()
    /// Groups opened so far.
    var groupCount = 0
    /// The numbers of each name.
    var names: [String: [Int]] = [:]
    /// All capturing groups, which references may name before they are opened.
    var total = 0
    var depth = 0
    /// Whether groups are only counted yet, so that names of later ones are not known.
    var isScouting = false
    /// `(*UCP)` and its like, before everything.
    var preamble = ""

    struct Options: Sendable {
        var isCaseless = false
        var dotMatchesAll = false
        var isMultiline = false
        var isExtended = false
        var isExtendedInClasses = false
        var capturesNamedOnly = false

        /// As a pattern says them.
        var prefix: String {
            (isCaseless ? "(?i)" : "") + (dotMatchesAll ? "(?s)" : "") + (isExtendedInClasses ? "(?xx)" : "")
        }
    }

    static let deepest = 200
    static let mostNodes = 1 << 16

    /// The tree of a pattern.
    static func parse(_ pattern: String) throws(PatternFailure) -> PatternTree {
        var scout = PatternParser(pattern)
        scout.isScouting = true
        try scout.readPreamble()
        _ = try scout.parseAlternatives()
        var parser = PatternParser(pattern)
        (parser.total, parser.names) = (scout.groupCount, scout.names)
        try parser.readPreamble()
        let root = try parser.parseAlternatives()
        guard parser.position == parser.text.count else { throw parser.failure("this is not understood") }
        parser.tree.root = root
        parser.tree.groups[0] = root
        return parser.tree
    }

    private init(_ pattern: String) { text = Array(pattern.unicodeScalars) }

    // MARK: - Reading on

    func at(_ sign: Unicode.Scalar, _ ahead: Int = 0) -> Bool { peek(ahead) == sign }

    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < text.count ? text[position + ahead] : nil
    }

    func at(_ word: String) -> Bool {
        var place = position
        for sign in word.unicodeScalars {
            guard place < text.count, text[place] == sign else { return false }
            place += 1
        }
        return true
    }

    mutating func accept(_ word: String) -> Bool {
        guard at(word) else { return false }
        position += word.unicodeScalars.count
        return true
    }

    /// What stands up to a sign, which is read too.
    mutating func read(until end: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        while let sign = peek(), sign != end {
            result.append(sign)
            position += 1
        }
        position = min(position + 1, text.count)
        return String(result)
    }

    mutating func readNumber() -> Int? {
        let start = position
        var value = 0
        while let digit = peek()?.digit, value < 1 << 24 {
            value = value * 10 + digit
            position += 1
        }
        return position > start ? value : nil
    }

    func failure(_ message: String) -> PatternFailure {
        PatternFailure(
            message: message, offset: text.prefix(min(position, text.count)).reduce(0) { $0 + UTF8.width($1) })
    }

    // MARK: - Alternatives, sequences, quantifiers

    /// `(*UTF)`, `(*UCP)`, `(*CRLF)`: what stands before everything.
    private mutating func readPreamble() throws(PatternFailure) {
        while at("(*"), let end = text[position...].firstIndex(of: ")") {
            let word = String(String.UnicodeScalarView(text[(position + 2)..<end]))
            let plain = word.split(separator: "=").first.map(String.init) ?? word
            guard Self.settings.contains(plain) else { return }
            preamble += "(*\(word))"
            position = end + 1
        }
    }

    private static let settings: Set<String> = [
        "UTF", "UCP", "CR", "LF", "CRLF", "ANYCRLF", "ANY", "NUL", "BSR_ANYCRLF", "BSR_UNICODE", "NO_JIT",
        "NO_START_OPT",
        "NO_AUTO_POSSESS", "NO_DOTSTAR_ANCHOR", "NOTEMPTY", "NOTEMPTY_ATSTART", "LIMIT_MATCH", "LIMIT_DEPTH",
        "LIMIT_HEAP",
    ]

    /// How alternatives count capturing groups: on and on, or each from the same number.
    enum Counting { case onward, reset }

    /// `a|b|c` up to `)` or the end; options set inside end with it.
    mutating func parseAlternatives(_ counting: Counting = .onward) throws(PatternFailure) -> Int {
        guard depth < Self.deepest else { throw failure("groups are nested deeper than \(Self.deepest)") }
        depth += 1
        let outer = options
        let first = groupCount
        var highest = first
        var alternatives = [try parseSequence()]
        while accept("|") {
            if counting == .reset {
                highest = max(highest, groupCount)
                groupCount = first
            }
            alternatives.append(try parseSequence())
        }
        groupCount = max(highest, groupCount)
        options = outer
        depth -= 1
        return alternatives.count == 1 ? alternatives[0] : tree.add(.choice(alternatives))
    }

    private mutating func parseSequence() throws(PatternFailure) -> Int {
        var parts: [Int] = []
        while true {
            skipRemarks()
            guard let sign = peek(), sign != "|", sign != ")" else { break }
            guard tree.nodes.count < Self.mostNodes else { throw failure("the pattern has too many parts") }
            let items = try parseAtom()
            guard let last = items.last else { continue }
            parts += items.dropLast()
            parts.append(parseQuantifiers(of: last))
        }
        return parts.count == 1 ? parts[0] : tree.add(parts.isEmpty ? .nothing : .sequence(parts))
    }

    /// Blanks and remarks that mean nothing.
    private mutating func skipRemarks() {
        while let sign = peek() {
            if at("(?#") {
                _ = read(until: ")")
            } else if options.isExtended, Self.isBlank(sign) {
                position += 1
            } else if options.isExtended, sign == "#" {
                _ = read(until: "\n")
            } else {
                return
            }
        }
    }

    static func isBlank(_ sign: Unicode.Scalar) -> Bool {
        [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x200E, 0x200F, 0x2028, 0x2029].contains(sign.value)
    }

    private mutating func parseQuantifiers(of item: Int) -> Int {
        var result = item
        while true {
            skipRemarks()
            guard let (least, most) = readQuantifier() else { return result }
            if accept("+") { tree.blind.insert(.atomic) } else { _ = accept("?") }
            result = tree.add(.repeated(result, least: least, most: most))
        }
    }

    private mutating func readQuantifier() -> (Int, Int?)? {
        if accept("*") { return (0, nil) }
        if accept("+") { return (1, nil) }
        if accept("?") { return (0, 1) }
        guard at("{") else { return nil }
        let start = position
        position += 1
        if let bounds = readBounds() { return bounds }
        position = start
        return nil
    }

    /// `n}`, `n,}`, `n,m}`, and where this PCRE2 takes it `,m}`, with blanks.
    private mutating func readBounds() -> (Int, Int?)? {
        let takesMore = RegularExpression.takesOpenQuantifiers
        skipBlanks(takesMore)
        let least = readNumber()
        skipBlanks(takesMore)
        if accept("}") { return least.map { ($0, $0) } }
        guard accept(",") else { return nil }
        skipBlanks(takesMore)
        let most = readNumber()
        skipBlanks(takesMore)
        guard accept("}"), least != nil || takesMore && most != nil else { return nil }
        return (least ?? 0, most)
    }

    private mutating func skipBlanks(_ takesMore: Bool) {
        while takesMore, let sign = peek(), sign == " " || sign == "\t" { position += 1 }
    }
}

extension Unicode.Scalar {
    var digit: Int? { (48...57).contains(value) ? Int(value) - 48 : nil }
}
