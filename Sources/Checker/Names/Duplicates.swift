import Diagnostics
import Syntax

extension Checker {
    /// Reports names that a file declares twice, or that the language has taken.
    func checkDuplicates(in file: FileScope) {
        var first: [String: Name] = [:]
        var properties: [String: Name] = [:]
        var functions: [Int: [String: Name]] = [:]
        for declaration in file.tree.declarations {
            guard let name = declaration.name, !name.isMissing else { continue }
            if case .property = declaration {
                checkDuplicate(name, of: "a property", among: &properties)
            } else if case .function(let it) = declaration, case .function? = file.declarations[name.text] {
                // Functions of one name are told apart by how many parameters they have.
                checkDuplicate(name, of: "declared", among: &functions[it.parameters.count, default: [:]])
                if isBuiltIn(name.text, as: declaration) { report(.builtInName(name)) }
            } else {
                checkDuplicate(name, of: "declared", among: &first)
                if isBuiltIn(name.text, as: declaration) { report(.builtInName(name)) }
            }
            if case .enumeration(let it) = declaration { checkCases(it) }
        }
    }

    /// Reports names that occur twice among `names`, whose kind `what` says.
    func checkDuplicates(_ names: [Name], _ what: String) {
        var first: [String: Name] = [:]
        for name in names where !name.isMissing { checkDuplicate(name, of: what, among: &first) }
    }

    private func checkCases(_ enumeration: EnumDeclaration) {
        checkDuplicates(enumeration.cases, "a case")
        let texts = enumeration.entries.map { entry in
            entry.text.map { Name($0.text, span: $0.span) } ?? entry.name
        }
        var first: [String: Name] = [:]
        for text in texts where enumeration.entries.contains(where: { $0.text != nil }) && !text.isMissing {
            checkDuplicate(text, of: "the text of a case", among: &first)
        }
    }

    private func checkDuplicate(_ name: Name, of what: String, among first: inout [String: Name]) {
        if let other = first[name.text] {
            report(.duplicateName(name, what, at: other.span))
        } else {
            first[name.text] = name
        }
    }

    private func isBuiltIn(_ name: String, as declaration: Declaration) -> Bool {
        switch declaration {
        case .function, .model: builtins[name] != nil
        case .type, .enumeration: builtInTypes.contains(name)
        case .param, .constant, .data: builtinConstants[name] != nil
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func duplicateName(_ name: Name, _ what: String, at other: Span) -> Diagnostic {
        Diagnostic(
            .duplicateName, "`\(name.text)` is already \(what)", at: name.span, labels: [Label("here", at: other)],
            hints: [Hint("choose another name")])
    }

    fileprivate static func builtInName(_ name: Name) -> Diagnostic {
        Diagnostic(
            .duplicateName, "`\(name.text)` is built in", at: name.span, hints: [Hint("choose another name")])
    }
}
