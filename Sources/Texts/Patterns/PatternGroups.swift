/// Everything in parentheses, and references to groups.
extension PatternParser {
    /// nil for what only sets options.
    mutating func parseParenthesis() throws(PatternFailure) -> Int? {
        position += 1
        if at("*") { return try parseVerb() }
        guard accept("?") else {
            return options.capturesNamedOnly ? try parseGroup() : try parseCapture(named: nil)
        }
        if accept(":") { return try parseGroup() }
        if accept("|") { return try parseGroup(.reset) }
        if accept(">") {
            tree.blind.insert(.atomic)
            return try parseGroup()
        }
        if at("=") || at("!") || at("*") || at("<=") || at("<!") || at("<*") { return try parseLookaround() }
        if accept("P<") || accept("<") { return try parseCapture(named: read(until: ">")) }
        if accept("'") { return try parseCapture(named: read(until: "'")) }
        if accept("P=") { return reference(to: read(until: ")")) }
        if accept("P>") || accept("&") { return call(try number(of: read(until: ")"))) }
        if accept("(") { return try parseConditional() }
        if accept("C") {
            _ = read(until: ")")
            return nil
        }
        if accept("R") {
            _ = read(until: ")")
            return call(0)
        }
        return try parseSignedOrOptions()
    }

    /// Up to the closing parenthesis.
    private mutating func parseGroup(_ counting: Counting = .onward) throws(PatternFailure) -> Int {
        let inside = try parseAlternatives(counting)
        guard accept(")") else { throw failure("a group does not end") }
        return inside
    }

    private mutating func parseCapture(named name: String?) throws(PatternFailure) -> Int {
        groupCount += 1
        let number = groupCount
        if let name, names[name]?.contains(number) != true { names[name, default: []].append(number) }
        let inside = try parseGroup()
        let node = tree.add(.group(inside, number: number))
        if tree.groups[number] == nil { tree.groups[number] = node }
        return node
    }

    /// Its groups count, and what it demands is left to PCRE2.
    private mutating func parseLookaround() throws(PatternFailure) -> Int {
        _ = accept("<")
        position += 1
        _ = try parseGroup()
        return blind(.lookaround)
    }

    /// `(*FAIL)`, `(*pla:...)`, `(*atomic:...)`.
    private mutating func parseVerb() throws(PatternFailure) -> Int {
        position += 1
        let start = position
        while let sign = peek(), sign != ")", sign != ":" { position += 1 }
        let word = written(from: start)
        let hasBody = word.first?.isLowercase ?? false
        guard hasBody, accept(":") else {
            _ = read(until: ")")
            if ["F", "FAIL"].contains(word) { return tree.add(.never) }
            return blind(.verb)
        }
        switch word {
        case "atomic", "sr", "script_run", "asr", "atomic_script_run":
            tree.blind.insert(.atomic)
            return try parseGroup()
        default:
            _ = try parseGroup()
            return blind(.lookaround)
        }
    }

    /// `(?(1)yes|no)`: either, and PCRE2 says which was right.
    private mutating func parseConditional() throws(PatternFailure) -> Int {
        var isDefinition = false
        if at("?") || at("*") {
            position -= 1
            _ = try parseParenthesis()
        } else {
            isDefinition = read(until: ")") == "DEFINE"
        }
        let inside = try parseGroup()
        tree.blind.insert(.conditional)
        if isDefinition { return tree.add(.nothing) }
        if case .choice = tree.nodes[inside] { return inside }
        return tree.add(.choice([inside, tree.add(.nothing)]))
    }

    /// `(?1)`, `(?-1)`, `(?+1)`, `(?i)`, `(?i:...)`, `(?^)`.
    private mutating func parseSignedOrOptions() throws(PatternFailure) -> Int? {
        let start = position
        let sign = accept("+") ? 1 : at("-") && peek(1)?.digit != nil ? -1 : 0
        if sign < 0 { position += 1 }
        if let number = readNumber(), accept(")") {
            return call(sign == 0 ? number : sign < 0 ? groupCount - number + 1 : groupCount + number)
        }
        position = start
        let outer = options
        readOptions()
        if accept(")") { return nil }
        guard accept(":") else { throw failure("this group is not understood") }
        let inside = try parseAlternatives()
        guard accept(")") else { throw failure("a group does not end") }
        options = outer
        return inside
    }

    private mutating func readOptions() {
        if accept("^") { options = Options() }
        var isOn = true
        while let sign = peek(), sign != ")", sign != ":" {
            position += 1
            switch sign {
            case "-": isOn = false
            case "i": options.isCaseless = isOn
            case "s": options.dotMatchesAll = isOn
            case "m": options.isMultiline = isOn
            case "n": options.capturesNamedOnly = isOn
            case "x":
                options.isExtended = isOn
                options.isExtendedInClasses = isOn && at("x")
                if at("x") { position += 1 }
            default: break
            }
        }
    }

    // MARK: - References

    private mutating func call(_ number: Int) -> Int { tree.add(.call(group: number)) }

    private func number(of name: String) throws(PatternFailure) -> Int {
        if let number = Int(name) { return number }
        if isScouting { return 0 }
        guard let number = names[name]?.first else { throw failure("there is no group `\(name)`") }
        return number
    }

    /// The text of a group of this name: of several the first, unless it has none.
    private mutating func reference(to name: String) -> Int {
        let numbers = names[name] ?? []
        let nodes = numbers.map { tree.add(.same(asGroup: $0)) }
        return nodes.count == 1 ? nodes[0] : tree.add(nodes.isEmpty ? .nothing : .choice(nodes))
    }

    /// `\k<name>`, `\k'name'`, `\k{name}`.
    mutating func parseNamedReference() throws(PatternFailure) -> Int {
        guard let opener = peek(), let closer = Self.closers[opener] else { throw failure("a name is missing") }
        position += 1
        return reference(to: read(until: closer))
    }

    /// `\g1`, `\g{-1}`, `\g{name}` are references; `\g<1>`, `\g'name'` are calls.
    mutating func parseGroupReference() throws(PatternFailure) -> Int {
        if at("<") || at("'"), let opener = peek(), let closer = Self.closers[opener] {
            position += 1
            let name = read(until: closer)
            let relative = Int(name.hasPrefix("+") ? String(name.dropFirst()) : name)
            if name.hasPrefix("-"), let relative { return call(groupCount + relative + 1) }
            if name.hasPrefix("+"), let relative { return call(groupCount + relative) }
            return call(try number(of: name))
        }
        let name: String
        if accept("{") {
            name = read(until: "}").trimmed
        } else {
            let start = position
            if at("-") || at("+") { position += 1 }
            _ = readNumber()
            name = written(from: start)
        }
        guard let number = Int(name.hasPrefix("+") ? String(name.dropFirst()) : name) else {
            return reference(to: name)
        }
        let isRelative = name.hasPrefix("-") || name.hasPrefix("+")
        let target = !isRelative ? number : number < 0 ? groupCount + number + 1 : groupCount + number
        return tree.add(.same(asGroup: target))
    }

    private static let closers: [Unicode.Scalar: Unicode.Scalar] = ["<": ">", "'": "'", "{": "}"]
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
