import Glibc

/// Why a file or a folder could not be made, as the system says it.
package struct DiskError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    static func last(_ what: String) -> DiskError { DiskError("\(what): \(String(cString: strerror(errno)))") }
}

/// Files that are there as a whole or not at all.
package enum WholeFile {
    /// What a write ends on that is not over yet.
    package static let unfinished = ".part"

    /// Writes a file beside the one that is meant, and then in its place.
    package static func write(_ bytes: [UInt8], to path: String) throws(DiskError) {
        let temporary = path + ".\(getpid())" + unfinished
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw .last("cannot write `\(path)`") }
        var isWritten = fill(file, with: bytes)
        isWritten = close(file) == 0 && isWritten
        guard isWritten, rename(temporary, path) == 0 else {
            let error = DiskError.last("cannot write `\(path)`")
            unlink(temporary)
            throw error
        }
    }

    private static func fill(_ file: Int32, with bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(file, rest.baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }
}

extension Slice where Base == UnsafeRawBufferPointer {
    fileprivate var baseAddress: UnsafeRawPointer? { UnsafeRawBufferPointer(rebasing: self).baseAddress }
}
