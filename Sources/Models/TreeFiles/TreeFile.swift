import FoundationEssentials

/// A model of trees in JSON, whichever library wrote it: told by the keys of the outermost object.
enum TreeFile: Decodable {
    case xgboost(XGBoostFile)
    case lightGBM(LightGBMFile)
    case catBoost(CatBoostFile)

    private enum CodingKeys: String, CodingKey {
        case learner, features = "features_info", trees = "tree_info"
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

    /// Values that are not numbers stand in such files as JSON5 has them: NaN, Infinity.
    static func read(_ text: [UInt8]) throws(ModelError) -> TreeFile {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        do {
            return try decoder.decode(TreeFile.self, from: Data(text))
        } catch let error as ModelError {
            throw error
        } catch let error as DecodingError {
            throw ModelError(error)
        } catch {
            throw ModelError("the JSON is damaged: \(error)")
        }
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
