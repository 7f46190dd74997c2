import Datasets
import Disk
import Glibc
import Terminal

/// Reading what the user names, within bounds.
package enum Files {
    /// The largest file that is read, and the most that a compressed one may hold.
    package static let limit = 1 << 31
    /// The largest spec.
    package static let specLimit = 1 << 26

    /// The bytes of a file, decompressed if they are gzip.
    package static func read(_ path: String, limit: Int = limit) throws(Failure) -> [UInt8] {
        let bytes = try readAsIs(path, limit: limit)
        guard bytes.withUnsafeBytes({ Gzip.recognises($0) }) else { return bytes }
        do { return try Gzip.decompress(bytes, limit: limit) } catch { throw Failure("\(path): \(error)") }
    }

    /// The bytes of a file, or of the part of it that starts at `offset` and has `count` bytes.
    package static func readAsIs(
        _ path: String, offset: Int = 0, count: Int? = nil, limit: Int = limit
    ) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("cannot read `\(path)`: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure("cannot read `\(path)`") }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure("cannot read `\(path)`: it is a folder") }
        if status.st_mode & S_IFMT != S_IFREG { return try drain(descriptor, path, limit) }
        let size = max(0, min(count ?? Int.max, Int(status.st_size) - offset))
        guard size <= limit else { throw Failure("`\(path)` is larger than \(limit >> 20) MB") }
        guard lseek(descriptor, offset, SEEK_SET) == offset else { throw Failure("cannot read `\(path)` at \(offset)") }
        return try fill(size, from: descriptor, path)
    }

    private static func fill(_ size: Int, from descriptor: Int32, _ path: String) throws(Failure) -> [UInt8] {
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = Glibc.read(descriptor, buffer.baseAddress! + filled, size - filled)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { error = errno }
                guard count > 0 else { break }
                filled += count
            }
        }
        guard error == 0 else { throw Failure("cannot read `\(path)`: \(String(cString: strerror(error)))") }
        return bytes
    }

    /// A pipe or a device: read until it ends.
    private static func drain(_ descriptor: Int32, _ path: String, _ limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try fill(1 << 16, from: descriptor, path)
            if part.isEmpty { return bytes }
            bytes += part
            guard bytes.count <= limit else { throw Failure("`\(path)` is larger than \(limit >> 20) MB") }
        }
    }

    /// Writes a file as a whole or not at all.
    package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        do { try WholeFile.write(bytes, to: path) } catch { throw Failure("\(error)") }
    }

    /// Throws where no file can be written beside this one: before work is done whose result would have nowhere to go.
    package static func checkFolder(of path: String) throws(Failure) {
        let folder = Path.folder(of: path)
        guard access(folder.isEmpty ? "." : folder, W_OK) != 0 else { return }
        throw Failure("cannot write `\(path)`: \(String(cString: strerror(errno)))")
    }

    /// Throws where no file of this name can be written.
    package static func requirePlace(_ path: String) throws(Failure) {
        guard !path.isEmpty else { throw Failure("a file to write to has no name") }
        guard !Folders.isFolder(path) else { throw Failure("cannot write `\(path)`: it is a folder") }
        let folder = Path.folder(of: path)
        guard folder.isEmpty || Folders.isFolder(folder) else {
            throw Failure("cannot write `\(path)`: there is no folder `\(folder)`")
        }
        try checkFolder(of: path)
    }

    package static func makeFolder(_ path: String) throws(Failure) {
        do { try Folders.make(path) } catch { throw Failure("\(error)") }
    }

    /// The files in a folder and those below it, as `Folders` lists them.
    package static func names(in folder: String, limit: Int) throws(Failure) -> [String] {
        guard let names = Folders.files(below: folder, limit: limit) else {
            throw Failure("cannot read the folder `\(folder)`")
        }
        guard names.count <= limit else { throw Failure("`\(folder)` has more than \(limit) files") }
        return names
    }

    /// `path` as seen from the folder that `file` lies in.
    package static func path(_ path: String, besides file: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = Path.folder(of: file)
        return folder.isEmpty ? path : folder + "/" + path
    }
}
