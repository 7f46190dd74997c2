import Checker
import Diagnostics
import Syntax

extension Place {
    /// The parameters of the call that the cursor is in, and which of them it is at.
    func signatureHelp() -> SignatureHelp? {
        guard let (name, given, label) = openCall else { return nil }
        let text = source.text(name)
        let (line, parameters, documentation): (String, [String], String?)
        if let names = builtinFunctions[text] {
            (line, parameters, documentation) = (builtinLine(text) ?? text, names, nil)
        } else if let (symbol, index, _) = analysis.symbol(at: name.lower), let written = self.parameters(of: symbol) {
            (line, parameters) = ("\(text)(\(written.joined(separator: ", ")))", written)
            documentation = analysis.index.symbols[index].documentation
        } else {
            return nil
        }
        let labelled = label.flatMap { label in parameters.firstIndex { $0.hasPrefix(label + ":") || $0 == label } }
        return SignatureHelp(
            signatures: [
                .init(
                    label: line, documentation: documentation.map { MarkupContent(value: $0) },
                    parameters: parameters.map { .init(label: $0) })
            ], activeSignature: 0, activeParameter: min(labelled ?? given, max(parameters.count - 1, 0)))
    }

    /// The name of the innermost call that is open at the cursor, how many arguments stand before it, and the label of the one
    /// that is begun.
    private var openCall: (name: Span, given: Int, label: String?)? {
        let before = words(of: source).filter { $0.span.upper <= offset }
        var (depth, given, label) = (0, 0, String?.none)
        for place in before.indices.reversed() {
            let text = source.text(before[place].span)
            switch text {
            case ")", "]", "}": depth += 1
            case "(" where depth == 0:
                guard place > 0, before[place - 1].kind == .name else { return nil }
                return (before[place - 1].span, given, label)
            case "(", "[", "{":
                guard depth > 0 else { return nil }
                depth -= 1
            case "," where depth == 0: given += 1
            case ":" where depth == 0 && given == 0 && label == nil && place > 0:
                label = source.text(before[place - 1].span)
            default: break
            }
        }
        return nil
    }

    /// As they are declared, one text each.
    private func parameters(of symbol: Symbol) -> [String]? {
        guard let file = analysis.source(symbol.name.span.file) else { return nil }
        switch analysis.declaration(of: symbol) {
        case .function(let it)?: return it.parameters.map { "\($0.name.text): \(file.text($0.type.span))" }
        case .model(let it)?: return it.inputs.map { "\($0.name.text): \(file.text($0.type.span))" }
        default: return nil
        }
    }
}
