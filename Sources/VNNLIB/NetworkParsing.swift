import Diagnostics

/// The declarations of VNN-LIB 2.0.
extension Parser {
    mutating func parseNetwork() throws(Diagnostic) {
        guard assertions.isEmpty else { throw .lateNetwork(at: scanner.span) }
        let span = scanner.span
        let name = try parseName("the network's name")
        let relation = try parseRelation()
        let inputs = try parseTensors("declare-input", .input)
        guard !inputs.isEmpty else { throw .unexpected(describeToken(), expected: "`(declare-input`", at: place) }
        let hidden = try parseTensors("declare-hidden", .output)
        let outputs = try parseTensors("declare-output", .output)
        guard !outputs.isEmpty else { throw .unexpected(describeToken(), expected: "`(declare-output`", at: place) }
        let network = Network(
            name: name, relation: relation, inputs: inputs, hidden: hidden, outputs: outputs, span: span)
        try declared.add(network)
    }

    private mutating func parseRelation() throws(Diagnostic) -> Network.Relation? {
        guard let word = try openWord(among: ["equal-to", "isomorphic-to"]) else { return nil }
        let span = scanner.span
        let name = try parseName("the name of a network")
        guard let index = declared.network(named: name) else {
            throw .unknownNetwork(name, among: declared.networks.map(\.name), at: span)
        }
        guard declared.networks[index].relation == nil else { throw .relatedTwice(name, at: span) }
        try expect(.close, "`)`")
        return word == "equal-to" ? .equal(to: index) : .isomorphic(to: index)
    }

    private mutating func parseTensors(
        _ word: String, _ side: Variable.Side
    ) throws(Diagnostic) -> [DeclaredTensor] {
        var tensors: [DeclaredTensor] = []
        while try openWord(among: [word]) != nil {
            let span = scanner.span
            let name = try parseName("the tensor's name")
            let element = try parseElement()
            let shape = try parseShape()
            let node = try parseNode(isNeeded: word == "declare-hidden")
            tensors.append(try declared.declare(name, side, element, shape, node: node, at: span))
            try expect(.close, "`)`")
        }
        return tensors
    }

    private mutating func parseElement() throws(Diagnostic) -> DeclaredElement {
        let span = scanner.span
        let word = try parseWord("an element type such as `float32`")
        guard let element = DeclaredElement(word) else { throw .unknownElement(word, at: span) }
        return element
    }

    private mutating func parseShape() throws(Diagnostic) -> [Int] {
        guard scanner.token == .openIndex else {
            throw .unexpected(describeToken(), expected: "a shape such as `[1,5]`", at: place)
        }
        return try parseIndices { number, span throws(Diagnostic) in
            guard number > 0 else { throw .emptyDimension(at: span) }
        }
    }

    private mutating func parseNode(isNeeded: Bool) throws(Diagnostic) -> String? {
        guard scanner.token == .string else {
            guard !isNeeded else {
                throw .unexpected(describeToken(), expected: "the name of a node between quotes", at: place)
            }
            return nil
        }
        let text = scanner.text
        guard text.count > 2, text.hasSuffix("\"") else {
            throw .unexpected(text, expected: "the name of a node between quotes", at: place)
        }
        scanner.advance()
        return String(text.dropFirst().dropLast())
    }

    /// `[`, whole numbers between commas, `]`; each is shown to `check` with its place.
    mutating func parseIndices(
        _ check: (Int, Span) throws(Diagnostic) -> Void = { _, _ throws(Diagnostic) in }
    ) throws(Diagnostic) -> [Int] {
        try expect(.openIndex, "`[`")
        var numbers: [Int] = []
        while scanner.token != .closeIndex {
            if !numbers.isEmpty { try expect(.comma, "`,` or `]`") }
            let span = scanner.span
            let word = try parseWord("a whole number")
            guard word.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(word) else {
                throw .unexpected(word, expected: "a whole number", at: span)
            }
            try check(number, span)
            numbers.append(number)
            guard numbers.count <= 64 else { throw .tooManyDimensions(at: span) }
        }
        scanner.advance()
        return numbers
    }

    private mutating func parseName(_ expected: String) throws(Diagnostic) -> String {
        let span = scanner.span
        let word = try parseWord(expected)
        guard let first = word.first, first.isASCII, first.isLetter,
            word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { throw .badName(word, at: span) }
        return word
    }
}
