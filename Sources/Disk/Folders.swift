import FoundationEssentials
import Glibc

/// Folders, and what is in them.
package enum Folders {
    /// Makes a folder and those that it is in, as far as they are not there.
    package static func make(_ path: String) throws(DiskError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            guard mkdir(made, 0o777) != 0 else { continue }
            let error = DiskError.last("cannot make the folder `\(path)`")
            guard isFolder(made) else { throw error }
        }
    }

    package static func isFolder(_ path: String) -> Bool { isFolder(path, stat) }

    /// The files in a folder and those below it, in order, by their paths within it; hidden ones are left out, and links to
    /// folders are not followed. One more than `limit` where there are more; nil where the folder cannot be read.
    package static func files(below path: String, limit: Int) -> [String]? {
        guard let first = names(in: path) else { return nil }
        var (files, waiting) = ([String](), first)
        while let next = waiting.popLast(), files.count <= limit {
            if isFolder(path + "/" + next, lstat) {
                waiting += (names(in: path + "/" + next) ?? []).map { next + "/" + $0 }
            } else {
                files.append(next)
            }
        }
        return files
    }

    /// Those that are not hidden, the first in order last.
    private static func names(in path: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted(by: >)
    }

    private static func isFolder(
        _ path: String, _ ask: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
    ) -> Bool {
        var status = Glibc.stat()
        return ask(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
