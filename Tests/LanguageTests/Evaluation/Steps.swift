import Syntax

/// The calls that take a function by its name.
extension Evaluator {
    /// nil for every other call.
    func steps(_ word: String, _ call: Call) throws -> Value? {
        let names =
            switch word {
            case "iterate", "trace": ["step", "from", "times"]
            case "fold": ["step", "over", "from"]
            default: [String]()
            }
        guard !names.isEmpty else { return nil }
        var arguments: [String: Expression] = [:]
        for (name, argument) in zip(names, call.arguments) { arguments[argument.label?.text ?? name] = argument.value }
        guard case .name(let name)? = arguments["step"], let step = functions[name.text], let from = arguments["from"]
        else { throw Undecided.unknown("a step") }
        var states = [try value(of: from)]
        for entry in try entries(arguments) {
            let values = [states[states.count - 1]] + (entry.map { [$0] } ?? [])
            states.append(try apply(step, zip(step.parameters, values).map { ($0.name.text, $1) }))
        }
        return word == "trace" ? .list(states) : states[states.count - 1]
    }

    /// One for each step: what it takes beside the state.
    private func entries(_ arguments: [String: Expression]) throws -> [Value?] {
        if let over = arguments["over"] { return try value(of: over).entries }
        guard let times = arguments["times"] else { throw Undecided.unknown("how many steps") }
        return [Value?](repeating: nil, count: Int(try value(of: times).number))
    }
}
