import Foundation

/// The bytes of a large file, as pages of the file itself.
struct MappedFile {
    private let data: Data

    init(_ path: String) throws(Failure) {
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch { throw Failure("cannot read `\(path)`: \(error.localizedDescription)") }
    }

    var count: Int { data.count }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try data.withUnsafeBytes(body)
    }
}
