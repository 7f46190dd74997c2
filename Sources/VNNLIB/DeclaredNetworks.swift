import Diagnostics

/// The networks that a VNN-LIB 2.0 file has declared so far, and the names of their tensors.
struct DeclaredNetworks {
    /// More variables than this are refused: a declaration costs a few bytes in a file, and memory for each variable.
    static let variableLimit = 1 << 22

    private(set) var networks: [Network] = []
    private var tensors: [String: (side: Variable.Side, tensor: DeclaredTensor)] = [:]
    private var sizes: [Variable.Side: Int] = [:]

    func network(named name: String) -> Int? { networks.firstIndex { $0.name == name } }

    func tensor(named name: String) -> (side: Variable.Side, tensor: DeclaredTensor)? { tensors[name] }

    var names: [String] { networks.flatMap { ($0.inputs + $0.answers).map(\.name) } }

    /// Gives a tensor the next variables of its side.
    mutating func declare(
        _ name: String, _ side: Variable.Side, _ element: DeclaredElement, _ shape: [Int], node: String?, at span: Span
    ) throws(Diagnostic) -> DeclaredTensor {
        guard tensors[name] == nil else { throw .nameTwice(name, at: span) }
        let start = sizes[side] ?? 0
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Self.variableLimit else { throw .tooManyElements(Self.variableLimit, at: span) }
            count = product
        }
        guard start + count <= Self.variableLimit else { throw .tooManyElements(Self.variableLimit, at: span) }
        let tensor = DeclaredTensor(
            name: name, element: element, shape: shape, count: count, node: node, start: start, span: span)
        tensors[name] = (side, tensor)
        sizes[side] = start + count
        return tensor
    }

    /// Throws if the network is not what its relation says: tensors as many as the other's, of its shapes and types.
    mutating func add(_ network: Network) throws(Diagnostic) {
        guard self.network(named: network.name) == nil else { throw .nameTwice(network.name, at: network.span) }
        switch network.relation {
        case .equal(let index): try compare(network, networks[index], areEqual: { $0.element == $1.element })
        case .isomorphic(let index): try compare(network, networks[index], areEqual: { _, _ in true })
        case nil: break
        }
        networks.append(network)
    }

    private func compare(
        _ network: Network, _ other: Network, areEqual: (DeclaredTensor, DeclaredTensor) -> Bool
    ) throws(Diagnostic) {
        for (own, others) in [(network.inputs, other.inputs), (network.outputs, other.outputs)] {
            guard own.count == others.count else { throw .otherTensorCount(network, other) }
            for (first, second) in zip(own, others) where first.shape != second.shape || !areEqual(first, second) {
                throw .otherTensor(first, second)
            }
        }
        for first in network.hidden {
            guard let second = other.hidden.first(where: { $0.node == first.node }) else { continue }
            guard first.shape == second.shape, areEqual(first, second) else { throw .otherTensor(first, second) }
        }
    }
}
