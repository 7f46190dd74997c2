import Checker
import Diagnostics
import Loading
import SpecLibrary
import Syntax

extension Place {
    /// What can stand where the cursor is.
    func completions() -> CompletionList {
        let before = wordsBefore
        let items: [CompletionItem] =
            if let string = stringAround {
                texts(in: string, behind: before.filter { $0.span.upper <= string.lower })
            } else if isInUse(before) {
                SpecLibrary.names.map { CompletionItem(label: $0, kind: 9) }
            } else if let last = before.last, last.kind == .sign, source.text(last.span) == "." {
                members(before: last.span.lower)
            } else if startsLine(behind: before.last) {
                starters
            } else if expectsType(behind: before) {
                types + values
            } else {
                values + operators
            }
        return CompletionList(isIncomplete: false, items: items)
    }

    // MARK: Where it is

    /// The words that end before the one the cursor is in.
    private var wordsBefore: [Word] {
        let start = wordStart
        return words(of: source).filter { $0.span.upper <= start }
    }

    private var wordStart: Int {
        var start = offset
        while start > 0, Unicode.Scalar(source.bytes[start - 1]).continuesName { start -= 1 }
        return start
    }

    private var stringAround: Span? {
        words(of: source).first { $0.kind == .string && $0.span.lower < offset && offset < $0.span.upper }?.span
    }

    private func isInUse(_ before: [Word]) -> Bool {
        guard let use = before.suffix(4).last(where: { source.text($0.span) == "use" }) else { return false }
        return source.position(at: use.span.lower).line == source.position(at: wordStart).line
    }

    private func startsLine(behind last: Word?) -> Bool {
        guard let last else { return true }
        return source.position(at: last.span.upper).line < source.position(at: wordStart).line
            && !["=", ",", "+", "-", "*", "(", "[", "and", "or", "implies", "not"].contains(source.text(last.span))
    }

    /// Behind the `:` of a declaration or a binder, behind `->`, and where a type's own name stands.
    private func expectsType(behind before: [Word]) -> Bool {
        guard let last = before.last else { return false }
        let text = source.text(last.span)
        guard text == ":" || text == "->" || text == "?" else { return false }
        let line = before.filter {
            source.position(at: $0.span.lower).line == source.position(at: last.span.lower).line
        }
        let head = line.first.map { source.text($0.span) } ?? ""
        return !["check", "assume", "shrink"].contains(head)
    }

    // MARK: What there is

    private var starters: [CompletionItem] {
        let isInProperty = analysis.property(at: wordStart).map {
            $0.span.lower < wordStart && wordStart < $0.span.upper
        }
        let words =
            isInProperty == true
            ? ["forall", "exists", "for", "let", "assume", "check", "shrink"]
            : ["use", "enum", "type", "model", "language model", "data", "param", "let", "func", "fit", "property"]
        return words.map { CompletionItem(label: $0, kind: 14) } + (isInProperty == true ? values : [])
    }

    private var operators: [CompletionItem] {
        [
            "and", "or", "not", "implies", "in", "contains", "if", "then", "else", "true", "false", "where", "with",
            "from",
        ]
        .map { CompletionItem(label: $0, kind: 14, sortText: "9") }
    }

    private var types: [CompletionItem] {
        builtInTypes.map { CompletionItem(label: $0, kind: 7, sortText: "2") }
            + declared { $0 == .type || $0 == .enumeration }
    }

    /// Locals first, then what the spec and the files it uses declare, then the language's functions.
    private var values: [CompletionItem] {
        let locals = analysis.index.locals(at: wordStart, in: source.id).filter { !isBeingDeclared($0) }
            .map { item($0, sort: "0") }
        let functions = builtinFunctions.keys.sorted().map {
            CompletionItem(label: $0, kind: 3, detail: builtinLine($0), sortText: "3")
        }
        return locals + declared { $0.isValue } + functions
    }

    /// Whether nothing but blanks stand between its declaration and the cursor: more of its value is still to come.
    private func isBeingDeclared(_ local: Int) -> Bool {
        let end = analysis.index.symbols[local].span.upper
        return end <= wordStart && source.bytes[end..<wordStart].allSatisfy { $0 == UInt8(ascii: " ") }
    }

    private func declared(_ isWanted: (Symbol.Kind) -> Bool) -> [CompletionItem] {
        let visible = Set([source.id] + (analysis.examined.imports[source.id] ?? []))
        return analysis.index.symbols.indices.filter { index in
            let symbol = analysis.index.symbols[index]
            return visible.contains(symbol.name.span.file) && isWanted(symbol.kind)
        }.map { item($0, sort: "1") }
    }

