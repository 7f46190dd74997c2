/// Why a language model's files cannot be used, in words for the person who has them.
package struct LanguageModelError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
