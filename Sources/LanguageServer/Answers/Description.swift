import Checker
import Diagnostics
import Syntax

/// What is said of a symbol: how it is declared, its type, its unit, and its documentation.
struct Description {
    let symbol: Symbol
    let index: Int
    let analysis: Analysis

    init(_ index: Int, in analysis: Analysis) {
        self.index = index
        self.analysis = analysis
        symbol = analysis.index.symbols[index]
    }

    /// One line of Say.
    var line: String {
        let name = symbol.name.text
        switch symbol.kind {
        case .local, .size: return type.map { "\(name): \($0)" } ?? name
        case .enumCase: return owner.map { "\($0.name.text).\(name)" } ?? name
        default: return firstLine
        }
    }

    var markdown: String {
        var text = "```say\n\(line)\n```"
        if let value { text += "\n\n" + value }
        if symbol.kind == .enumCase, let owner { text += "\n\nA case of `\(owner.name.text)`." }
        if symbol.kind == .field, let owner { text += "\n\nOf `\(owner.name.text)`." }
        if let remark = symbol.remark { text += "\n\n" + remark }
        if let documentation = symbol.documentation { text += "\n\n" + documentation }
        return text
    }

    /// The type that the checker has seen, in the words of the language.
    var type: String? { analysis.index.types[symbol.name.span].map { "\($0)" } }

    private var owner: Symbol? { symbol.owner.map { analysis.index.symbols[$0] } }

    /// Of a param, what it comes to.
    private var value: String? {
        guard symbol.kind == .param,
            let known = analysis.examined.parameters.first(where: { $0.name == symbol.name.text }),
            known.values.count == 1
        else { return nil }
        return "Its value is `\(short(known.values[0]))`."
    }

    /// The first line of the declaration, without an open bracket at its end.
    private var firstLine: String {
        guard let source = analysis.source(symbol.span.file) else { return symbol.name.text }
        var line = source.text(symbol.span).prefix { $0 != "\n" && $0 != "\r\n" && $0 != "\r" }
        while let last = line.last, "{= ".contains(last) { line.removeLast() }
        // Without the blanks of a layout in columns.
        line = line.split(separator: " ").joined(separator: " ")[...]
        return line.count > 200 ? line.prefix(200) + "…" : String(line)
    }

    private func short(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}

/// A function that no spec declares, as it is called.
func builtinLine(_ name: String) -> String? {
    builtinFunctions[name].map { "\(name)(\($0.joined(separator: ", ")))" }
}
