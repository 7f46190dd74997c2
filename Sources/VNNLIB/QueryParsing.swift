import Diagnostics

extension Query {
    /// Files larger than this are refused.
    package static let sizeLimit = 1 << 28

    /// Reads a VNN-LIB file: version 2.0 if it begins by saying so, else 1.0.
    ///
    /// Time and memory are linear in the size of the file and in the number of variables, of which there are at most
    /// sixteen million in 1.0 and four in 2.0. `or`s that bound inputs are multiplied out, to half a million alternatives and
    /// bounds beyond what the file has room to spell out; their boxes have two million bounds beyond that. Throws a
    /// diagnostic that points at the first thing that is wrong.
    package init(parsing source: SourceFile) throws(Diagnostic) {
        guard source.bytes.count <= Self.sizeLimit else { throw .tooLarge(Self.sizeLimit, at: source.span.beginning) }
        let parsed: Result<Query, Diagnostic> = source.bytes.withUnsafeBufferPointer { bytes in
            var parser = Parser(bytes, file: source.id)
            return Result { () throws(Diagnostic) in try parser.parseQuery(size: bytes.count) }
        }
        self = try parsed.get()
    }
}

extension Parser {
    fileprivate mutating func parseQuery(size: Int) throws(Diagnostic) -> Query {
        try parseFile()
        let networks = try networks()
        let form = NormalForm(
            inputCount: networks.reduce(0) { $0 + $1.inputCount }, boxLimit: 1 << 21 + size / 8,
            alternativeLimit: 1 << 19 + size / 4, end: end)
        return Query(version: version, networks: networks, cases: try form.cases(of: assertions), end: end)
    }

    private func networks() throws(Diagnostic) -> [Network] {
        if version == .two {
            guard !declared.networks.isEmpty else { throw .noNetwork(at: end) }
            return declared.networks
        }
        let counts = try declarations.counts(end: end)
        return [Network(flatInputs: counts.inputs, outputs: counts.outputs, end: end)]
    }
}

extension Network {
    /// The network of a VNN-LIB 1.0 file.
    fileprivate init(flatInputs inputs: Int, outputs: Int, end: Span) {
        func tensor(_ name: String, _ count: Int) -> DeclaredTensor {
            DeclaredTensor(
                name: name, element: DeclaredElement(.real), shape: nil, count: count, node: nil, start: 0, span: end)
        }
        self.init(
            name: "N", relation: nil, inputs: [tensor("X", inputs)], hidden: [], outputs: [tensor("Y", outputs)],
            span: end)
    }
}
