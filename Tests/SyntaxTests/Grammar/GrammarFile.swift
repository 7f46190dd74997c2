import Foundation

/// One right-hand side of Grammar/say.ebnf.
indirect enum Form: Sendable {
    case terminal(String)
    case rule(String)
    case special(String)
    case sequence([Form])
    case choice([Form])
    case option(Form)
    case repetition(Form)
    case exception(Form, not: Form)
}

/// Grammar/say.ebnf, read. Understands the part of ISO/IEC 14977 that the file uses.
struct GrammarFile: Sendable {
    private(set) var rules: [String: Form] = [:]
    /// In the order of the file.
    private(set) var names: [String] = []

    static let say = GrammarFile(
        text: try! String(contentsOf: Place.grammar.appending(path: "say.ebnf"), encoding: .utf8))

    init(text: String) {
        var reader = Reader(text: Array(text.unicodeScalars))
        while let name = reader.word() {
            reader.expect("=")
            rules[name] = reader.choice()
            names.append(name)
            reader.expect(";")
        }
        precondition(reader.isAtEnd, "say.ebnf: nothing readable at \(reader.rest)")
    }

    private struct Reader {
        let text: [Unicode.Scalar]
        var offset = 0

        var isAtEnd: Bool { offset == text.count }
        var rest: String { String(String.UnicodeScalarView(text[offset...].prefix(40))) }

        mutating func skipBlanks() {
            while offset < text.count {
                if text[offset].properties.isWhitespace {
                    offset += 1
                    continue
                }
                guard text[offset] == "(", offset + 1 < text.count, text[offset + 1] == "*" else { return }
                offset += 2
                while !(text[offset] == "*" && text[offset + 1] == ")") { offset += 1 }
                offset += 2
            }
        }

        mutating func at(_ sign: Unicode.Scalar) -> Bool {
            skipBlanks()
            return offset < text.count && text[offset] == sign
        }

        mutating func accept(_ sign: Unicode.Scalar) -> Bool {
            guard at(sign) else { return false }
            offset += 1
            return true
        }

        mutating func expect(_ sign: Unicode.Scalar) {
            precondition(accept(sign), "say.ebnf: expected \(sign) at \(rest)")
        }

        mutating func word() -> String? {
            skipBlanks()
            let start = offset
            while offset < text.count, text[offset].properties.isAlphabetic || text[offset] == "-" { offset += 1 }
            return start == offset ? nil : String(String.UnicodeScalarView(text[start..<offset]))
        }

        mutating func choice() -> Form {
            var forms = [sequence()]
            while accept("|") { forms.append(sequence()) }
            return forms.count == 1 ? forms[0] : .choice(forms)
        }

        mutating func sequence() -> Form {
            var forms = [exception()]
            while accept(",") { forms.append(exception()) }
            return forms.count == 1 ? forms[0] : .sequence(forms)
        }

        mutating func exception() -> Form {
            let form = primary()
            return accept("-") ? .exception(form, not: primary()) : form
        }

        mutating func primary() -> Form {
            if accept("[") { return closed(by: "]", Form.option) }
            if accept("{") { return closed(by: "}", Form.repetition) }
            if accept("(") { return closed(by: ")") { $0 } }
            if accept("\"") { return .terminal(upTo("\"")) }
            if accept("'") { return .terminal(upTo("'")) }
            if accept("?") { return .special(upTo("?").trimmingCharacters(in: .whitespaces)) }
            guard let name = word() else { preconditionFailure("say.ebnf: expected a form at \(rest)") }
            return .rule(name)
        }

        mutating func closed(by closer: Unicode.Scalar, _ make: (Form) -> Form) -> Form {
            let form = choice()
            expect(closer)
            return make(form)
        }

        mutating func upTo(_ end: Unicode.Scalar) -> String {
            let start = offset
            while text[offset] != end { offset += 1 }
            offset += 1
            return String(String.UnicodeScalarView(text[start..<offset - 1]))
        }
    }
}
