import Diagnostics
import Syntax

/// A place in a spec that something is asked about.
struct Place {
    let server: LanguageServer
    let analysis: Analysis
    let uri: String
    /// In bytes; 0 where the request names none.
    let offset: Int

    init(_ server: LanguageServer, _ analysis: Analysis, _ uri: String, _ position: LSPPosition?) {
        self.server = server
        self.analysis = analysis
        self.uri = uri
        offset = position.map { server.client.encoding.offset(of: $0, in: analysis.source) } ?? 0
    }

    var source: SourceFile { analysis.source }

    func range(_ span: Span) -> LSPRange { server.client.encoding.range(of: span, in: source) }

    func location(_ span: Span) -> Location? { server.location(span, in: analysis, mainURI: uri) }
}

extension LanguageServer {
    /// Where a span is to be shown; nil where its file cannot be opened.
    func location(_ span: Span, in analysis: Analysis, mainURI: String) -> Location? {
        guard let source = analysis.source(span.file) else { return nil }
        let range = client.encoding.range(of: span, in: source)
        if span.file == analysis.source.id { return Location(uri: mainURI, range: range) }
        let open = documents.values.first { $0.path == source.path }?.uri
        guard let uri = open ?? LibraryFile.uri(of: source) else { return nil }
        return Location(uri: uri, range: range)
    }
}
