import Diagnostics

@testable import Syntax

/// Says whether a text is in the language of Grammar/say.ebnf, knowing nothing but that file: a parsing expression
/// grammar interpreter with memory, over tokens (part 1) or over characters (part 2).
struct Recogniser<Input: RecogniserInput> {
    let grammar: GrammarFile
    let input: Input
    private var memory: [Key: Int] = [:]
    /// Rules that took part in something that matched, not always in the final reading.
    private(set) var used: Set<String> = []

    private struct Key: Hashable {
        let rule: String
        let position: Int
    }

    init(_ grammar: GrammarFile, _ input: Input) {
        self.grammar = grammar
        self.input = input
    }

    /// Whether the whole input is one `rule`.
    mutating func accepts(_ rule: String) -> Bool { match(.rule(rule), at: 0) == input.count }

    /// The end of the match, nil where there is none.
    private mutating func match(_ form: Form, at position: Int) -> Int? {
        switch form {
        case .terminal(let text): return input.matchTerminal(text, at: position)
        case .special(let text): return input.matchSpecial(text, at: position)
        case .rule(let name): return matchRule(name, at: position)
        case .sequence(let forms):
            return forms.reduce(into: Optional(position)) { end, form in end = end.flatMap { match(form, at: $0) } }
        case .choice(let forms):
            for form in forms { if let end = match(form, at: position) { return end } }
            return nil
        case .option(let form): return match(form, at: position) ?? position
        case .repetition(let form):
            var end = position
            while let next = match(form, at: end), next > end { end = next }
            return end
        case .exception(let form, let not):
            guard let end = match(form, at: position), match(not, at: position) != end else { return nil }
            return end
        }
    }

    private mutating func matchRule(_ name: String, at position: Int) -> Int? {
        if let end = input.matchClass(name, at: position) { return end < 0 ? nil : end }
        let key = Key(rule: name, position: position)
        if let known = memory[key] { return known < 0 ? nil : known }
        guard let form = grammar.rules[name] else { preconditionFailure("say.ebnf has no rule \(name)") }
        let end = match(form, at: position)
        memory[key] = end ?? -1
        if end != nil { used.insert(name) }
        return end
    }
}

/// What a recogniser reads.
protocol RecogniserInput {
    var count: Int { get }
    func matchTerminal(_ text: String, at position: Int) -> Int?
    func matchSpecial(_ text: String, at position: Int) -> Int?
    /// The end of a rule that the input knows by itself, -1 where it does not match; nil for all other rules.
    func matchClass(_ rule: String, at position: Int) -> Int?
}

/// Tokens as the lexer cuts them.
struct TokenInput: RecogniserInput {
    let kinds: [Token.Kind]
    let texts: [String]
    let startsLine: [Bool]
    let hasLexicalErrors: Bool

    init(_ source: SourceFile) {
        let lexer = Lexer.lex(source)
        let tokens = lexer.tokens.dropLast()
        kinds = tokens.map(\.kind)
        texts = tokens.map { source.text(Span(file: source.id, Int($0.start)..<Int($0.end))) }
        startsLine = tokens.map(\.startsLine)
        hasLexicalErrors = !lexer.log.diagnostics.isEmpty
    }

    var count: Int { kinds.count }

    func matchTerminal(_ text: String, at position: Int) -> Int? {
        guard position < count, texts[position] == text else { return nil }
        return position + 1
    }

    func matchSpecial(_ text: String, at position: Int) -> Int? {
        let onSameLine = position < count && !startsLine[position]
        let holds =
            switch text {
            case "same line": onSameLine
            case "new line": position < count && startsLine[position]
            case "no call": !(onSameLine && texts[position] == "(")
            case "no range": !(position < count && ["[", "{"].contains(texts[position]))
            default: preconditionFailure("say.ebnf: unknown special sequence \(text)")
            }
        return holds ? position : nil
    }

    func matchClass(_ rule: String, at position: Int) -> Int? {
        if rule == "reserved-word" { return position < count && kinds[position].isReservedWord ? position + 1 : -1 }
        let kind: Token.Kind
        switch rule {
        case "name": kind = .name
        case "number": kind = .number
        case "string": kind = .string
        case "regex": kind = .regex
        default: return nil
        }
        return position < count && kinds[position] == kind ? position + 1 : -1
    }
}

/// Characters, one Unicode scalar each.
struct CharacterInput: RecogniserInput {
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    var count: Int { scalars.count }

    func matchTerminal(_ text: String, at position: Int) -> Int? {
        scalars[position...].starts(with: text.unicodeScalars) ? position + text.unicodeScalars.count : nil
    }

    func matchSpecial(_ text: String, at position: Int) -> Int? {
        guard position < count else { return nil }
        let scalar = scalars[position]
        let endsLine = scalar == "\n" || scalar == "\r"
        let holds: Bool
        switch text {
        case "a to z, A to Z": holds = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        case "0 to 9": holds = ("0"..."9").contains(scalar)
        case "any character but line ends": holds = !endsLine
        case "any character but \", \\ and line ends": holds = !endsLine && scalar != "\"" && scalar != "\\"
        case "any character but /, \\ and line ends": holds = !endsLine && scalar != "/" && scalar != "\\"
        case "a Unicode scalar value in one to eight hexadecimal digits":
            let digits = scalars[position...].prefix { $0.properties.isASCIIHexDigit }
            let text = String(String.UnicodeScalarView(digits))
            guard digits.count <= 8, UInt32(text, radix: 16).flatMap(Unicode.Scalar.init) != nil else { return nil }
            return position + digits.count
        default: preconditionFailure("say.ebnf: unknown special sequence \(text)")
        }
        return holds ? position + 1 : nil
    }

    func matchClass(_ rule: String, at position: Int) -> Int? { nil }
}