    private func item(_ index: Int, sort: String) -> CompletionItem {
        let description = Description(index, in: analysis)
        return CompletionItem(
            label: description.symbol.name.text, kind: description.symbol.kind.completionNumber,
            detail: description.line, documentation: description.symbol.documentation.map { MarkupContent(value: $0) },
            sortText: sort)
    }

    // MARK: Behind a dot

    /// What can stand behind a dot: cases, outputs and inner tensors, what a fit gives, fields.
    private func members(before dot: Int) -> [CompletionItem] {
        if let (symbol, index, _) = analysis.symbol(at: dot) {
            if symbol.kind == .enumeration { return analysis.index.members(of: index).map { item($0, sort: "0") } }
            if symbol.kind == .fit {
                return fitMembers(of: source.text(symbol.span)).map { CompletionItem(label: $0, kind: 5) }
            }
        }
        let base = analysis.index.types.filter { $0.key.file == source.id && $0.key.upper == dot }
            .max { $0.key.range.count < $1.key.range.count }
        guard let base else { return [] }
        if let model = calledModel(base.key) {
            return ports(of: model).map { item($0, sort: "0") }
        }
        return fields(of: base.value).map { field in
            CompletionItem(label: field.name, kind: 5, detail: "\(field)" + (field.unit.map { "  // \($0)" } ?? ""))
        }
    }

    /// The model that an expression calls.
    private func calledModel(_ span: Span) -> Int? {
        let first = analysis.index.occurrence(at: span.lower, in: source.id)
        guard let first, first.span.lower == span.lower, analysis.index.symbols[first.symbol].kind == .model,
            source.bytes[first.span.upper..<span.upper].first == UInt8(ascii: "(")
        else { return nil }
        return first.symbol
    }

    /// Outputs and inner tensors: what the declaration names behind its arrow.
    private func ports(of model: Int) -> [Int] {
        guard case .model(let it)? = analysis.declaration(of: analysis.index.symbols[model]) else { return [] }
        let names = Set((it.outputs + it.activations).map(\.name.span))
        return analysis.index.members(of: model).filter { names.contains(analysis.index.symbols[$0].name.span) }
    }

    private func fields(of type: SayType) -> [SayType.Field] {
        switch type {
        case .row(let fields): fields
        case .record(let record) where record.sequence == nil && !record.isOptional: record.fields
        default: []
        }
    }

    // MARK: In a string

    /// Tensors of the model's file behind `at` and in `.layer("")`, names behind a brace.
    private func texts(in string: Span, behind before: [Word]) -> [CompletionItem] {
        let previous = before.last.map { source.text($0.span) }
        if previous == "at" || previous == "(" && before.dropLast().last.map({ source.text($0.span) }) == "layer" {
            return tensors(around: string)
        }
        let written = source.bytes[string.lower..<offset]
        guard let brace = written.lastIndex(of: UInt8(ascii: "{")),
            !written[brace...].contains(UInt8(ascii: "}"))
        else { return [] }
        return analysis.index.locals(at: offset, in: source.id).map { item($0, sort: "0") }
    }

    private func tensors(around string: Span) -> [CompletionItem] {
        let declaration = analysis.tree.declarations.first { $0.span.contains(string) }
        var signatures = analysis.examined.signatures
        if case .model(let it)? = declaration { signatures = signatures.filter { $0.key == it.name.text } }
        return signatures.sorted { $0.key < $1.key }.flatMap { model, signature in
            (signature.inputs + signature.outputs + signature.inner).map { port in
                CompletionItem(label: port.name, kind: 5, detail: "\(port.type) of \(model)")
            }
        }
    }
}

extension Symbol.Kind {
    fileprivate var isValue: Bool {
        switch self {
        case .enumeration, .enumCase, .model, .languageModel, .data, .param, .constant, .function, .fit: true
        case .type, .property, .field, .local, .parameter, .size: false
        }
    }

    /// As the protocol numbers kinds of completions.
    fileprivate var completionNumber: Int {
        switch self {
        case .type: 7
        case .enumeration: 13
        case .enumCase: 20
        case .model, .languageModel, .data, .fit: 9
        case .param, .constant: 21
        case .function: 3
        case .property: 23
        case .field: 5
        case .local, .parameter, .size: 6
        }
    }
}
