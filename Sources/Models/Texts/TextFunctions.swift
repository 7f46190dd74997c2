import RegularExpressions
import Tensors

/// ONNX's functions of texts: each is computed for every text that a cell may hold.
enum TextFunctions {
    static let rules: [String: StructureRule] = [
        "StringNormalizer": normalized,
        "StringConcat": concatenated,
        "StringSplit": split,
        "RegexFullMatch": matched,
    ]

    private static let normalized: StructureRule = { node in
        let value = try node.texts(0)
        let action = try node.text("case_change_action", default: "NONE")
        let change = try Self.change(action)
        guard let stopwords = try node.texts("stopwords"), !stopwords.isEmpty else {
            return [try node.map(value, change).item]
        }
        let isExact = try node.flag("is_case_sensitive")
        func compared(_ text: String) -> String { isExact ? text : lowercased(text) }
        let stops = Set(stopwords.map { ExactText(compared($0)) })
        func isStop(_ text: String) -> Bool { stops.contains(ExactText(compared(text))) }
        // A cell that is left out makes the tensor shorter; an only one leaves an empty text.
        guard node.shape(value.indices).count == 1 || !value.vocabulary.contains(where: isStop) else {
            throw ModelError("it leaves out texts among several, so that the shape depends on them")
        }
        return [try node.map(value) { isStop($0) ? "" : change($0) }.item]
    }

    private static func change(_ action: String) throws -> (String) -> String {
        switch action {
        case "NONE": { $0 }
        case "LOWER": lowercased
        case "UPPER": { map($0) { $0.properties.uppercaseMapping } }
        default: throw ModelError("attribute `case_change_action` is \(action)")
        }
    }

    private static func lowercased(_ text: String) -> String { map(text) { $0.properties.lowercaseMapping } }

    /// Letter by letter: what would become several letters stays.
    private static func map(_ text: String, _ change: (Unicode.Scalar) -> String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let changed = change(scalar).unicodeScalars
            result.append(changed.count == 1 ? changed.first ?? scalar : scalar)
        }
        return String(result)
    }

    private static let concatenated: StructureRule = { node in
        let (first, second) = (try node.texts(0), try node.texts(1))
        let count = second.vocabulary.count
        try node.allow(texts: first.vocabulary.count.multipliedReportingOverflow(by: count).partialValue)
        let places = try node.binary(.add, node.binary(.multiply, first.indices, Double(count)), second.indices)
        let texts = first.vocabulary.flatMap { start in second.vocabulary.map { start + $0 } }
        return [try node.renumbered(places, texts).item]
    }

    /// The parts of each text, and how many they are.
    private static let split: StructureRule = { node in
        let value = try node.texts(0)
        let delimiter = try node.text("delimiter", default: "")
        let limit = try node.integer("maxsplit") ?? .max
        let lists = value.vocabulary.map { parts(of: $0, at: delimiter, limit: limit) }
        let counts = try Tensor(Shape([lists.count]), lists.map { Int64($0.count) })
        let number = try node.lookup(value.indices, in: counts)
        let tokens = TokenValue(indices: value.indices, lists: lists)
        return [try node.regular(tokens) ?? .tokens(tokens), .tensor(number, .int64)]
    }

    /// Without a delimiter between blanks, however many; the rest after `limit` cuts stays whole.
    private static func parts(of text: String, at delimiter: String, limit: Int) -> [String] {
        guard delimiter.isEmpty else {
            guard !text.isEmpty else { return [] }
            var (parts, rest) = ([String](), Array(text.utf8)[...])
            let cut = Array(delimiter.utf8)
            while parts.count < limit, let place = rest.firstIndex(of: cut) {
                parts.append(String(decoding: rest[..<place], as: UTF8.self))
                rest = rest[(place + cut.count)...]
            }
            return parts + [String(decoding: rest, as: UTF8.self)]
        }
        let isBlank: (UInt8) -> Bool = { [9, 10, 11, 12, 13, 32].contains($0) }
        var (parts, rest) = ([String](), Array(text.utf8).drop(while: isBlank))
        while !rest.isEmpty {
            let end = parts.count < limit ? rest.firstIndex(where: isBlank) ?? rest.endIndex : rest.endIndex
            parts.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = rest[end...].drop(while: isBlank)
        }
        return parts
    }

    private static let matched: StructureRule = { node in
        let value = try node.texts(0)
        let expression = try Patterns.compiled("^(?:\(node.text("pattern", default: "")))\\z")
        let table = try value.vocabulary.map { try Patterns.matches(expression, $0) }
        return [.tensor(try node.lookup(value.indices, in: Tensor(Shape([table.count]), table)), .bool)]
    }
}

/// Regular expressions of models.
enum Patterns {
    static func compiled(_ pattern: String) throws -> RegularExpression {
        do throws(RegularExpression.Failure) { return try RegularExpression(pattern) } catch {
            throw ModelError("its pattern /\(pattern)/: \(error)")
        }
    }

    static func matches(_ expression: RegularExpression, _ text: String) throws -> Bool {
        switch expression.search(text) {
        case .matches: return true
        case .differs: return false
        case .undecided: throw ModelError("its pattern takes too long on \"\(text)\"")
        }
    }
}

extension ArraySlice where Element == UInt8 {
    /// Where the bytes begin first.
    fileprivate func firstIndex(of part: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: part) }
    }
}

extension Application {
    /// Lists of one length as a tensor of texts with an axis more; nil where they differ.
    func regular(_ tokens: TokenValue) throws -> Item? {
        guard let count = tokens.lists.first?.count, tokens.lists.allSatisfy({ $0.count == count }), count > 0 else {
            return nil
        }
        let flat = tokens.lists.flatMap(\.self)
        let places = try Tensor(Shape([tokens.lists.count, count]), flat.indices.map(Int64.init))
        return try renumbered(lookup(tokens.indices, in: places), flat).item
    }
}
