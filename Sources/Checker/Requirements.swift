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
        /// Of a model, what the text behind `from` names.
        package var origin = ModelDeclaration.Origin.file
    }

    package var models: [File] = []
    package var data: [File] = []
    package var uses: [UseDeclaration] = []
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
    return result
}
