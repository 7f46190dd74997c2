import Datasets
import Diagnostics
import Disk
import FoundationEssentials

/// A spec that is open in the editor, as it stands there.
struct Document {
    let uri: String
    let path: String
    private(set) var version: Int?
    private(set) var source: SourceFile

    init(uri: String, version: Int?, text: String) {
        self.uri = uri
        self.version = version
        path = Document.path(of: uri)
        source = SourceFile(path: path, text: text)
    }

    /// Takes the changes of one notification, each a range and its new text, or all of the text.
    mutating func apply(_ changes: [JsonValue], version: Int?, _ encoding: PositionEncoding) {
        for change in changes {
            let text = change["text"]?.textValue ?? ""
            guard let range = LSPRange(change["range"]) else {
                source = SourceFile(path: path, text: text)
                continue
            }
            var bytes = source.bytes
            let start = encoding.offset(of: range.start, in: source)
            let end = max(start, encoding.offset(of: range.end, in: source))
            bytes.replaceSubrange(start..<end, with: text.utf8)
            source = SourceFile(path: path, bytes: bytes)
        }
        self.version = version
    }

    /// The path of a `file:` address; of any other, which names no file, the address itself.
    static func path(of uri: String) -> String {
        guard uri.hasPrefix("file:"), let url = URL(string: uri) else { return uri }
        return Path.plain(url.path(percentEncoded: false))
    }

    static func uri(of path: String) -> String { URL(filePath: path).absoluteString }
}
