import Diagnostics
import Syntax

/// Something that a file declares a name for.
struct Symbol {
    enum Kind {
        case type, enumeration, enumCase, model, languageModel, data, param, constant, function, fit, property
        /// Of a record, a table, or a model's input, output or inner tensor.
        case field
        /// A name in a property, function or expression; of a function or type, what it is given; a size that a type names.
        case local, parameter, size
    }

    let name: Name
    let kind: Kind
    /// All of the declaration.
    let span: Span
    let documentation: String?
    /// What it is a case or a field of.
    var owner: Int?
    /// The unit that the comment behind a field says, and all of that comment.
    var remark: String?
    /// Where a local can be read; nil where that is everywhere.
    var scope: Span?
}

/// A place where a symbol is named.
struct Occurrence {
    let span: Span
    let symbol: Int
    let isDeclaration: Bool
}
