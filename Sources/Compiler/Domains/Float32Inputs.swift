import Search
import Tensors

/// Finds the coordinates that feed a float32 model input directly: unchanged, only moved.
struct Float32Inputs {
    let graph: Graph

    /// For each of the graph's inputs, which of its elements are cast to float32 as they are.
    func elements() -> [[Bool]] {
        var moved: [[Origin]?] = []
        var found = graph.inputs.map { [Bool](repeating: false, count: graph.shape(of: $0.value).count) }
        for (index, node) in graph.nodes.enumerated() {
            moved.append(origins(of: node, at: index, moved))
            guard case .operation(let operation) = node.source, let cast = operation as? Cast,
                cast.element == .float32, let input = node.inputs.first, let origins = moved[input.index]
            else { continue }
            for case .element(let input, let element) in origins { found[input][element] = true }
        }
        return found
    }

    private enum Origin {
        case element(input: Int, Int)
        case other
    }

    private func origins(of node: Graph.Node, at index: Int, _ moved: [[Origin]?]) -> [Origin]? {
        switch node.source {
        case .input:
            guard let input = graph.inputs.firstIndex(where: { $0.value.index == index }) else { return nil }
            return (0..<node.type.shape.count).map { .element(input: input, $0) }
        case .constant: return nil
        case .operation(let operation):
            guard let rearrange = operation as? Rearrange else { return nil }
            guard node.inputs.contains(where: { moved[$0.index] != nil }) else { return nil }
            var parts: [Origin] = []
            for input in node.inputs {
                let count = graph.shape(of: input).count
                parts += moved[input.index] ?? [Origin](repeating: .other, count: count)
            }
            switch rearrange.map {
            case .identity: return parts
            case .table(let table):
                return table.map { $0 >= 0 && Int($0) < parts.count ? parts[Int($0)] : .other }
            }
        }
    }
}

extension LeafBounds {
    /// Makes a coordinate float32, its bounds rounded inward.
    ///
    /// Where no float32 lies between the bounds it stays as it is: the model rounds the value at the call.
    mutating func makeFloat32(_ place: Int) {
        guard let inner = float32Bounds(place) else { return }
        kinds[place] = .real32
        (lower[place], upper[place]) = inner
    }

    /// The outermost float32 values between the bounds, if there are any.
    func float32Bounds(_ place: Int) -> (lower: Double, upper: Double)? {
        let (low, high) = (Float(lower[place]), Float(upper[place]))
        let inner = (
            Double(Double(low) < lower[place] ? low.nextUp : low),
            Double(Double(high) > upper[place] ? high.nextDown : high)
        )
        return inner.0 <= inner.1 ? inner : nil
    }

    /// The simplest value: zero where it is allowed, else the bound nearest to it.
    func reference(_ place: Int) -> Double { min(max(0, lower[place]), upper[place]) }
}
