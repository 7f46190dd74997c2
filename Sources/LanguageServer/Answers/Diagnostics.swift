import Diagnostics

extension LanguageServer {
    /// What `gainsay check` would say of the spec, as the protocol has it.
    func published(_ analysis: Analysis) -> [PublishedDiagnostic] {
        analysis.examined.diagnostics.map { publish($0, analysis) }
    }

    /// A mistake in a file that the spec uses stands at its beginning, and says where it is.
    func publish(_ diagnostic: Diagnostic, _ analysis: Analysis) -> PublishedDiagnostic {
        let main = analysis.source
        let isHere = diagnostic.span.file == main.id
        let uri = documents.first { $0.value.path == main.path }?.key ?? Document.uri(of: main.path)
        var labels = diagnostic.labels
        if !isHere { labels.insert(Label("here", at: diagnostic.span), at: 0) }
        let related = labels.compactMap { label in
            location(label.span, in: analysis, mainURI: uri).map {
                PublishedDiagnostic.Related(location: $0, message: label.text)
            }
        }
        let hints = diagnostic.hints.map { "\nhint: " + $0.text }.joined()
        let span = isHere ? diagnostic.span : main.span.beginning
        return PublishedDiagnostic(
            range: client.encoding.range(of: span, in: main), severity: diagnostic.severity.number,
            code: diagnostic.code, source: "gainsay", message: diagnostic.message + hints,
            relatedInformation: related.isEmpty ? nil : related)
    }
}

extension Diagnostic.Severity {
    fileprivate var number: Int {
        switch self {
        case .error: 1
        case .warning: 2
        case .note: 3
        }
    }
}
