import Diagnostics
import Syntax

extension Checker {
    /// The scope of a file and, before it, of all files it uses; a file that is used twice is read once.
    func open(_ tree: SyntaxTree) -> FileScope {
        if let known = files.first(where: { $0.tree.source.id == tree.source.id }) { return known }
        let scope = FileScope(tree, index: files.count)
        files.append(scope)
        filesInUse.append(tree.source.id)
        defer { filesInUse.removeLast() }
        for case .use(let use) in tree.declarations {
            guard let used = resolve(use, from: tree) else { continue }
            if !scope.imports.contains(where: { $0 === used }) { scope.imports.append(used) }
        }
        return scope
    }

    private func resolve(_ use: UseDeclaration, from tree: SyntaxTree) -> FileScope? {
        guard !use.isMissing else { return nil }
        guard let used = loaded.resolve(use.target, tree.source) else {
            report(.unknownModule(use))
            return nil
        }
        guard !filesInUse.contains(used.source.id) else {
            report(.cyclicUse(use))
            return nil
        }
        return open(used)
    }
}

extension UseDeclaration {
    fileprivate var isMissing: Bool {
        switch target {
        case .library(let names): names.contains(where: \.isMissing)
        case .file(let literal): literal.text.isEmpty
        }
    }

    fileprivate var written: String {
        switch target {
        case .library(let names): names.map(\.text).joined(separator: ".")
        case .file(let literal): literal.text
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownModule(_ use: UseDeclaration) -> Diagnostic {
        let advice =
            switch use.target {
            case .library(let names):
                "a library is the file SpecLibrary/\(names.map(\.text).joined(separator: "/")).say"
            case .file: "the path counts from the folder of this file"
            }
        return Diagnostic(.unknownModule, "there is no `\(use.written)` to use", at: use.span, hints: [Hint(advice)])
    }

    fileprivate static func cyclicUse(_ use: UseDeclaration) -> Diagnostic {
        Diagnostic(
            .cyclicUse, "`\(use.written)` uses this file, directly or through others", at: use.span,
            hints: [Hint("move what both need into a third file")])
    }
}
