import Diagnostics
import Syntax

extension Place {
    func preparedRename() throws(ResponseError) -> PreparedRename {
        guard let (symbol, _, span) = analysis.symbol(at: offset) else {
            throw .failed("only what the spec declares can be renamed")
        }
        guard symbol.name.span.file == source.id || server.isWritable(symbol.name.span.file, analysis) else {
            throw .failed("`\(symbol.name.text)` is declared in the library")
        }
        return PreparedRename(range: range(span), placeholder: symbol.name.text)
    }

    fileprivate func edits(to name: String) throws(ResponseError) -> [Occurrence] {
        _ = try preparedRename()
        guard name.isName else { throw .failed("`\(name)` is no name: letters, digits and `_`, no digit first") }
        guard !reservedWords.contains(name) else { throw .failed("`\(name)` is a word of the language") }
        guard let (_, index, _) = analysis.symbol(at: offset) else { return [] }
        return analysis.index.occurrences(of: index)
    }
}

extension LanguageServer {
    /// The edits that rename what a place names, in all files of its spec. Throws where the spec would have a mistake then that it
    /// has not now.
    func rename(_ place: Place, to name: String) throws(ResponseError) -> WorkspaceEdit {
        let analysis = place.analysis
        let occurrences = try place.edits(to: name)
        var (changes, texts) = ([String: [TextEdit]](), texts)
        for (file, edits) in Dictionary(grouping: occurrences, by: \.span.file) {
            guard let source = analysis.source(file) else { continue }
            var bytes = source.bytes
            for edit in edits.sorted(by: { $0.span.lower > $1.span.lower }) {
                bytes.replaceSubrange(edit.span.range, with: name.utf8)
                guard let location = location(edit.span, in: analysis, mainURI: place.uri) else { continue }
                changes[location.uri, default: []].insert(TextEdit(range: location.range, newText: name), at: 0)
            }
            texts[source.path] = bytes
        }
        let after = try examine(place.uri, open: texts).examined.diagnostics.filter { $0.severity == .error }
        let before = analysis.examined.diagnostics.filter { $0.severity == .error }
        if after.count > before.count {
            let new = after.first { mistake in !before.contains { $0.message == mistake.message } } ?? after[0]
            throw .failed("not renamed: \(new.message)")
        }
        return WorkspaceEdit(changes: changes)
    }

    /// Whether a file is one on disk, and none of the library's.
    func isWritable(_ file: SourceFile.ID, _ analysis: Analysis) -> Bool {
        analysis.source(file)?.path.hasPrefix("/") ?? false
    }
}

extension String {
    fileprivate var isName: Bool {
        guard let first = utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
        return allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
