import Datasets
import FoundationEssentials
import Glibc
import Synchronization

/// Messages of the base protocol: a header that says how long the JSON behind it is (LSP 3.17, *Base Protocol*).
final class Channel: Sendable {
    /// The longest message that is read; a longer one ends the connection.
    private static let longest = 1 << 28
    private static let longestHeader = 1 << 12

    private let input, output: Int32
    private let lock = Mutex(())

    init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    enum Incoming: Sendable {
        case message(JsonValue)
        /// Of the length that it said, and no JSON.
        case malformed
        case end
    }

    /// The next message; the end, too, where a header is none.
    func read() -> Incoming {
        guard let length = readHeader(), let bytes = read(length) else { return .end }
        guard let value = bytes.withUnsafeBytes({ try? JsonValue($0) }) else { return .malformed }
        return .message(value)
    }

    func write(_ message: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(message) else { return }
        let bytes = Array("Content-Length: \(body.count)\r\n\r\n".utf8) + Array(body)
        lock.withLock { _ in write(bytes) }
    }

    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// What it says of the length; nil where it says none that is allowed.
    private func readHeader() -> Int? {
        var header: [UInt8] = []
        while !header.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard header.count < Self.longestHeader, let byte = read(1) else { return nil }
            header += byte
        }
        for line in String(decoding: header, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let length = Int(parts[1].filter { $0 != " " })
            return length.flatMap { (0...Self.longest).contains($0) ? $0 : nil }
        }
        return nil
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress! + filled, count - filled) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
