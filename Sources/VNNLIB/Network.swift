import Diagnostics

/// A network as a query declares it: an interface, for which whoever asks supplies a model.
package struct Network: Sendable, Hashable {
    /// What a declaration says about the network with that index, which is declared before it.
    package enum Relation: Sendable, Hashable {
        /// The same model.
        case equal(to: Int)
        /// A model of the same structure with other weights, of which a file must be given as well.
        case isomorphic(to: Int)
    }

    package let name: String
    package let relation: Relation?
    package let inputs: [DeclaredTensor]
    package let hidden: [DeclaredTensor]
    package let outputs: [DeclaredTensor]
    /// Where its name stands.
    package let span: Span

    /// What a model answers: hidden tensors before outputs, as the file orders them.
    package var answers: [DeclaredTensor] { hidden + outputs }
    package var inputCount: Int { inputs.reduce(0) { $0 + $1.count } }
    package var answerCount: Int { answers.reduce(0) { $0 + $1.count } }
}

/// One tensor of a network, as a query declares it.
package struct DeclaredTensor: Sendable, Hashable {
    package let name: String
    package let element: DeclaredElement
    /// Empty for a scalar; nil in VNN-LIB 1.0, which speaks of flat tensors whatever the model's shapes are.
    package let shape: [Int]?
    package let count: Int
    /// The name in the ONNX file of what a hidden tensor is; or, where given, of an input or output.
    package let node: String?
    /// The index of the first of its variables.
    package let start: Int
    /// Where its name stands.
    package let span: Span

    package var indices: Range<Int> { start..<(start + count) }

    /// `X[1,0]`, `Y`, or `X_3` in VNN-LIB 1.0.
    package func elementName(_ place: Int) -> String {
        guard let shape else { return "\(name)_\(place)" }
        guard !shape.isEmpty else { return name }
        var (rest, indices) = (place, [Int]())
        for size in shape.reversed() {
            indices.append(rest % size)
            rest /= size
        }
        return "\(name)[\(indices.reversed().map(String.init).joined(separator: ","))]"
    }
}

/// The element type of a declared tensor: those of ONNX, and `real`, which leaves the model's own.
package struct DeclaredElement: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case real
        case float16, float32, float64, bfloat16
        case int8, int16, int32, int64, uint8, uint16, uint32, uint64
        case bool
        /// Those that no query can be answered for.
        case string, complex64, complex128, float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz, float4e2m1
        case int4, uint4

        package var isWhole: Bool {
            switch self {
            case .int4, .int8, .int16, .int32, .int64, .uint4, .uint8, .uint16, .uint32, .uint64, .bool: true
            default: false
            }
        }
    }

    package let kind: Kind
    /// As the file spells it: `Real` is read as well.
    package let spelling: String

    package init(_ kind: Kind) { (self.kind, spelling) = (kind, kind.rawValue) }

    init?(_ spelling: String) {
        guard let kind = Kind(rawValue: spelling == "Real" ? "real" : spelling) else { return nil }
        (self.kind, self.spelling) = (kind, spelling)
    }

    package static func == (first: DeclaredElement, second: DeclaredElement) -> Bool { first.kind == second.kind }
    package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}

extension Query {
    /// `X[0,1]`, or `X_1` in VNN-LIB 1.0.
    package func name(of variable: Variable) -> String {
        let tensors = networks.flatMap { variable.side == .input ? $0.inputs : $0.answers }
        guard let tensor = tensors.first(where: { $0.indices.contains(variable.index) }) else { return "\(variable)" }
        return tensor.elementName(variable.index - tensor.start)
    }

    /// Throws where there is no input to try: none meets the assertions, or one has no bounds.
    package func requireBoundedInput() throws(Diagnostic) {
        guard !cases.isEmpty else { throw .noInput(at: end) }
        for box in cases.flatMap(\.boxes) {
            guard let open = box.firstUnbounded else { continue }
            throw .unbounded(name(of: Variable(side: .input, index: open)), at: end)
        }
    }
}

extension InputBox {
    /// The first input without a lower or an upper bound.
    package var firstUnbounded: Int? {
        lower.indices.first { !lower[$0].isFinite || !upper[$0].isFinite }
    }
}
