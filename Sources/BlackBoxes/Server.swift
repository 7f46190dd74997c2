import Glibc
import Tensors

/// What stands behind a black box: a process, or an address. Used by one thread at a time.
package protocol Server: AnyObject {
    /// As messages call it: ``command `python3 serve.py` ``.
    var description: String { get }
    /// Rows of a question that it takes at once.
    func rows(of signature: Signature) -> Int
    /// Asks once: the answer to each question, in order. Whatever is thrown, it can be asked again.
    func ask(_ questions: [[Double]], _ signature: Signature) throws(BoxError) -> [[Double]]
    /// Ends it; asked again, it begins anew.
    func stop()
}

/// How long to wait for a server, and who may stop that.
package struct Patience: Sendable {
    /// Seconds for an answer.
    package var answer: Double
    /// Seconds for the first word of a server that has to start.
    package var start: Double
    package var isCancelled: @Sendable () -> Bool

    package init(answer: Double = 60, start: Double = 120, isCancelled: @escaping @Sendable () -> Bool = { false }) {
        (self.answer, self.start, self.isCancelled) = (answer, start, isCancelled)
    }
}

/// Seconds on a clock that only goes on.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
