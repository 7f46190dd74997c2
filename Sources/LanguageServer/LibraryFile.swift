import Diagnostics
import Disk
import FoundationEssentials

/// The specs of the library, which are inside the program, as files that an editor can open.
enum LibraryFile {
    /// The address of a source; a library spec is written to a folder of caches first. nil where that cannot be.
    static func uri(of source: SourceFile) -> String? {
        guard !source.path.hasPrefix("/") else { return Document.uri(of: source.path) }
        guard source.path.hasPrefix("SpecLibrary/") else { return nil }
        let environment = ProcessInfo.processInfo.environment
        guard let home = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map({ $0 + "/.cache" }) else {
            return nil
        }
        let path = home + "/gainsay/" + source.path
        if (try? Data(contentsOf: URL(filePath: path))) != Data(source.bytes) {
            guard (try? Folders.make(Path.folder(of: path))) != nil,
                (try? WholeFile.write(source.bytes, to: path)) != nil
            else { return nil }
        }
        return Document.uri(of: path)
    }
}
