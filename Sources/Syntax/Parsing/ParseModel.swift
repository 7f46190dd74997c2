import Diagnostics

extension Parser {
    /// `model = "model", name, ( ":", ports, "->", ports, [ "with", record-type ], [ origin ] | "=", name, arguments )`
    mutating func parseModel(_ documentation: String?) -> ModelDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the model", before: [.colon, .assign])
        if accept(.assign) {
            return ModelDeclaration(
                name: name, inputs: [], outputs: [], activations: [], file: nil, origin: .file,
                wrapping: parseWrapping(),
                documentation: documentation, span: span(since: mark))
        }
        note(.wideColon)
        expect(.colon, "behind the name of the model")
        let inputs = parsePorts("the inputs of the model, as in `(x: Real)`")
        expect(.arrow, "and the outputs of the model")
        let outputs = parsePorts("the outputs of the model, as in `(y: Real)`")
        var activations = parseActivations()
        let (file, origin) = parseOrigin()
        if file != nil, activations.isEmpty, at(.with) {
            log.report(.modelOrder(at: span(of: current)))
            activations = parseActivations()
        }
        return ModelDeclaration(
            name: name, inputs: inputs, outputs: outputs, activations: activations, file: file, origin: origin,
            wrapping: nil, documentation: documentation, span: span(since: mark))
    }

    /// `[ origin ]` with `origin = "from", [ "command" ], string`
    private mutating func parseOrigin() -> (StringLiteral?, ModelDeclaration.Origin) {
        guard ahead(0).kind == .from, ahead(1).kind == .name, text(of: ahead(1)) == "command", ahead(2).kind == .string
        else { return (parseFrom(), .file) }
        advance()
        advance()
        return (expectString("a command between quotes"), .command)
    }

    /// `name, arguments`
    private mutating func parseWrapping() -> ModelDeclaration.Wrapping {
        let method = expectName("how a model is wrapped, as in `corrected(...)`", before: [.leftParenthesis])
        guard at(.leftParenthesis) else {
            expect(.leftParenthesis, "and the model that is wrapped")
            return .init(method: method, arguments: [])
        }
        return .init(method: method, arguments: parseArguments())
    }

    /// `language-model = "language", "model", name, [ "from", string ]`
    mutating func parseLanguageModel(_ documentation: String?) -> LanguageModelDeclaration {
        let mark = position
        advance()
        advance()
        let name = expectName("the name of the language model", before: [.from])
        return LanguageModelDeclaration(
            name: name, file: parseFrom(), documentation: documentation, span: span(since: mark))
    }

    /// `ports = "(", field, { ",", field }, [ "," ], ")"`
    private mutating func parsePorts(_ what: String) -> [Field] {
        guard at(.leftParenthesis) else {
            unexpected(expected: what)
            return []
        }
        let opener = open()
        if at(.rightParenthesis) { unexpected(expected: what) }
        let fields = parseList("`,` or `)`", until: .rightParenthesis) { $0.parseField() }
        close(opener, "`,` or `)`")
        return fields
    }

    /// `[ "with", record-type ]`
    private mutating func parseActivations() -> [Field] {
        guard accept(.with) else { return [] }
        guard at(.leftBrace) else {
            unexpected(expected: "`{` and tensors inside the model")
            return []
        }
        return nested { $0.parseRecordType() } ?? []
    }
}

extension Diagnostic {
    fileprivate static func modelOrder(at span: Span) -> Diagnostic {
        Diagnostic(
            .modelOrder, "expected `with { ... }` before `from`, found it behind", at: span,
            hints: [Hint("write `with { ... } from \"...\"`")])
    }
}
