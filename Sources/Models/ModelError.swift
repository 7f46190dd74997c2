/// Why a model file could not be read, in words for the person who has the file.
package struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What in the file the error is about: "node `conv1` (Conv)", "tensor `fc.weight`"; nil for the file as a whole.
    package let subject: String?
    package let message: String
    package let hint: String?

    package init(_ message: String, in subject: String? = nil, hint: String? = nil) {
        self.message = message
        self.subject = subject
        self.hint = hint
    }

    package var description: String {
        let place = subject.map { "\($0): " } ?? ""
        let mend = hint.map { " (\($0))" } ?? ""
        return place + message + mend
    }

    /// The same error said of `subject`, where it does not name one already.
    package func inside(_ subject: @autoclosure () -> String) -> ModelError {
        self.subject == nil ? ModelError(message, in: subject(), hint: hint) : self
    }
}
