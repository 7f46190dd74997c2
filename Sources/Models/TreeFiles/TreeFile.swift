import FoundationEssentials

/// A model of trees in JSON, whichever library wrote it: told by the keys of the outermost object.
enum TreeFile: Decodable {
    case xgboost(XGBoostFile)
    case lightGBM(LightGBMFile)
    case catBoost(CatBoostFile)

    private enum CodingKeys: String, CodingKey {
        case learner
        case features = "features_info"
        case trees = "tree_info"
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        if keys.contains(.learner) {
            self = .xgboost(try XGBoostFile(from: decoder))
        } else if keys.contains(.features) {
            self = .catBoost(try CatBoostFile(from: decoder))
        } else if keys.contains(.trees) {
            self = .lightGBM(try LightGBMFile(from: decoder))
        } else {
            throw ModelError(
                "JSON, but no model of XGBoost, LightGBM or CatBoost: none of the keys `learner`, `tree_info` and `features_info` is there"
            )
        }
    }

    func model() throws -> TreeModel {
        switch self {
        case .xgboost(let file): try file.model()
        case .lightGBM(let file): try file.model()
        case .catBoost(let file): try file.model()
        }
    }

    static func read(_ text: [UInt8]) throws(ModelError) -> TreeFile {
        guard !text.contains(0), String(validating: text, as: UTF8.self) != nil else {
            throw ModelError("the JSON is damaged: it is not UTF-8")
        }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return try decoder.decode(TreeFile.self, from: Data(quoted(text)))
        } catch let error as ModelError {
            throw error
        } catch let error as DecodingError {
            throw ModelError(error)
        } catch {
            throw ModelError("the JSON is damaged: \(error)")
        }
    }

    /// The words that libraries write for what JSON has no numbers for, NaN and Infinity, made texts. (Foundation reads them as they are
    /// in its JSON5, but damaged files end the program there.)
    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        var (result, isInText, isEscaped) = ([UInt8](), false, false)
        result.reserveCapacity(text.count)
        var place = 0
        while place < text.count {
            let byte = text[place]
            if isInText {
                isInText = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I"),
                let word = ["NaN", "Infinity"].first(where: { text[place...].starts(with: $0.utf8) })
            {
                let isNegative = result.last == UInt8(ascii: "-")
                if isNegative { result.removeLast() }
                result += (isNegative ? "\"-\(word)\"" : "\"\(word)\"").utf8
                place += word.utf8.count
                continue
            } else {
                isInText = byte == UInt8(ascii: "\"")
            }
            result.append(byte)
            place += 1
        }
        return result
    }
}

extension ModelError {
    /// What a decoder misses, with the key at which it does.
    fileprivate init(_ error: DecodingError) {
        func path(_ keys: [any CodingKey]) -> String {
            keys.reduce(into: "") { text, key in
                text += key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init("there is no key `\(path(context.codingPath + [key]))`")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            self.init("it is not \(Self.word(for: type))", in: "key `\(path(context.codingPath))`")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            let cause = context.underlyingError.map { ": \($0)" } ?? ""
            self.init("the JSON is damaged\(cause)")
        case .dataCorrupted(let context):
            self.init(context.debugDescription, in: "key `\(path(context.codingPath))`")
        @unknown default: self.init("the JSON is damaged")
        }
    }

    private static func word(for type: any Any.Type) -> String {
        switch type {
        case is Double.Type: "a number"
        case is Int.Type: "a whole number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "what it should be"
        }
    }
}

/// A whole number or a truth value, as versions of a library differ.
struct DecodedFlag: Decodable {
    let isSet: Bool

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        isSet = try (try? value.decode(Int.self)).map { $0 != 0 } ?? value.decode(Bool.self)
    }
}
