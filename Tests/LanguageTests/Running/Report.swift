import Foundation

/// What `gainsay check --json` says, as far as it is held against the evaluator.
struct Report: Decodable {
    struct Property: Decodable {
        let name: String
        let verdict: String
        let message: String?
        let counterexamples: [Example]
    }

    struct Example: Decodable {
        let inputs: [Input]
    }

    struct Input: Decodable {
        let name: String
        let type: String
        let shape: [Int]
        let values: [String]
    }

    let properties: [Property]

    init(_ output: Data) throws { self = try JSONDecoder().decode(Report.self, from: output) }
}

/// An error in a spec: where, and which.
struct Refusal {
    let line: Int
    let code: String
    let message: String

    /// All errors that a run printed.
    static func all(in text: String) -> [Refusal] {
        text.matches(of: /error\[([a-z0-9-]+)\]: (.*)\n *┌─ [^\n]*:([0-9]+):[0-9]+/).compactMap { match in
            Int(match.3).map { Refusal(line: $0, code: String(match.1), message: String(match.2)) }
        }
    }
}

extension Report.Example {
    /// The values of each input, as the evaluator has them.
    func values(_ evaluator: Evaluator) -> [String: [Value]] {
        inputs.reduce(into: [:]) { values, input in
            values[input.name] = input.values.map { text in
                switch text {
                case "true", "false": .truth(text == "true")
                default: .number(Double(text) ?? evaluator.position(ofCase: text) ?? .nan)
                }
            }
        }
    }
}
