/// Single signs, classes and escapes.
extension PatternParser {
    /// The next item: several nodes for a quoted run of signs, none for what only sets options.
    mutating func parseAtom() throws(PatternFailure) -> [Int] {
        guard let sign = peek() else { return [] }
        switch sign {
        case "(": return try parseParenthesis().map { [$0] } ?? []
        case "[":
            if at("[[:<:]]") || at("[[:>:]]") {
                position += 7
                return [blind(.anchor)]
            }
            return [try parseClass()]
        case "\\": return try parseEscape()
        case ".":
            position += 1
            return [try one(".")]
        case "^", "$":
            position += 1
            return [blind(.anchor)]
        default:
            position += 1
            return [try literal(sign)]
        }
    }

    mutating func blind(_ construct: PatternTree.Blind) -> Int {
        tree.blind.insert(construct)
        return tree.add(.nothing)
    }

    /// A sign that stands for itself, and for its other cases where case does not matter.
    mutating func literal(_ sign: Unicode.Scalar) throws(PatternFailure) -> Int {
        let value = sign.value
        guard options.isCaseless else { return tree.add(.one(of: .one(value))) }
        guard value < 128 else { return try one("\\x{\(String(value, radix: 16))}") }
        guard sign.properties.isAlphabetic else { return tree.add(.one(of: .one(value))) }
        var members = [value, value ^ 0x20]
        // The Kelvin sign and the long s are cases of ASCII letters.
        if value | 0x20 == 0x6B { members.append(0x212A) }
        if value | 0x20 == 0x73 { members.append(0x17F) }
        return tree.add(.one(of: CodePointSet(members)))
    }

    /// What PCRE2 says a pattern of one sign matches.
    mutating func one(_ atom: String) throws(PatternFailure) -> Int {
        guard let set = Classes.members(of: options.prefix + atom, preamble) else {
            throw failure("what `\(atom)` matches is not known")
        }
        return tree.add(set.isEmpty ? .never : .one(of: set))
    }

    /// `[...]`, from the bracket to its end.
    private mutating func parseClass() throws(PatternFailure) -> Int {
        let start = position
        position += 1
        _ = accept("^")
        _ = accept("]")
        while let sign = peek(), sign != "]" {
            if at("[:") || at("[.") || at("[="), let kind = peek(1), let end = endOfPosix(kind) {
                position = end
            } else if accept("\\Q") {
                while position < text.count, !at("\\E") { position += 1 }
                position += 2
            } else {
                position += sign == "\\" ? 2 : 1
            }
        }
        position += 1
        return try one(String(String.UnicodeScalarView(text[start..<min(position, text.count)])))
    }

    /// Behind `:]`, if a name stands between.
    private func endOfPosix(_ kind: Unicode.Scalar) -> Int? {
        var place = position + 2
        while place + 1 < text.count, text[place] != "]" {
            if text[place] == kind, text[place + 1] == "]" { return place + 2 }
            guard text[place] == "^" || text[place].properties.isAlphabetic else { return nil }
            place += 1
        }
        return nil
    }

    private mutating func parseEscape() throws(PatternFailure) -> [Int] {
        let start = position
        position += 1
        guard let sign = peek() else { throw failure("nothing stands behind `\\`") }
        position += 1
        switch sign {
        case "Q": return try parseQuoted()
        case "E": return []
        case "b", "B", "A", "Z", "z", "G": return [blind(.anchor)]
        case "K": return [blind(.verb)]
        case "R": return [newline()]
        case "X":
            tree.blind.insert(.cluster)
            return [try one("(?s:.)")]
        case "d", "D", "w", "W", "s", "S", "h", "H", "v", "V": return [try one("\\\(sign)")]
        case "N" where !at("{U"): return [try one("\\N")]
        case "p", "P", "N", "o", "x":
            if at("{") { _ = read(until: "}") } else if sign == "x" { skipHexadecimal(2) } else { position += 1 }
            return [try one(written(from: start))]
        case "c":
            position += 1
            return [try one(written(from: start))]
        case "a", "e", "f", "n", "r", "t": return [try one("\\\(sign)")]
        case "g": return [try parseGroupReference()]
        case "k": return [try parseNamedReference()]
        case "0":
            skipOctal(2)
            return [try one(written(from: start))]
        case "1"..."9": return [try parseDigits(from: start)]
        default: return [try literal(sign)]
        }
    }

    func written(from start: Int) -> String {
        String(String.UnicodeScalarView(text[start..<min(position, text.count)]))
    }

    private mutating func skipHexadecimal(_ count: Int) {
        for _ in 0..<count { if let sign = peek(), sign.properties.isASCIIHexDigit { position += 1 } }
    }

    private mutating func skipOctal(_ count: Int) {
        for _ in 0..<count { if let digit = peek()?.digit, digit < 8 { position += 1 } }
    }

    private mutating func parseQuoted() throws(PatternFailure) -> [Int] {
        var items: [Int] = []
        while let sign = peek(), !at("\\E") {
            position += 1
            items.append(try literal(sign))
        }
        _ = accept("\\E")
        return items
    }

    /// `\R`: a line break of whichever kind.
    private mutating func newline() -> Int {
        let pair = tree.add(.sequence([tree.add(.one(of: .one(13))), tree.add(.one(of: .one(10)))]))
        let single = tree.add(.one(of: CodePointSet([10...13, 0x85...0x85, 0x2028...0x2029])))
        return tree.add(.choice([single, pair]))
    }

    /// `\1`, or an octal number where there are not so many groups.
    private mutating func parseDigits(from start: Int) throws(PatternFailure) -> Int {
        position = start + 1
        let number = readNumber() ?? 0
        if number < 10 || number <= total { return tree.add(.same(asGroup: number)) }
        position = start + 1
        guard let digit = peek()?.digit, digit < 8 else {
            position += 1
            return try literal(text[position - 1])
        }
        skipOctal(3)
        return try one(written(from: start))
    }
}
