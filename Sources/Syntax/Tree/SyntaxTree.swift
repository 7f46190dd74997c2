import Diagnostics

/// What a file says, as written: the outcome of `parse`.
///
/// Every byte string has one. What could not be read is a `.malformed` declaration, a `.missing` expression or type, or a
/// name without text; the parser has reported each of them, so later stages pass over them in silence.
package struct SyntaxTree: Sendable {
    package let source: SourceFile
    package let declarations: [Declaration]
    /// All comments, documentation included, in order.
    package let comments: [Comment]
    /// The files behind `lines`, in order.
    package let lineFiles: [StringLiteral]

    package init(
        source: SourceFile, declarations: [Declaration], comments: [Comment], lineFiles: [StringLiteral] = []
    ) {
        self.lineFiles = lineFiles
        self.source = source
        self.declarations = declarations
        self.comments = comments
    }
}

/// An identifier as written. It has no text where one was expected and none was found.
package struct Name: Hashable, Sendable {
    package let text: String
    package let span: Span

    package init(_ text: String, span: Span) {
        self.text = text
        self.span = span
    }

    package var isMissing: Bool { text.isEmpty }
}

/// `// up to the end of the line`, or `/// documentation` of what follows.
package struct Comment: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case remark, documentation }
    package let kind: Kind
    package let span: Span
}
