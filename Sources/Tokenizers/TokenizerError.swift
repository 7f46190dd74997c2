/// Why a tokenizer cannot be made, or cannot read a text.
package struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
