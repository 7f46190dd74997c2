import Diagnostics
import Glibc

/// Standard output and standard error.
package enum Console {
    package enum Stream: Int32 {
        case output = 1
        case error = 2
    }

    package static func write(_ text: String, to stream: Stream = .output) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Colour where a person looks, unless NO_COLOR is set (no-color.org) or the terminal says it has none.
    package static func isColoured(_ stream: Stream) -> Bool {
        guard isTerminal(stream) else { return false }
        let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { strcmp($0, "dumb") == 0 } ?? false
        return !refused && !isDumb
    }
}

extension RenderingStyle {
    package static var forErrors: RenderingStyle { Console.isColoured(.error) ? .coloured : .plain }
}
