/// Trees of tests of one feature each, whose leaves say what they add to some targets.
///
/// An input goes to the low child of a test where its feature is at most the threshold, and, if NaN is said to be low, where it is
/// NaN; else to the high one. Tests of other kinds are put together from these by those who read files.
package struct DecisionTrees: Sendable, Hashable {
    /// How the leaves of all trees, one of each, become one number for a target.
    package enum Leaves: Sendable, Hashable { case sum, least, greatest }

    /// One tree as it is told: its nodes in any order, the first one its root.
    package struct Tree: Sendable {
        package enum Node: Sendable {
            case test(feature: Int, atMost: Double, isMissingLow: Bool, low: Int, high: Int)
            /// What it gives: a range of the tree's weights.
            case leaf(Range<Int>)
        }

        package var nodes: [Node]
        package var weights: [(target: Int, weight: Double)]

        package init(nodes: [Node] = [], weights: [(target: Int, weight: Double)] = []) {
            (self.nodes, self.weights) = (nodes, weights)
        }
    }

    package let features: Int
    package let targets: Int
    package let leaves: Leaves
    /// Per node: the feature tested, and nil's stand-in -1 in a leaf.
    private(set) var tested: [Int32] = []
    private(set) var thresholds: [Double] = []
    private(set) var isMissingLow: [Bool] = []
    /// Per node: low and high child, both behind it; a leaf's own place twice.
    private(set) var children: [Int32] = []
    /// Per node: where a leaf's weights begin, one for each target of its tree.
    private(set) var places: [Int32] = []
    private(set) var weights: [Double] = []
    /// Per tree: its root, and where its targets begin in `treeTargets`; with one more at the end.
    private(set) var roots: [Int32] = []
    private(set) var firsts: [Int32] = [0]
    private(set) var treeTargets: [Int32] = []
    /// Whether two tests lead to the same node.
    private(set) var sharesNodes = false

    /// `start` is what sums start from, a number for each target, or nothing: one leaf before all trees.
    ///
    /// Throws where a node names a feature, a child, a weight or a target that there is not, where a path comes back to a node,
    /// or where the trees are more than 2^30 nodes or weights.
    package init(
        _ trees: [Tree], features: Int, targets: Int, leaves: Leaves = .sum, start: [Double] = []
    ) throws(ShapeError) {
        (self.features, self.targets, self.leaves) = (features, targets, leaves)
        guard features < 1 << 25, targets < 1 << 25 else {
            throw ShapeError("trees of more than 2^25 features or targets")
        }
        if !start.isEmpty {
            try add(Tree(nodes: [.leaf(0..<start.count)], weights: start.enumerated().map { (target: $0, weight: $1) }))
        }
        for (number, tree) in trees.enumerated() {
            do throws(ShapeError) { try add(tree) } catch { throw ShapeError("tree \(number): \(error)") }
        }
    }

    private mutating func add(_ tree: Tree) throws(ShapeError) {
        let order = try tree.fromParentsToChildren(features: features)
        var own = [Int32](repeating: -1, count: tree.nodes.count)
        for (offset, node) in order.enumerated() { own[node] = Int32(tested.count + offset) }
        let (columns, first) = (try tree.columns(targets: targets), treeTargets.count)
        roots.append(Int32(tested.count))
        treeTargets += columns.targets.map(Int32.init)
        firsts.append(Int32(treeTargets.count))
        let width = treeTargets.count - first
        guard tested.count + order.count < 1 << 30, weights.count + order.count * width < 1 << 30 else {
            throw ShapeError("the trees are too large")
        }
        let leafCount = order.count { if case .leaf = tree.nodes[$0] { true } else { false } }
        // Where every node but the root is led to once, there is one leaf more than there are tests.
        sharesNodes = sharesNodes || 2 * leafCount != order.count + 1
        for node in order {
            switch tree.nodes[node] {
            case .test(let feature, let threshold, let isMissingLow, let low, let high):
                append(Int32(feature), threshold, isMissingLow, own[low], own[high], place: 0)
            case .leaf(let range):
                append(-1, 0, false, own[node], own[node], place: Int32(weights.count))
                weights += tree.row(range, columns.places, leaves)
            }
        }
    }

    private mutating func append(
        _ feature: Int32, _ threshold: Double, _ isMissingLow: Bool, _ low: Int32, _ high: Int32, place: Int32
    ) {
        tested.append(feature)
        thresholds.append(threshold)
        self.isMissingLow.append(isMissingLow)
        children += [low, high]
        places.append(place)
    }

    package var count: Int { roots.count }

    package func root(of tree: Int) -> Int { Int(roots[tree]) }

    /// nil where a node is a leaf.
    package func children(of node: Int) -> (low: Int, high: Int)? {
        tested[node] < 0 ? nil : (Int(children[2 * node]), Int(children[2 * node + 1]))
    }

    /// What a node tests; of a leaf nothing is meant by it.
    package func test(of node: Int) -> (feature: Int, atMost: Double, isMissingLow: Bool) {
        (Int(tested[node]), thresholds[node], isMissingLow[node])
    }

    /// Where a leaf's weights begin: one for each target of its tree, in order.
    package func place(of node: Int) -> Int { Int(places[node]) }

    package func targets(of tree: Int) -> ArraySlice<Int32> { treeTargets[Int(firsts[tree])..<Int(firsts[tree + 1])] }

    package func weight(at place: Int) -> Double { weights[place] }

    package var nodeCount: Int { tested.count }

    /// Where the nodes lie: the same for copies of these trees, and nobody else's as long as one of them lives.
    struct Identity: Hashable, Sendable {
        let address: UInt
        let count, targets: Int
        let leaves: Leaves
    }

    var identity: Identity {
        let address = tested.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        return Identity(address: address, count: tested.count, targets: targets, leaves: leaves)
    }

    /// Few numbers tell apart what is not equal.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(tested.count)
        hasher.combine(thresholds.first { $0 != 0 })
        hasher.combine(weights.first)
        hasher.combine(weights.last)
    }
}

