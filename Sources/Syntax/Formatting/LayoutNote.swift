/// What the parser knows of a token that its layout depends on.
enum LayoutNote: Sendable {
    case declaration
    /// The first token of a property's clause.
    case clause
    /// The first token of a field, of a `let` in a block, or of a block's result.
    case item
    /// The brace around the clauses of a property.
    case body
    /// The colon between a field's name and its type.
    case fieldColon
    /// The colon behind the name of a model or data set and before what is computed for each: blanks on both sides.
    case wideColon
    /// A brace around the values of a set: no blank inside.
    case tight
    /// A semicolon that separates nothing.
    case redundant
}

extension Parser {
    /// Remembers a fact about the current token, if anybody wants to know.
    mutating func note(_ fact: LayoutNote) { notes?[position] = fact }
}
