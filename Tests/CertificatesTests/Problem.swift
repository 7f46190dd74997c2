import Compiler
import Proof
import Search
import Tensors
import Testing

@testable import Certificates

/// A property over a box, small enough to be proved and checked in a test.
struct Problem {
    let graph: Graph
    let margin: Value
    let space: Space

    init(kinds: [CoordinateKind], boxes: [Box], _ build: (inout Graph, Value) throws -> Value) throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([kinds.count])))
        margin = try build(&graph, x)
        self.graph = graph
        space = Space(
            kinds: kinds, boxes: boxes, reference: boxes[0].lower,
            variables: [Variable(name: "x", coordinates: 0..<kinds.count, shape: [kinds.count])])
    }

    func circuit() throws -> Circuit { try Circuit(graph, margin: margin, space: space) }

    /// What the prover writes down; nil where it does not prove.
    func tree() throws -> ProofTree? {
        let objective = try GraphObjective(space: space, graph: graph, margin: margin)
        var prover = try Prover(objective, graph: graph, margin: margin)
        prover.regionLimit = 2000
        var tree: ProofTree? = ProofTree(boxes: space.boxes.count)
        guard case .proved = prover.prove(recording: &tree), let tree, tree.isComplete else { return nil }
        #expect(tree.partCount == (try circuit()).partCount)
        return tree
    }

    func certificate(_ tree: ProofTree) throws -> [UInt8] {
        var writer = CertificateWriter(tool: "test", sources: [])
        writer.add("p", try circuit(), space, tree)
        return writer.bytes()
    }

    func verdict(_ bytes: [UInt8]) throws -> CertificateCheck.Verdict {
        let certificate: Certificate
        do throws(Refusal) { certificate = try Certificate(bytes) } catch { return .refused(error) }
        guard certificate.sections.count == 1 else { return .refused(Refusal("not one section")) }
        return CertificateCheck(certificate.sections[0], space).verdict(try circuit())
    }
}

extension CertificateCheck.Verdict {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var reason: String { if case .refused(let refusal) = self { refusal.description } else { "" } }
}

/// Repeatable noise.
struct Noise: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }

    mutating func weights(_ shape: [Int], _ scale: Double = 1) throws -> Tensor {
        let shape = try Shape(shape)
        return try Tensor(TensorType(.float32, shape), rounding: (0..<shape.count).map { _ in number(-scale...scale) })
    }
}

extension Graph {
    mutating func scalar(_ value: Double) -> Value { constant(.scalar(value)) }

    mutating func element(_ index: Int, of value: Value) throws -> Value {
        let one = try add(Rearrange.slice(shape(of: value), axis: 0, from: index, count: 1), [value])
        return try add(Rearrange.reshape(shape(of: one), to: .scalar), [one])
    }

    /// A network of float32 layers, called by a spec: [inputs] to [outputs].
    mutating func network(
        _ x: Value, _ sizes: [Int], _ activation: Unary.Kind, _ noise: inout Noise
    ) throws -> Value {
        var value = try add(Cast(to: .float32), [x])
        for layer in 1..<sizes.count {
            let weights = try noise.weights([sizes[layer], sizes[layer - 1]])
            value = try add(Dense(weights: weights, bias: try noise.weights([sizes[layer]], 0.3)), [value])
            if layer < sizes.count - 1 { value = try add(Unary(activation), [value]) }
        }
        return try add(Cast(to: .float64), [value])
    }
}
