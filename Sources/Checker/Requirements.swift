import Diagnostics
import Syntax

/// The files that a spec names, in the order written: what is loaded before it can be checked.
package struct Requirements: Sendable {
    package struct File: Sendable {
        package let name: String
        /// As written behind `from`; nil where the command line has to say it.
        package let path: String?
        /// Of data: what the spec says stands between fields.
        package var separator: String?
        package let span: Span
        /// Whether each line of it is a text.
        package var holdsLines = false
        /// Of a model, what the text behind `from` names.
        package var origin = ModelDeclaration.Origin.file
    }

    package var models: [File] = []
    package var data: [File] = []
    package var languageModels: [File] = []
    package var uses: [UseDeclaration] = []

    /// What the lines of a file are called among data.
    static func lines(of file: String) -> String { "lines \"\(file)\"" }
}

/// What one file needs; for what its `use`s need in turn, ask again with their trees.
package func requirements(of tree: SyntaxTree) -> Requirements {
    var result = Requirements()
    for declaration in tree.declarations {
        switch declaration {
        case .model(let it) where it.wrapping == nil:
            result.models.append(
                .init(
                    name: it.name.text, path: it.file?.text, span: it.file?.span ?? it.name.span, origin: it.origin))
        case .languageModel(let it):
            result.languageModels.append(
                .init(name: it.name.text, path: it.file?.text, span: it.file?.span ?? it.name.span))
        case .data(let it):
            result.data.append(
                .init(
                    name: it.name.text, path: it.file?.text, separator: it.separator?.text,
                    span: it.file?.span ?? it.name.span))
        case .use(let it):
            result.uses.append(it)
        default:
            break
        }
    }
    for file in tree.lineFiles where !result.data.contains(where: { $0.name == Requirements.lines(of: file.text) }) {
        result.data.append(
            .init(name: Requirements.lines(of: file.text), path: file.text, span: file.span, holdsLines: true))
    }
    return result
}
