import FoundationEssentials
import Glibc
import Synchronization

/// Tells a program how a run is getting on, a line of JSON at a time: `--progress FILE`.
///
/// What reads too slowly misses lines; the search never waits for it.
package final class ProgressChannel: Sendable {
    private static let opened = Mutex<ProgressChannel?>(nil)
    private static let longestLine = 4096

    /// nil where nobody asked.
    package static var chosen: ProgressChannel? { opened.withLock { $0 } }

    /// Called once, before anything is tried.
    package static func choose(_ path: String) throws(Failure) {
        let channel = try ProgressChannel(path)
        opened.withLock { $0 = channel }
    }

    private let descriptor: Int32

    private init(_ path: String) throws(Failure) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure("--progress: cannot write `\(path)`: \(String(cString: strerror(errno)))")
        }
    }

    /// A line goes whole or not at all: what is no longer than a page is written to a pipe at once.
    package func tell(_ event: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let line = try? encoder.encode(event), line.count < Self.longestLine else { return }
        let bytes = Array(line) + [UInt8(ascii: "\n")]
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
