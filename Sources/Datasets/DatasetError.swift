/// Why a data file could not be read or written, in words for the person who has the file.
package struct DatasetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What in the file the error is about: "entry `image.npy`", "line 12"; nil for the file as a whole.
    package let subject: String?
    package let message: String

    package init(_ message: String, in subject: String? = nil) {
        self.message = message
        self.subject = subject
    }

    package var description: String { subject.map { "\($0): " + message } ?? message }

    func inside(_ subject: @autoclosure () -> String) -> DatasetError {
        self.subject == nil ? DatasetError(message, in: subject()) : self
    }
}
