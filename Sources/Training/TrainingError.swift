/// Why a model cannot be trained, in words.
package struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension TrainingError {
    /// What `body` throws, as a training error: a shape rule's refusal keeps its words.
    package static func only<Result>(_ body: () throws -> Result) throws(TrainingError) -> Result {
        do { return try body() } catch let error as TrainingError { throw error } catch {
            throw TrainingError("\(error)")
        }
    }
}
