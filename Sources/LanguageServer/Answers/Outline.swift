import Diagnostics
import Syntax

extension Place {
    func documentSymbols() -> [DocumentSymbol] {
        let (index, file) = (analysis.index, source.id)
        let all = index.symbols.indices.filter { symbol in
            let it = index.symbols[symbol]
            return it.name.span.file == file && it.owner == nil && it.kind.isDeclared
        }
        return all.map { symbol in
            let members = index.members(of: symbol).map { entry($0, children: nil) }
            return entry(symbol, children: members.isEmpty ? nil : members)
        }
    }

    private func entry(_ symbol: Int, children: [DocumentSymbol]?) -> DocumentSymbol {
        let it = analysis.index.symbols[symbol]
        var detail: String?
        if it.kind == .property, let property = analysis.property(at: it.name.span.lower) {
            detail = property.title?.text
        }
        return DocumentSymbol(
            name: it.name.text, detail: detail, kind: it.kind.symbolNumber, range: range(it.span),
            selectionRange: range(it.name.span), children: children)
    }
}

extension Symbol.Kind {
    fileprivate var isDeclared: Bool {
        switch self {
        case .local, .parameter, .size, .enumCase, .field: false
        default: true
        }
    }

    /// As the protocol numbers symbols.
    fileprivate var symbolNumber: Int {
        switch self {
        case .type: 23
        case .enumeration: 10
        case .enumCase: 22
        case .model, .languageModel, .fit: 5
        case .data: 18
        case .param, .constant: 14
        case .function: 12
        case .property: 6
        case .field: 8
        case .local, .parameter, .size: 13
        }
    }
}

extension Place {
    /// All of the text in the one layout; nothing where it has mistakes of syntax.
    func formatting() -> [TextEdit] {
        let formatted = format(analysis.tree)
        guard formatted != source.text(source.span) else { return [] }
        return [TextEdit(range: range(source.span), newText: formatted)]
    }
}
