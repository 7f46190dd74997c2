/// Why a black box has not answered.
package struct BoxError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// It says itself that it has no answer.
        case refused
        /// It ended, took too long, or what came is no answer: to be tried again.
        case failed
        /// It is not what was asked for: trying again is of no use.
        case unfit
        /// The user has stopped waiting.
        case cancelled
    }

    package let kind: Kind
    package let description: String
    /// Seconds to wait before the next attempt, where it says so.
    package var wait: Double?

    package init(_ kind: Kind, _ description: String, wait: Double? = nil) {
        (self.kind, self.description, self.wait) = (kind, description, wait)
    }

    static let cancelled = BoxError(.cancelled, "interrupted")

    /// Not what the protocol says; with the beginning of what came instead.
    static func rubbish(_ what: String, in bytes: some Sequence<UInt8>) -> BoxError {
        let shown = String(decoding: Array(bytes).prefix(60).map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        return BoxError(.failed, "what it answered is no answer: \(what), in `\(shown)`")
    }
}
