import Tensors

/// Which numbers of a graph are never NaN, whatever the inputs: the greatest of some is only as good as the claim that any
/// of them holds if none can be.
struct Definedness {
    private enum Kind { case finite, number, any }

    private var known: [GraphElement: Kind] = [:]

    /// Whether none of some elements is ever NaN.
    mutating func areNumbers(_ elements: [GraphElement], in graph: Graph) -> Bool {
        for element in elements where kind(of: element, in: graph) == .any { return false }
        return true
    }

    private mutating func kind(of moved: GraphElement, in graph: Graph) -> Kind {
        if let known = known[moved] { return known }
        let result: Kind
        switch graph.origin(of: moved) {
        case .constant(let value): result = value.isFinite ? .finite : value.isNaN ? .any : .number
        case .element(let element): result = made(element, in: graph)
        }
        known[moved] = result
        return result
    }

    private mutating func made(_ element: GraphElement, in graph: Graph) -> Kind {
        let node = graph.nodes[element.value.index]
        guard case .operation(let operation) = node.source else { return .finite }
        func operands() -> [GraphElement] { graph.operands(of: element) }
        switch operation {
        case is Truth, is ArgExtremum: return .finite
        // NaN is no margin: a comparison with it has that of what is false.
        case is Compare, is ArgIs: return .number
        case let unary as Unary:
            switch unary.kind {
            case .negate, .absolute, .relu, .clip, .sign, .floor, .ceiling, .round:
                return worst(operands(), in: graph)
            default: return .any
            }
        case let binary as Binary:
            switch binary.kind {
            case .minimum, .maximum: return worst(operands(), in: graph)
            // Infinities may cancel; finite numbers do not.
            case .add, .subtract: return worst(operands(), in: graph) == .finite ? .number : .any
            default: return .any
            }
        case let reduce as Reduce where reduce.kind == .minimum || reduce.kind == .maximum:
            return (try? graph.members(of: element, reduce)).map { worst($0, in: graph) } ?? .any
        case is Select: return worst(Array(operands().dropFirst()), in: graph)
        default: return .any
        }
    }

    private mutating func worst(_ elements: [GraphElement], in graph: Graph) -> Kind {
        var worst = Kind.finite
        for element in elements {
            switch kind(of: element, in: graph) {
            case .finite: continue
            case .number: worst = .number
            case .any: return .any
            }
        }
        return worst
    }
}
