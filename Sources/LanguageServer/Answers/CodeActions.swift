import Diagnostics

extension Place {
    /// The edits that hints propose for what is wrong in a range.
    func codeActions(_ wanted: LSPRange?) -> [CodeAction] {
        analysis.examined.diagnostics.flatMap { diagnostic -> [CodeAction] in
            let published = server.publish(diagnostic, analysis)
            if let wanted, published.range.end < wanted.start || wanted.end < published.range.start { return [] }
            return diagnostic.hints.compactMap { hint in
                guard let edit = hint.edit, let location = location(edit.span) else { return nil }
                return CodeAction(
                    title: hint.title, kind: "quickfix", diagnostics: [published],
                    edit: WorkspaceEdit(changes: [
                        location.uri: [TextEdit(range: location.range, newText: edit.replacement)]
                    ]), isPreferred: diagnostic.hints.count == 1)
            }
        }
    }
}

extension Hint {
    /// What is done: a question is answered.
    fileprivate var title: String {
        let question = "did you mean "
        guard text.hasPrefix(question), text.hasSuffix("?") else { return text }
        return "change to " + text.dropFirst(question.count).dropLast()
    }
}
