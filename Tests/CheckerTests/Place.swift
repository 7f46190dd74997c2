import Foundation

/// Where the tests find their files.
enum Place {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    static let goldens = tests.appending(path: "Goldens")
    static let specs = tests.appending(path: "Specs")
    static let root = tests.deletingLastPathComponent().deletingLastPathComponent()

    /// The names, without extension, of the files of a folder, sorted.
    static func names(in folder: URL, extension suffix: String = "txt") -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == suffix }.map { $0.deletingPathExtension().lastPathComponent }.sorted()
    }
}
