/// Why a template cannot be read, or cannot be rendered, in words for the person who has it.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

/// What a template may take: beyond it rendering ends with an error.
enum TemplateLimits {
    /// Letters of a template.
    static let length = 1 << 18
    /// Blocks within blocks, and expressions within expressions.
    static let depth = 64
    /// Names, texts, numbers and signs of one block or expression.
    static let words = 2048
    /// Expressions within expressions while they are worked out.
    static let evaluations = 256
    /// Nodes that are gone through in one rendering.
    static let steps = 1 << 18
    /// Letters, or elements, of one value, and of what is rendered.
    static let size = 1 << 20
}
