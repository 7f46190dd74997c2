import Diagnostics
import Syntax

extension Checker {
    /// Checks a file, then each file it uses, and gives the file's own properties.
    func checkFile(_ tree: SyntaxTree) -> [CheckedProperty] {
        let main = open(tree)
        checkOverrides(of: main)
        for file in files { checkDeclarations(of: file) }
        checkPropertyNames(in: main)
        for file in files.dropFirst() {
            for case .property(let property) in file.tree.declarations { _ = checkProperties(property, in: file) }
        }
        isFileSound = log.mistakes == 0
        let properties = main.tree.declarations.flatMap { declaration -> [CheckedProperty] in
            guard case .property(let property) = declaration else { return [] }
            return checkSeparately(property, in: main)
        }
        if !log.diagnostics.hasErrors { reportUnused() }
        return properties
    }

    /// What is wrong in one property leaves the others as they are.
    private func checkSeparately(_ property: PropertyDeclaration, in file: FileScope) -> [CheckedProperty] {
        let before = log.mistakes
        let checked = checkProperties(property, in: file)
        guard log.mistakes > before else { return checked }
        mistaken.append(.init(name: property.name.text, title: property.title?.text, span: property.span))
        return []
    }

    private func checkDeclarations(of file: FileScope) {
        checkDuplicates(in: file)
        for declaration in file.tree.declarations {
            guard let name = declaration.name, isFirst(declaration, name, in: file) else { continue }
            checkDeclaration(declaration, name.text, in: file)
        }
    }

    private func isFirst(_ declaration: Declaration, _ name: Name, in file: FileScope) -> Bool {
        file.declarations[name.text]?.name?.span == name.span
    }

    private func checkDeclaration(_ declaration: Declaration, _ name: String, in file: FileScope) {
        switch declaration {
        case .enumeration(let it): _ = enumeration(Found(node: it, file: file, name: name))
        case .type(let it): checkType(Found(node: it, file: file, name: name))
        case .param(let it): _ = parameterValue(Found(node: it, file: file, name: name))
        case .model(let it): _ = modelIndex(Found(node: it, file: file, name: name))
        case .data(let it): _ = tableIndex(Found(node: it, file: file, name: name))
        case .function:
            for function in file.functions[name, default: [:]].sorted(by: { $0.key < $1.key }) {
                checkFunction(Found(node: function.value, file: file, name: name, parameters: function.key))
            }
        case .constant(let it): _ = constantValue(Found(node: it, file: file, name: name))
        case .fit(let it): _ = fitted(Found(node: it, file: file, name: name))
        case .languageModel, .use, .property, .malformed: break
        }
    }

    private func checkPropertyNames(in file: FileScope) {
        guard !file.tree.declarations.contains(where: { if case .property = $0 { true } else { false } }) else {
            return
        }
        report(.noProperty(at: file.tree.source.span.beginning))
    }
}

extension Diagnostic {
    fileprivate static func noProperty(at span: Span) -> Diagnostic {
        Diagnostic(
            .warning, code: CheckerCode.noProperty.rawValue, "this file has no property: there is nothing to check",
            at: span,
            hints: [Hint("write one: `property name { forall ... check ... }`")])
    }
}
