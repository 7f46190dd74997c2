import Diagnostics

/// Which variables a file has declared so far. Indices may come in any order, but must leave no gap in the end.
struct Declarations {
    /// More variables than this are refused: an index costs a few bytes in a file, and memory for all below it.
    static let limit = 1 << 24

    private var inputs = Indices()
    private var outputs = Indices()

    func contains(_ variable: Variable) -> Bool {
        variable.side == .input ? inputs.contains(variable.index) : outputs.contains(variable.index)
    }

    mutating func declare(_ variable: Variable, at span: Span) throws(Diagnostic) {
        guard variable.index < Self.limit else { throw .tooManyVariables(Self.limit, at: span) }
        let isNew =
            variable.side == .input
            ? inputs.insert(variable.index, at: span) : outputs.insert(variable.index, at: span)
        guard isNew else { throw .declaredTwice(variable, at: span) }
    }

    /// The number of inputs and outputs. Throws if there is none of one, or if an index below the largest is missing.
    func counts(end: Span) throws(Diagnostic) -> (inputs: Int, outputs: Int) {
        (try count(inputs, .input, end), try count(outputs, .output, end))
    }

    private func count(_ indices: Indices, _ side: Variable.Side, _ end: Span) throws(Diagnostic) -> Int {
        guard let last = indices.last else { throw .nothingDeclared(Variable(side: side, index: 0), at: end) }
        if let missing = indices.firstMissing {
            throw .gap(Variable(side: side, index: missing), at: last)
        }
        return indices.count
    }
}

/// A set of small whole numbers that mostly arrive in order: `0..<run`, and the others.
private struct Indices {
    private var run = 0
    private var others: Set<Int> = []
    /// Where the last one was declared.
    private(set) var last: Span?

    var count: Int { run + others.count }
    var firstMissing: Int? { others.isEmpty ? nil : run }

    func contains(_ index: Int) -> Bool { index < run || others.contains(index) }

    mutating func insert(_ index: Int, at span: Span) -> Bool {
        guard !contains(index) else { return false }
        last = span
        if index != run {
            others.insert(index)
            return true
        }
        run += 1
        while others.remove(run) != nil { run += 1 }
        return true
    }
}

extension Variable {
    /// The variable with the name in these bytes: `X_12` or `Y_3`.
    init?(_ name: Slice<UnsafeBufferPointer<UInt8>>) {
        guard name.count > 2, name.count <= 12, name[name.startIndex + 1] == UInt8(ascii: "_") else { return nil }
        switch name[name.startIndex] {
        case UInt8(ascii: "X"): side = .input
        case UInt8(ascii: "Y"): side = .output
        default: return nil
        }
        var index = 0
        for byte in name.dropFirst(2) {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            index = index * 10 + Int(byte - UInt8(ascii: "0"))
        }
        self.index = index
    }
}
