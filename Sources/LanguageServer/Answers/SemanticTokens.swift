import Checker
import Diagnostics
import Syntax

/// What a word is shown as, in the words of the protocol.
enum TokenType: String, CaseIterable {
    case keyword, string, number, regexp, comment, type, `enum`, enumMember, `class`, variable, parameter, property
    case function, event
}

enum TokenModifier: String, CaseIterable {
    case declaration, readonly, defaultLibrary, documentation
}

extension Place {
    /// Every word and comment of the file, in order; signs are left to the editor.
    func semanticTokens() -> SemanticTokens {
        var marks: [(span: Span, type: TokenType, modifiers: [TokenModifier])] = []
        let occurrences = Dictionary(
            (analysis.index.occurrences[source.id] ?? []).map { ($0.span, $0) }, uniquingKeysWith: { first, _ in first }
        )
        for word in words(of: source) {
            switch word.kind {
            case .keyword: marks.append((word.span, .keyword, []))
            case .number: marks.append((word.span, .number, []))
            case .string: marks.append((word.span, .string, []))
            case .regex: marks.append((word.span, .regexp, []))
            case .sign: break
            case .name:
                guard let (type, modifiers) = look(of: word.span, occurrences[word.span]) else { continue }
                marks.append((word.span, type, modifiers))
            }
        }
        for comment in analysis.tree.comments {
            marks.append((comment.span, .comment, comment.kind == .documentation ? [.documentation] : []))
        }
        return encoded(marks.sorted { $0.span.lower < $1.span.lower })
    }

    private func look(of span: Span, _ occurrence: Occurrence?) -> (TokenType, [TokenModifier])? {
        guard let occurrence else {
            let text = source.text(span)
            if builtInTypes.contains(text) { return (.type, [.defaultLibrary]) }
            return builtinFunctions[text] == nil ? nil : (.function, [.defaultLibrary])
        }
        let declared: [TokenModifier] = occurrence.isDeclaration ? [.declaration] : []
        return switch analysis.index.symbols[occurrence.symbol].kind {
        case .type: (.type, declared)
        case .enumeration: (.enum, declared)
        case .enumCase: (.enumMember, declared)
        case .model, .languageModel, .fit, .data: (.class, declared)
        case .param, .constant: (.variable, declared + [.readonly])
        case .function: (.function, declared)
        case .property: (.event, declared)
        case .field: (.property, declared)
        case .local: (.variable, declared)
        case .parameter, .size: (.parameter, declared)
        }
    }

    /// Five numbers each: lines and characters since the last one, its length, type and modifiers.
    private func encoded(_ marks: [(span: Span, type: TokenType, modifiers: [TokenModifier])]) -> SemanticTokens {
        var (data, last) = ([Int](), LSPPosition(line: 0, character: 0))
        for mark in marks {
            let range = range(mark.span)
            guard range.start.line == range.end.line, range.start >= last,
                let type = TokenType.allCases.firstIndex(of: mark.type)
            else { continue }
            let modifiers = mark.modifiers.reduce(0) { bits, modifier in
                bits | 1 << (TokenModifier.allCases.firstIndex(of: modifier) ?? 0)
            }
            let isSameLine = range.start.line == last.line
            data += [
                range.start.line - last.line, range.start.character - (isSameLine ? last.character : 0),
                range.end.character - range.start.character, type, modifiers,
            ]
            last = range.start
        }
        return SemanticTokens(data: data)
    }
}
