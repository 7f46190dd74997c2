import Tensors

/// The trees of `TreeEnsembleClassifier` and `TreeEnsembleRegressor`: parallel lists with an entry for each node, and one for each
/// weight of a leaf.
struct TreeAttributes {
    private let treeNumbers, nodeNumbers, features, trueNodes, falseNodes: [Int]
    private let modes: [String]
    private let values: [Double]
    private let missing: [Int]
    private let isDouble: Bool
    /// What the leaves give, by tree and node in the file's own numbers.
    private var weights: [[Int]: [(target: Int, weight: Double)]] = [:]
    /// Whose weights the leaves have, and whether none of them is negative.
    private(set) var targets: Set<Int> = []
    private(set) var areWeightsNonnegative = true

    /// `part` is what the attributes of weights begin with: `class` or `target`.
    init(_ node: Application, part: String, isDouble: Bool) throws {
        func list(_ name: String, count: Int?) throws -> [Int] {
            let list = try node.integers(name) ?? []
            guard count == nil || list.count == count else {
                throw ModelError("attribute `\(name)` has \(list.count) entries for \(count ?? 0)")
            }
            return list
        }
        treeNumbers = try list("nodes_treeids", count: nil)
        let count = treeNumbers.count
        nodeNumbers = try list("nodes_nodeids", count: count)
        features = try list("nodes_featureids", count: count)
        trueNodes = try list("nodes_truenodeids", count: count)
        falseNodes = try list("nodes_falsenodeids", count: count)
        modes = try node.texts("nodes_modes") ?? []
        values = try node.numbers("nodes_values") ?? []
        missing = try list("nodes_missing_value_tracks_true", count: nil)
        guard count > 0, modes.count == count, values.count == count, [0, count].contains(missing.count) else {
            throw ModelError("the lists of its nodes are empty or have different lengths")
        }
        self.isDouble = isDouble
        try readWeights(node, part)
    }

    private mutating func readWeights(_ node: Application, _ part: String) throws {
        let targets = try node.integers("\(part)_ids") ?? []
        let trees = try node.integers("\(part)_treeids") ?? []
        let nodes = try node.integers("\(part)_nodeids") ?? []
        let numbers = try node.numbers("\(part)_weights") ?? []
        guard Set([targets.count, trees.count, nodes.count, numbers.count]).count == 1 else {
            throw ModelError("the lists of its leaves' weights have different lengths")
        }
        for index in targets.indices {
            weights[[trees[index], nodes[index]], default: []].append((targets[index], numbers[index]))
        }
        self.targets = Set(targets)
        areWeightsNonnegative = numbers.allSatisfy { $0 >= 0 }
    }

    /// A tree is a run of nodes with one number, the first of them its root.
    func trees() throws -> [DecisionTrees.Tree] {
        var (trees, first) = ([DecisionTrees.Tree](), 0)
        while first < treeNumbers.count {
            var end = first
            while end < treeNumbers.count, treeNumbers[end] == treeNumbers[first] { end += 1 }
            trees.append(try tree(first..<end))
            first = end
        }
        return trees
    }

    private func tree(_ range: Range<Int>) throws -> DecisionTrees.Tree {
        let number = treeNumbers[range.lowerBound]
        var places: [Int: Int] = [:]
        for (place, index) in range.enumerated() {
            guard places.updateValue(place, forKey: nodeNumbers[index]) == nil else {
                throw ModelError("tree \(number) has two nodes \(nodeNumbers[index])")
            }
        }
        func child(_ node: Int, _ of: Int) throws -> Int {
            guard let place = places[node] else {
                throw ModelError("tree \(number): node \(of) leads to node \(node), which there is not")
            }
            return place
        }
        var nodes = TreeNodes(count: range.count, isDouble: isDouble)
        for (place, index) in range.enumerated() {
            let own = nodeNumbers[index]
            guard modes[index] != "LEAF" else {
                nodes.leaf(place, weights[[number, own]] ?? [])
                continue
            }
            guard let test = TreeNodes.Test(rawValue: modes[index]) else {
                throw ModelError("tree \(number): mode `\(modes[index])` of node \(own) is unknown")
            }
            nodes.test(
                place, test, feature: features[index], values[index],
                isMissingYes: missing.isEmpty ? false : missing[index] == 1, yes: try child(trueNodes[index], own),
                no: try child(falseNodes[index], own))
        }
        return nodes.tree
    }
}
