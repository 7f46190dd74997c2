import Datasets

/// What identifies a request: a number or a text, which is given back as it came.
enum RequestID: Hashable, Encodable, Sendable {
    case number(Int)
    case text(String)

    init?(_ value: JsonValue?) {
        if let number = value?.wholeNumber {
            self = .number(number)
        } else if let text = value?.textValue {
            self = .text(text)
        } else {
            return nil
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let it): try container.encode(it)
        case .text(let it): try container.encode(it)
        }
    }
}

/// Why a request has no answer; the codes are those of JSON-RPC and of the protocol.
struct ResponseError: Error, Encodable {
    let code: Int
    let message: String

    static func unknownMethod(_ name: String) -> Self { Self(code: -32601, message: "`\(name)` is not supported") }
    static func badParameters(_ what: String) -> Self { Self(code: -32602, message: what) }
    static let invalidRequest = Self(code: -32600, message: "not a request")
    static let notInitialized = Self(code: -32002, message: "the first request is `initialize`")
    static let cancelled = Self(code: -32800, message: "cancelled")
    static func failed(_ why: String) -> Self { Self(code: -32803, message: why) }
}

struct Response<Result: Encodable>: Encodable {
    let jsonrpc = "2.0"
    let id: RequestID
    let result: Result?
    let error: ResponseError?

    private enum Keys: CodingKey { case jsonrpc, id, result, error }

    /// A result that is missing is `null`; a key of its own all the same.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(jsonrpc, forKey: .jsonrpc)
        try container.encode(id, forKey: .id)
        if let error {
            try container.encode(error, forKey: .error)
        } else {
            try container.encode(result, forKey: .result)
        }
    }
}

struct Notification<Parameters: Encodable>: Encodable {
    let jsonrpc = "2.0"
    let method: String
    let params: Parameters
}

/// What the server asks of the client.
struct ServerRequest<Parameters: Encodable>: Encodable {
    let jsonrpc = "2.0"
    let id: Int
    let method: String
    let params: Parameters
}

struct Nothing: Codable, Sendable {}

/// An answer of any kind.
struct AnyAnswer: Encodable {
    private let write: (any Encoder) throws -> Void

    init(_ answer: some Encodable) { write = { try answer.encode(to: $0) } }

    func encode(to encoder: any Encoder) throws { try write(encoder) }
}
