import Datasets

/// The structures of the protocol that answers are made of, with its own names for their fields (LSP 3.17).
struct LSPPosition: Codable, Hashable, Comparable {
    /// From 0; a character is a UTF-16 unit, or a byte where the client takes UTF-8.
    let line, character: Int

    init(line: Int, character: Int) { (self.line, self.character) = (line, character) }

    init?(_ value: JsonValue?) {
        guard let line = value?["line"]?.wholeNumber, let character = value?["character"]?.wholeNumber else {
            return nil
        }
        self.init(line: line, character: character)
    }

    static func < (left: Self, right: Self) -> Bool { (left.line, left.character) < (right.line, right.character) }
}

struct LSPRange: Codable, Hashable {
    let start, end: LSPPosition

    init(start: LSPPosition, end: LSPPosition) { (self.start, self.end) = (start, end) }

    init?(_ value: JsonValue?) {
        guard let start = LSPPosition(value?["start"]), let end = LSPPosition(value?["end"]) else { return nil }
        self.init(start: start, end: end)
    }
}

struct Location: Codable, Hashable {
    let uri: String
    let range: LSPRange
}

struct TextEdit: Codable, Hashable {
    let range: LSPRange
    let newText: String
}

struct WorkspaceEdit: Codable, Hashable {
    let changes: [String: [TextEdit]]
}

struct MarkupContent: Codable, Hashable {
    var kind = "markdown"
    let value: String
}

struct PublishedDiagnostics: Codable {
    let uri: String
    let version: Int?
    let diagnostics: [PublishedDiagnostic]
}

struct PublishedDiagnostic: Codable, Hashable {
    struct Related: Codable, Hashable {
        let location: Location
        let message: String
    }

    let range: LSPRange
    /// 1 error, 2 warning, 3 information
    let severity: Int
    let code: String
    let source: String
    let message: String
    let relatedInformation: [Related]?
}

struct Hover: Codable {
    let contents: MarkupContent
    let range: LSPRange
}

struct CompletionItem: Codable {
    let label: String
    /// As the protocol numbers kinds: 3 function, 5 field, 6 variable, 7 class, 9 module, 13 enum, 14 keyword, 17 file, 20 enum member, 21 constant.
    let kind: Int
    var detail: String?
    var documentation: MarkupContent?
    /// Puts what is nearest first.
    var sortText: String?
    var textEdit: TextEdit?
}

struct CompletionList: Codable {
    let isIncomplete: Bool
    let items: [CompletionItem]
}

struct SignatureHelp: Codable {
    struct Signature: Codable {
        struct Parameter: Codable { let label: String }
        let label: String
        let documentation: MarkupContent?
        let parameters: [Parameter]
    }

    let signatures: [Signature]
    let activeSignature: Int
    let activeParameter: Int
}

struct DocumentSymbol: Codable {
    let name: String
    let detail: String?
    let kind: Int
    let range, selectionRange: LSPRange
    let children: [DocumentSymbol]?
}

struct SemanticTokens: Codable { let data: [Int] }

struct InlayHint: Codable {
    let position: LSPPosition
    let label: String
    var kind = 1
    var paddingLeft = false
}

struct CodeAction: Codable {
    let title: String
    let kind: String
    let diagnostics: [PublishedDiagnostic]
    let edit: WorkspaceEdit
    let isPreferred: Bool
}

struct Command: Codable {
    let title: String
    let command: String
    let arguments: [String]
}

struct CodeLens: Codable {
    let range: LSPRange
    let command: Command
}

struct PreparedRename: Codable {
    let range: LSPRange
    let placeholder: String
}
