import Search
import Tensors

/// A margin graph written out number by number: every element of every tensor is a gate, and tensors are gone.
///
/// What moves elements makes no gates. Reading throws where an operator is not known, or limits are exceeded: what is not
/// understood is never passed over.
package struct Circuit: Sendable {
    package static let greatestCount = 1 << 22
    package static let greatestTerms = 1 << 26

    private(set) var gates: [Gate] = []
    private(set) var terms: [Gate.Term] = []
    /// Row-major tables and the number of their columns.
    private(set) var tables: [(values: [Double], columns: Int)] = []
    private(set) var trees: [TreeGates] = []
    private(set) var dimension: Int
    /// What has to hold.
    private(set) var claim = Condition.never
    private(set) var parts: [Condition.Part] = []
    /// Where the elements of each needed value of the graph are found.
    private(set) var places: [Int: [Int32]] = [:]
    private var precisions: [Precision] = []

    /// Which numbers a gate may hold, as far as it matters to conversions.
    enum Precision: UInt8, Sendable { case any, float32, whole }

    /// `margin` is a scalar of `graph`, whose inputs are the coordinates of the space, in order.
    package init(_ graph: Graph, margin: Value, space: Space) throws(Unsupported) {
        dimension = space.dimension
        let (graph, margin) = try Circuit.unrolled(graph, margin)
        try readInputs(graph, space)
        let needed = graph.ancestors(of: [margin])
        for (index, node) in graph.nodes.enumerated() where needed[index] && places[index] == nil {
            places[index] = try read(node, graph)
        }
        guard let margin = places[margin.index]?.first else { throw Unsupported("the property has no margin") }
        var reading = ConditionReading(self)
        claim = try reading.condition(Int(margin))
        self = reading.circuit.with(claim, reading.parts)
    }

    /// With what is repeated for each row of a table written out.
    private static func unrolled(_ graph: Graph, _ margin: Value) throws(Unsupported) -> (Graph, Value) {
        do {
            let (unrolled, images) = try graph.unrolled([margin])
            guard let image = images[margin.index] else { throw Unsupported("the property has no margin") }
            return (unrolled, image)
        } catch let unsupported as Unsupported {
            throw unsupported
        } catch { throw Unsupported("\(error)") }
    }

    /// The parts that hold by bounds suffice for the whole.
    package var partCount: Int { parts.count }

    private func with(_ claim: Condition, _ parts: [Condition.Part]) -> Circuit {
        var circuit = self
        (circuit.claim, circuit.parts) = (claim, parts)
        return circuit
    }

    private mutating func readInputs(_ graph: Graph, _ space: Space) throws(Unsupported) {
        var first = 0
        for input in graph.inputs {
            var own: [Int32] = []
            for _ in 0..<graph.shape(of: input.value).count {
                guard first < space.dimension else { throw Unsupported("the inputs are not the space's coordinates") }
                let precision: Precision =
                    switch space.kinds[first] {
                    case .real64: .any
                    case .real32: .float32
                    case .integer, .category: .whole
                    }
                own.append(try add(.coordinate(first), precision))
                first += 1
            }
            places[input.value.index] = own
        }
        guard first == space.dimension else { throw Unsupported("the inputs are not the space's coordinates") }
    }

    private mutating func read(_ node: Graph.Node, _ graph: Graph) throws(Unsupported) -> [Int32] {
        switch node.source {
        case .input(let name): throw Unsupported("input `\(name)` is not among the coordinates")
        case .constant(let tensor): return try constants(tensor)
        case .operation(let operation):
            let inputs = node.inputs.map { Wires(places[$0.index] ?? [], graph.type(of: $0)) }
            let result = try read(operation, inputs, node.type)
            guard result.count == node.type.shape.count else {
                throw Unsupported("operator \(operation.name) gives \(result.count) numbers for \(node.type)")
            }
            return result
        }
    }

    private mutating func constants(_ tensor: Tensor) throws(Unsupported) -> [Int32] {
        if let integers = tensor.integers, integers.contains(where: { $0.magnitude > 1 << 53 }) {
            throw Unsupported("a constant beyond 2^53")
        }
        let precision: Precision =
            switch tensor.element {
            case .float32: .float32
            case .float64: .any
            case .int64, .bool: .whole
            }
        var result: [Int32] = []
        for value in tensor.doubles { result.append(try add(.constant(value), precision)) }
        return result
    }

    // MARK: gates

    @discardableResult
    mutating func add(_ gate: Gate, _ precision: Precision = .any) throws(Unsupported) -> Int32 {
        guard gates.count < Circuit.greatestCount else {
            throw Unsupported("more than \(Circuit.greatestCount) numbers")
        }
        gates.append(gate)
        precisions.append(precision)
        return Int32(gates.count - 1)
    }

    /// A sum of products; `roundings` is how often each term is rounded, at most, in `element`.
    mutating func sum(
        _ new: [Gate.Term], offset: Double = 0, _ allowance: Allowance, _ precision: Precision
    ) throws(Unsupported) -> Int32 {
        guard terms.count + new.count <= Circuit.greatestTerms else {
            throw Unsupported("more than \(Circuit.greatestTerms) products")
        }
        terms += new
        return try add(.sum(terms: (terms.count - new.count)..<terms.count, offset: offset, allowance), precision)
    }

    mutating func table(_ values: [Double], columns: Int) -> Int {
        tables.append((values, columns))
        return tables.count - 1
    }

    mutating func add(_ tree: TreeGates) -> Int {
        trees.append(tree)
        return trees.count - 1
    }

    func precision(of gate: Int32) -> Precision { precisions[Int(gate)] }

    func constant(_ gate: Int32) -> Double? {
        if case .constant(let value) = gates[Int(gate)] { value } else { nil }
    }
}

/// What the checker does not know, and so cannot check.
package struct Unsupported: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension ElementType {
    var precision: Circuit.Precision {
        switch self {
        case .float32: .float32
        case .float64: .any
        case .int64, .bool: .whole
        }
    }
}