extension DecisionTrees.Tree {
    /// The nodes that the root leads to, each before its children. Throws where a path comes back, or names what is not there.
    fileprivate func fromParentsToChildren(features: Int) throws(ShapeError) -> [Int] {
        enum State { case unseen, open, done }
        guard !nodes.isEmpty else { throw ShapeError("it has no nodes") }
        var (states, order) = ([State](repeating: .unseen, count: nodes.count), [Int]())
        var stack = [0]
        while let node = stack.last {
            guard states[node] == .unseen else {
                stack.removeLast()
                if states[node] == .open { order.append(node) }
                states[node] = .done
                continue
            }
            states[node] = .open
            for child in try children(of: node, features) {
                guard states[child] != .open else { throw ShapeError("a path comes back to node \(child)") }
                if states[child] == .unseen { stack.append(child) }
            }
        }
        return order.reversed()
    }

    private func children(of node: Int, _ features: Int) throws(ShapeError) -> [Int] {
        guard case .test(let feature, let threshold, _, let low, let high) = nodes[node] else { return [] }
        guard (0..<features).contains(feature) else {
            throw ShapeError("node \(node) tests feature \(feature) of \(features)")
        }
        guard !threshold.isNaN else { throw ShapeError("the threshold of node \(node) is not a number") }
        for child in [low, high] where !nodes.indices.contains(child) {
            throw ShapeError("node \(node) leads to node \(child) of \(nodes.count)")
        }
        return [low, high]
    }

    /// The targets of all leaves in order, and the place of each among them.
    fileprivate func columns(targets count: Int) throws(ShapeError) -> (targets: [Int], places: [Int: Int]) {
        let targets = Set(weights.map(\.target)).sorted()
        guard targets.allSatisfy((0..<count).contains) else {
            throw ShapeError("a leaf adds to target \(targets.last ?? 0) of \(count)")
        }
        return (targets, Dictionary(uniqueKeysWithValues: targets.enumerated().map { ($1, $0) }))
    }

    /// A leaf's weight for each of the tree's targets; what it does not give changes nothing.
    fileprivate func row(_ range: Range<Int>, _ places: [Int: Int], _ leaves: DecisionTrees.Leaves) -> [Double] {
        let none = leaves == .sum ? 0 : leaves == .least ? Double.infinity : -.infinity
        var row = [Double](repeating: none, count: places.count)
        for (target, weight) in weights[range] {
            guard let place = places[target] else { continue }
            switch leaves {
            case .sum: row[place] += weight
            case .least: row[place] = min(row[place], weight)
            case .greatest: row[place] = max(row[place], weight)
            }
        }
        return row
    }
}
