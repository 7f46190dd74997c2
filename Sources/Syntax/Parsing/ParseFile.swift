import Diagnostics

extension Parser {
    /// `file = { declaration }`
    mutating func parseFile() -> [Declaration] {
        var declarations: [Declaration] = []
        while !at(.end) { declarations.append(parseDeclaration()) }
        return declarations
    }

    private mutating func parseDeclaration() -> Declaration {
        let mark = position
        let documentation = documentation()
        note(.declaration)
        switch kind {
        case .use: return .use(parseUse())
        case .enum: return .enumeration(parseEnum(documentation))
        case .type: return .type(parseType(documentation))
        case .model: return .model(parseModel(documentation))
        case .name where at(word: "language") && ahead(1).kind == .model:
            return .languageModel(parseLanguageModel(documentation))
        case .data: return .data(parseData(documentation))
        case .param: return .param(parseParam(documentation))
        case .let: return .constant(parseConstant(documentation))
        case .name where at(word: "const"): return .constant(parseConstant(documentation))
        case .func: return .function(parseFunc(documentation))
        case .fit: return .fit(parseFit(documentation))
        case .property: return .property(parseProperty(documentation))
        default: return parseMalformed(from: mark)
        }
    }

    /// Passes over what begins no declaration.
    private mutating func parseMalformed(from mark: Int) -> Declaration {
        if !isExcused { reportMalformed() }
        skipOne()
        while !at(.declarationStarts.union([.end])), !isInFirstColumn { skipOne() }
        if !isInFirstColumn || at(.closers) { excuse() }
        return .malformed(span(since: mark))
    }

    /// Where declarations begin, even those that are none.
    private var isInFirstColumn: Bool {
        let offset = Int(current.start)
        return offset == 0 || Unicode.Scalar(source.bytes[offset - 1]).endsLine
    }

    private mutating func reportMalformed() {
        if at(.closers) {
            log.report(.unmatchedBracket(kind, at: span(of: current)))
        } else if at(.clauseStarts) {
            log.report(.clauseOutside(kind, at: span(of: current)))
        } else {
            let suggestion = at(.name) ? suggest(text(of: current), among: Parser.declarationWords) : nil
            log.report(.unknownDeclaration(describe(current), at: span(of: current), suggestion))
        }
    }

    private static let declarationWords = [
        "use", "enum", "type", "model", "language model", "data", "param", "let", "const", "func", "fit", "property",
    ]

    /// The `///` lines directly above the current token, without their slashes.
    private func documentation() -> String? {
        let earliest = position > 0 ? Int(tokens[position - 1].end) : 0
        var lines: [String] = []
        var index = indexOfComment(before: Int(current.start))
        while index >= 0, comments[index].span.lower >= earliest, comments[index].kind == .documentation {
            let line = source.text(comments[index].span).dropFirst(3)
            lines.append(String(line.first == " " ? line.dropFirst() : line))
            index -= 1
        }
        return lines.isEmpty ? nil : lines.reversed().joined(separator: "\n")
    }

    /// The last comment that begins before the offset, or -1. O(log comments).
    func indexOfComment(before offset: Int) -> Int {
        var low = 0
        var high = comments.count
        while low < high {
            let middle = (low + high) / 2
            if comments[middle].span.lower < offset { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

extension Diagnostic {
    fileprivate static func unknownDeclaration(_ found: String, at span: Span, _ suggestion: String?) -> Diagnostic {
        let hint =
            suggestion.map { Hint("did you mean `\($0)`?", edit: Edit(replacing: span, with: $0)) }
            ?? Hint(
                "a file is made of `use`, `enum`, `type`, `model`, `data`, `param`, `let`, `func`, `fit` and `property`"
            )
        return Diagnostic(.unknownDeclaration, "expected a declaration, found \(found)", at: span, hints: [hint])
    }

    fileprivate static func clauseOutside(_ clause: Token.Kind, at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownDeclaration, "expected a declaration, found `\(clause.spelling)`", at: span,
            hints: [Hint("`\(clause.spelling)` belongs into a property: `property name { \(clause.spelling) ... }`")])
    }

    static func unmatchedBracket(_ closer: Token.Kind, at span: Span) -> Diagnostic {
        Diagnostic(
            .unmatchedBracket, "nothing is open that \(closer.description) closes", at: span,
            hints: [Hint("leave it out", edit: Edit(replacing: span, with: ""))])
    }
}
