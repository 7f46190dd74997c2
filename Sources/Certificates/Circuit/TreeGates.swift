import Tensors

/// One decision tree, as the checker reads it: nodes that test numbers of the circuit, and leaves with a weight for each column.
struct TreeGates: Sendable {
    private enum Node: Sendable {
        case test(gate: Int, atMost: Double, low: Int, high: Int)
        case leaf([Double])
    }

    private var nodes: [Node] = []
    let columns: Int

    /// A tree of an ensemble whose features are these gates. NaN takes no part: where a feature may be NaN, both sides are open.
    init(_ trees: DecisionTrees, _ tree: Int, features: [Int32], _ element: ElementType) {
        columns = trees.targets(of: tree).count
        var places = [trees.root(of: tree): 0]
        var order = [trees.root(of: tree)]
        func place(_ node: Int) -> Int {
            if let place = places[node] { return place }
            places[node] = order.count
            order.append(node)
            return order.count - 1
        }
        var next = 0
        while next < order.count {
            let node = order[next]
            next += 1
            if let (low, high) = trees.children(of: node) {
                let test = trees.test(of: node)
                nodes.append(
                    .test(gate: Int(features[test.feature]), atMost: test.atMost, low: place(low), high: place(high)))
            } else {
                let first = trees.place(of: node)
                nodes.append(
                    .leaf(
                        (0..<columns).map {
                            let weight = trees.weight(at: first + $0)
                            return element == .float32 ? Double(Float(weight)) : weight
                        }))
            }
        }
    }

    /// The weights of the leaves that may be reached.
    func reachable(_ ranges: [Enclosure], _ take: ([Double]) -> Void) {
        var open = [0]
        var seen = Set<Int>()
        while let place = open.popLast() {
            switch nodes[place] {
            case .leaf(let weights): take(weights)
            case .test(let gate, let atMost, let low, let high):
                // A tree may share what is below its tests.
                guard seen.insert(place).inserted else { continue }
                let range = ranges[gate]
                if !range.isFinite || range.lower <= atMost { open.append(low) }
                if !range.isFinite || range.upper > atMost { open.append(high) }
            }
        }
    }

    /// The gates that tests read.
    var tested: Set<Int> {
        nodes.reduce(into: []) { if case .test(let gate, _, _, _) = $1 { $0.insert(gate) } }
    }

    var isFinite: Bool {
        nodes.allSatisfy { if case .leaf(let weights) = $0 { weights.allSatisfy(\.isFinite) } else { true } }
    }

    /// All numbers, in order, for the hash.
    func numbers(_ take: (Double) -> Void) {
        for node in nodes {
            switch node {
            case .test(let gate, let atMost, let low, let high):
                for number in [Double(gate), atMost, Double(low), Double(high)] { take(number) }
            case .leaf(let weights):
                take(-1)
                for weight in weights { take(weight) }
            }
        }
    }
}

extension Circuit {
    /// An ensemble's targets: of each tree a gate for each column, and their sum, in whatever order.
    mutating func ensemble(
        _ ensemble: TreeEnsemble, _ input: Wires, _ type: TensorType
    ) throws(Unsupported) -> [Int32] {
        let trees = ensemble.trees
        guard trees.leaves == .sum else {
            throw Unsupported("operator \(ensemble.name) that takes the least or greatest")
        }
        var result: [Int32] = []
        for row in 0..<(type.shape.count / max(trees.targets, 1)) {
            let features = Array(input.gates[row * trees.features..<(row + 1) * trees.features])
            var terms = [[Gate.Term]](repeating: [], count: trees.targets)
            for tree in 0..<trees.count {
                let number = add(TreeGates(trees, tree, features: features, ensemble.element))
                for (column, target) in trees.targets(of: tree).enumerated() {
                    let gate = try add(.leaf(tree: number, column: column), type.element.precision)
                    terms[Int(target)].append(.init(source: gate, weight: 1))
                }
            }
            for own in terms {
                result.append(
                    own.isEmpty
                        ? try add(.constant(0), type.element.precision)
                        : try sum(own, .summed(own.count, type.element), type.element.precision))
            }
        }
        return result
    }
}
