import RegularExpressions

/// Tokenizer of com.microsoft: each text becomes a list of tokens, along an axis more.
enum Tokenizers {
    static let rules: [String: StructureRule] = ["Tokenizer": tokenized]

    private static let tokenized: StructureRule = { node in
        let value = try node.texts(0)
        let least = try node.integer("mincharnum", default: 1)
        let cut = try Self.cut(node)
        let isMarked = try node.flag("mark")
        let lists = try value.vocabulary.map { text in
            let tokens = try cut(text).filter { !$0.isEmpty && $0.unicodeScalars.count >= least }
            return isMarked ? ["\u{2}"] + tokens + ["\u{3}"] : tokens
        }
        return [.tokens(TokenValue(indices: value.indices, lists: lists))]
    }

    /// By an expression for tokens, or by expressions for what is between them; an empty one takes letter by letter.
    private static func cut(_ node: Application) throws -> (String) throws -> [String] {
        let pattern = try node.text("tokenexp", default: "")
        if !pattern.isEmpty {
            let expression = try Patterns.compiled(pattern)
            return { text in try Self.matches(of: expression, in: text).map { String(decoding: $0, as: UTF8.self) } }
        }
        let separators = try node.texts("separators") ?? []
        if separators == [""] { return { text in text.unicodeScalars.map { String($0) } } }
        guard !separators.isEmpty else { throw ModelError("`tokenexp` and `separators` are missing") }
        let expressions = try separators.map { try Patterns.compiled($0) }
        return { text in
            try expressions.reduce([text]) { parts, expression in
                try parts.flatMap { try Self.between(matchesOf: expression, in: $0) }
            }
        }
    }

    private static func matches(of expression: RegularExpression, in text: String) throws -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        guard let ranges = expression.ranges(in: bytes) else {
            throw ModelError("its pattern takes too long on \"\(text)\"")
        }
        return ranges.map { bytes[$0] }
    }

    private static func between(matchesOf expression: RegularExpression, in text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        var (parts, start) = ([String](), 0)
        for match in try matches(of: expression, in: text) {
            parts.append(String(decoding: bytes[start..<match.startIndex], as: UTF8.self))
            start = match.endIndex
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
