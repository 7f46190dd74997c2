import Datasets
import Diagnostics
import Terminal

extension LanguageServer {
    func take(notification method: String, _ parameters: JsonValue) {
        guard phase == .running else { return }
        let document = parameters["textDocument"]
        let uri = document?["uri"]?.textValue ?? ""
        switch method {
        case "textDocument/didOpen":
            documents[uri] = Document(
                uri: uri, version: document?["version"]?.wholeNumber, text: document?["text"]?.textValue ?? "")
            changed(uri)
        case "textDocument/didChange":
            documents[uri]?.apply(
                parameters["contentChanges"]?.elements ?? [], version: document?["version"]?.wholeNumber,
                client.encoding)
            changed(uri)
        case "textDocument/didClose":
            guard let closed = documents.removeValue(forKey: uri) else { return }
            forget(closed.path)
            shown[uri] = nil
            let none = PublishedDiagnostics(uri: uri, version: nil, diagnostics: [])
            channel.write(Notification(method: "textDocument/publishDiagnostics", params: none))
        case "textDocument/didSave", "workspace/didChangeWatchedFiles": forgetAll()
        default: break
        }
    }

    private func changed(_ uri: String) {
        guard let document = documents[uri] else { return }
        forget(document.path)
        markStale(uri)
    }

    /// nil where the answer is given later.
    func result(of method: String, _ parameters: JsonValue, _ id: RequestID) throws(ResponseError) -> AnyAnswer? {
        switch (method, phase) {
        case ("initialize", .waiting): return AnyAnswer(initialize(parameters))
        case (_, .waiting): throw .notInitialized
        case (_, .shutDown): throw .invalidRequest
        case ("shutdown", _):
            phase = .shutDown
            for job in jobs { job.stop() }
            return AnyAnswer(Nothing?.none)
        case ("workspace/executeCommand", _): return try execute(parameters, id)
        default: break
        }
        guard let uri = parameters["textDocument"]?["uri"]?.textValue else { throw .unknownMethod(method) }
        let place = Place(self, try analysis(of: uri), uri, LSPPosition(parameters["position"]))
        switch method {
        case "textDocument/hover": return AnyAnswer(place.hover())
        case "textDocument/completion": return AnyAnswer(place.completions())
        case "textDocument/signatureHelp": return AnyAnswer(place.signatureHelp())
        case "textDocument/definition": return AnyAnswer(place.definition())
        case "textDocument/references":
            let withDeclaration = parameters["context"]?["includeDeclaration"]?.truthValue ?? true
            return AnyAnswer(place.references(withDeclaration ? .withDeclaration : .usesAlone))
        case "textDocument/documentHighlight": return AnyAnswer(place.highlights())
        case "textDocument/prepareRename": return AnyAnswer(try place.preparedRename())
        case "textDocument/rename": return AnyAnswer(try rename(place, to: parameters["newName"]?.textValue ?? ""))
        case "textDocument/documentSymbol": return AnyAnswer(place.documentSymbols())
        case "textDocument/formatting": return AnyAnswer(place.formatting())
        case "textDocument/semanticTokens/full": return AnyAnswer(place.semanticTokens())
        case "textDocument/inlayHint": return AnyAnswer(place.inlayHints(LSPRange(parameters["range"])))
        case "textDocument/codeAction": return AnyAnswer(place.codeActions(LSPRange(parameters["range"])))
        case "textDocument/codeLens": return AnyAnswer(place.codeLenses())
        default: throw .unknownMethod(method)
        }
    }

    private func initialize(_ parameters: JsonValue) -> InitializeResult {
        let capabilities = parameters["capabilities"]
        let encodings = capabilities?["general"]?["positionEncodings"]?.elements ?? []
        if encodings.contains(where: { $0.textValue == PositionEncoding.utf8.rawValue }) { client.encoding = .utf8 }
        client.refreshesLenses = capabilities?["workspace"]?["codeLens"]?["refreshSupport"]?.truthValue ?? false
        client.budget = parameters["initializationOptions"]?["budget"]?.textValue ?? client.budget
        phase = .running
        return InitializeResult(encoding: client.encoding)
    }
}

/// What the server can do, in the words of the protocol.
struct InitializeResult: Encodable {
    struct Capabilities: Encodable {
        struct Sync: Encodable {
            let openClose = true
            /// Incremental.
            let change = 2
            let save = true
        }
        struct Completion: Encodable { let triggerCharacters = [".", "\"", ":"] }
        struct Signatures: Encodable { let triggerCharacters = ["(", ","] }
        struct Rename: Encodable { let prepareProvider = true }
        struct Tokens: Encodable {
            struct Legend: Encodable {
                let tokenTypes = TokenType.allCases.map(\.rawValue)
                let tokenModifiers = TokenModifier.allCases.map(\.rawValue)
            }
            let legend = Legend()
            let full = true
        }
        struct Actions: Encodable { let codeActionKinds = ["quickfix"] }
        struct Lenses: Encodable { let resolveProvider = false }
        struct Commands: Encodable { let commands = [CheckJob.command] }

        let positionEncoding: PositionEncoding
        let textDocumentSync = Sync()
        let hoverProvider = true
        let completionProvider = Completion()
        let signatureHelpProvider = Signatures()
        let definitionProvider = true
        let referencesProvider = true
        let documentHighlightProvider = true
        let renameProvider = Rename()
        let documentSymbolProvider = true
        let documentFormattingProvider = true
        let semanticTokensProvider = Tokens()
        let inlayHintProvider = true
        let codeActionProvider = Actions()
        let codeLensProvider = Lenses()
        let executeCommandProvider = Commands()
    }
    struct ServerInfo: Encodable { let name = "gainsay" }

    let capabilities: Capabilities
    let serverInfo = ServerInfo()

    init(encoding: PositionEncoding) { capabilities = Capabilities(positionEncoding: encoding) }
}
