/// The files beside a model that hold weights too large for the model file itself.
///
/// A model names them relative to its own folder. A path that is absolute or that leaves the folder through `..` is
/// refused before it gets here; whether links may lead out of the folder is for the reader to decide.
package struct ExternalFiles: Sendable {
    /// Reads `count` bytes from `offset` on of the file at a relative path. Throws where it cannot.
    package typealias Reader = @Sendable (_ path: String, _ offset: Int, _ count: Int) throws -> [UInt8]

    private let read: Reader

    package init(_ read: @escaping Reader) { self.read = read }

    /// For models that come without a folder: every external tensor is an error.
    package static let none = ExternalFiles { path, _, _ in
        throw ModelError("its data is in `\(path)`, and there is no folder to look for it in")
    }

    /// Runs `body` on the `count` bytes that the entries of `external_data` point to.
    func withBytes<Result>(
        of entries: [String: String], count: Int,
        _ body: (UnsafeRawBufferPointer) throws(ModelError) -> Result
    ) throws(ModelError) -> Result {
        let path = try Self.checked(entries["location"] ?? "")
        let offset = try Self.number(entries["offset"] ?? "0", "offset")
        let length = try Self.number(entries["length"] ?? "\(count)", "length")
        guard length == count else { throw ModelError("\(length) bytes in `\(path)`, and its shape takes \(count)") }
        guard !offset.addingReportingOverflow(count).overflow else { throw ModelError("offset \(offset) is too large") }
        let bytes = try load(path, offset, count)
        guard bytes.count == count else {
            throw ModelError("`\(path)` has \(bytes.count) bytes at offset \(offset), not \(count)")
        }
        return try ModelError.only { try bytes.withUnsafeBytes(body) }
    }

    private func load(_ path: String, _ offset: Int, _ count: Int) throws(ModelError) -> [UInt8] {
        do {
            return try read(path, offset, count)
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError("cannot read `\(path)`: \(error)")
        }
    }

    private static func checked(_ path: String) throws(ModelError) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let leaves = path.isEmpty || path.hasPrefix("/") || path.contains("\\") || path.contains(":")
        guard !leaves, !path.utf8.contains(0), !parts.contains("..") else {
            throw ModelError("its data is in `\(path)`, which is not a path inside the model's own folder")
        }
        return path
    }

    private static func number(_ text: String, _ what: String) throws(ModelError) -> Int {
        guard let number = Int(text), number >= 0 else { throw ModelError("\(what) `\(text)` is not a number") }
        return number
    }
}
