import Search
import Tensors

/// Finds the coordinates that feed a float32 model input directly: unchanged, only moved.
struct Float32Inputs {
    let graph: Graph

    /// Some of an input's elements.
    enum Elements {
        case none, all
        case some([Bool])

        /// Whether each of so many is one.
        func marks(_ count: Int) -> [Bool] {
            switch self {
            case .none: [Bool](repeating: false, count: count)
            case .all: [Bool](repeating: true, count: count)
            case .some(let marks): marks
            }
        }
    }

    /// For each of the graph's inputs, which of its elements are cast to float32 as they are.
    func elements() -> [Elements] {
        var moved: [Origins?] = []
        var found = graph.inputs.map { _ in Elements.none }
        let places = Dictionary(
            graph.inputs.enumerated().map { ($1.value.index, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, node) in graph.nodes.enumerated() {
            moved.append(origins(of: node, places[index], moved))
            guard case .operation(let operation) = node.source, let cast = operation as? Cast,
                cast.element == .float32, let input = node.inputs.first, let origins = moved[input.index]
            else { continue }
            switch origins {
            case .whole(let input): found[input] = .all
            case .parts(let parts): note(parts, in: &found)
            }
        }
        return found
    }

    private func note(_ parts: [Origin], in found: inout [Elements]) {
        var marks: [Int: [Bool]] = [:]
        for case .element(let input, let element) in parts {
            if marks[input] == nil {
                marks[input] = found[input].marks(graph.shape(of: graph.inputs[input].value).count)
            }
            marks[input]?[element] = true
        }
        for (input, marks) in marks { found[input] = .some(marks) }
    }

    private enum Origin {
        case element(input: Int, Int)
        case other
    }

    /// Where the elements of a value come from.
    private enum Origins {
        /// An input, each element in its place.
        case whole(input: Int)
        case parts([Origin])

        func list(_ count: Int) -> [Origin] {
            switch self {
            case .whole(let input): (0..<count).map { .element(input: input, $0) }
            case .parts(let parts): parts
            }
        }
    }

    private func origins(of node: Graph.Node, _ input: Int?, _ moved: [Origins?]) -> Origins? {
        switch node.source {
        case .input: return input.map { .whole(input: $0) }
        case .constant: return nil
        case .operation(let operation):
            guard let rearrange = operation as? Rearrange else { return nil }
            guard node.inputs.contains(where: { moved[$0.index] != nil }) else { return nil }
            if case .identity = rearrange.map, node.inputs.count == 1 { return moved[node.inputs[0].index] }
            var parts: [Origin] = []
            for input in node.inputs {
                let count = graph.shape(of: input).count
                parts += moved[input.index]?.list(count) ?? [Origin](repeating: .other, count: count)
            }
            return .parts(rearranged(parts, rearrange))
        }
    }

    private func rearranged(_ parts: [Origin], _ rearrange: Rearrange) -> [Origin] {
        switch rearrange.map {
        case .identity: return parts
        case .table(let table):
            return table.map { $0 >= 0 && Int($0) < parts.count ? parts[Int($0)] : .other }
        }
    }
}

extension LeafBounds {
    /// Makes coordinates of a leaf float32.
    mutating func makeFloat32(_ elements: Float32Inputs.Elements, of leaf: Leaf) {
        switch elements {
        case .none: return
        case .all: for place in leaf.coordinates where kinds[place] == .real64 { makeFloat32(place) }
        case .some(let marks):
            for (place, isMarked) in zip(leaf.coordinates, marks) where isMarked && kinds[place] == .real64 {
                makeFloat32(place)
            }
        }
    }

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
