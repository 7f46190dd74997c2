import FoundationEssentials
import Glibc
import Terminal

/// The bytes of a large file, as pages of the file itself.
package struct MappedFile {
    private let data: Data

    package init(_ path: String) throws(Failure) {
        guard access(path, R_OK) == 0 else {
            throw Failure("cannot read `\(path)`: \(String(cString: strerror(errno)))")
        }
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch { throw Failure("cannot read `\(path)`") }
    }

    package var count: Int { data.count }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try data.withUnsafeBytes(body)
    }

    /// The bytes of several files, in their order.
    package static func withBytes<Result>(
        of files: [MappedFile], _ body: ([UnsafeRawBufferPointer]) throws -> Result
    ) rethrows -> Result {
        func open(_ index: Int, _ bytes: [UnsafeRawBufferPointer]) throws -> Result {
            guard index < files.count else { return try body(bytes) }
            return try files[index].withBytes { try open(index + 1, bytes + [$0]) }
        }
        return try open(0, [])
    }
}
