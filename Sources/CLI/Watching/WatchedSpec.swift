import Checker
import Diagnostics
import Glibc
import Loading
import SpecLibrary
import Syntax

/// A spec with the files that it names, as they are at one time.
struct WatchedSpec {
    let path: String
    private let stamps: [String: FileStamp?]
    /// The text of each property, and of all that is none; nil where the spec does not parse.
    private let properties: [String: String]?
    private let rest: String

    /// `models` and `data` are files that stand in for those of the spec, by their names.
    init(_ path: String, models: [String: String], data: [String: String]) {
        self.path = path
        var files = [path]
        var (properties, rest): ([String: String]?, String) = (nil, "")
        var (waiting, seen) = ([path], Set<String>())
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted, next.hasSuffix(".say"),
                let bytes = try? Files.read(next, limit: 1 << 26)
            else { continue }
            let source = SourceFile(path: next, bytes: bytes, id: SourceFile.ID(UInt32(seen.count - 1)))
            let (tree, problems) = parse(source)
            if next == path, !problems.hasErrors { (properties, rest) = Self.parts(of: tree) }
            let needed = requirements(of: tree)
            let used = needed.uses.compactMap { use in
                if case .file(let file) = use.target { Files.path(file.text, besides: next) } else { nil }
            }
            waiting += used
            files += used
            for (named, given) in [(needed.models + needed.languageModels, models), (needed.data, data)] {
                files += named.compactMap { given[$0.name] ?? $0.path.map { Files.path($0, besides: next) } }
            }
        }
        (self.properties, self.rest) = (properties, rest)
        stamps = Dictionary(files.map { ($0, FileStamp($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The files that are not as they were.
    var changed: [String] { stamps.filter { FileStamp($0.key) != $0.value }.map(\.key).sorted() }

    /// The properties whose own text is another than before, where nothing else in the spec is and no other file changed; nil where any may be
    /// touched.
    func touched(since before: WatchedSpec, _ changed: [String]) -> [String]? {
        guard changed == [path], rest == before.rest, let properties, let earlier = before.properties else {
            return nil
        }
        return properties.filter { earlier[$0.key] != $0.value }.map(\.key).sorted()
    }

    private static func parts(of tree: SyntaxTree) -> ([String: String], String) {
        var (properties, rest) = ([String: String](), "")
        var place = 0
        let bytes = tree.source.bytes
        for declaration in tree.declarations {
            guard case .property(let property) = declaration else { continue }
            properties[property.name.text] = tree.source.text(property.span)
            rest += String(decoding: bytes[place..<property.span.lower], as: UTF8.self)
            place = property.span.upper
        }
        return (properties, rest + String(decoding: bytes[place...], as: UTF8.self))
    }
}
