import Diagnostics

extension Query {
    /// Files larger than this are refused.
    package static let sizeLimit = 1 << 28

    /// Reads a VNN-LIB 1.0 file.
    ///
    /// Time and memory are linear in the size of the file. `or`s that bound inputs are multiplied out, to half a million
    /// alternatives and bounds beyond what the file has room to spell out; their boxes have two million bounds
    /// beyond that. Throws a diagnostic that points at the first thing that is wrong.
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
        let counts = try declarations.counts(end: end)
        let form = NormalForm(
            inputCount: counts.inputs, outputCount: counts.outputs, boxLimit: 1 << 21 + size / 8,
            alternativeLimit: 1 << 19 + size / 4, end: end)
        return try form.query(of: assertions)
    }
}
