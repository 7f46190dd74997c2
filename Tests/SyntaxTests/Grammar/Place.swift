import Foundation

/// The folders the tests read.
enum Place {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let grammar = package.appending(path: "Grammar")
    static let corpus = grammar.appending(path: "corpus")
    static let goldens = package.appending(path: "Tests/SyntaxTests/Goldens")
    static let layouts = goldens.appending(path: "format")

    /// The files of a folder by name without extension, in order of name.
    static func files(in folder: URL) -> [(name: String, text: String)] {
        let files = try! FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return files.filter { !$0.hasDirectoryPath }.sorted { $0.path < $1.path }.map {
            ($0.deletingPathExtension().lastPathComponent, try! String(contentsOf: $0, encoding: .utf8))
        }
    }
}
