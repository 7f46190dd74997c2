import Tensors

/// The trees of XGBoost's boosters `gbtree` and `dart`.
struct XGBoostBooster: Decodable {
    private let forest: Forest
    /// What `dart` multiplies each tree by.
    private let factors: [Double]?

    private struct Forest: Decodable {
        let trees: [XGBoostTree]
        /// Each tree's target.
        let targets: [Int]

        enum CodingKeys: String, CodingKey {
            case trees
            case targets = "tree_info"
        }
    }

    private struct Inner: Decodable { let model: Forest }

    private enum CodingKeys: String, CodingKey {
        case name, model, gbtree
        case factors = "weight_drop"
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        let name = try keys.decode(String.self, forKey: .name)
        switch name {
        case "gbtree": (forest, factors) = (try keys.decode(Forest.self, forKey: .model), nil)
        case "dart":
            forest = try keys.decode(Inner.self, forKey: .gbtree).model
            factors = try keys.decode([Double].self, forKey: .factors)
        case "gblinear":
            throw ModelError(
                "booster `gblinear` is not supported", in: "key `learner.gradient_booster.name`",
                hint: "it is a linear model: write it as ONNX")
        default: throw ModelError("booster `\(name)` is not known", in: "key `learner.gradient_booster.name`")
        }
    }

    func trees(features: Int, targets: Int) throws -> [DecisionTrees.Tree] {
        try TreeWords.require("tree_info", forest.targets.count, forest.trees.count, of: "trees")
        if let factors { try TreeWords.require("weight_drop", factors.count, forest.trees.count, of: "trees") }
        return try forest.trees.enumerated().map { number, tree in
            let target = forest.targets[number]
            guard (0..<targets).contains(target) else {
                throw ModelError("it adds to target \(target) of \(targets)", in: "tree \(number)")
            }
            let factor = Float(factors?[number] ?? 1)
            return try tree.tree(number, features: features) { (target, Double(Float($0) * factor)) }
        }
    }
}

/// A tree as parallel lists with an entry for each node; the first is the root.
struct XGBoostTree: Decodable {
    private let id: Int?
    private let left, right: [Int]
    private let features: [Int]
    /// Thresholds, and in leaves what they give.
    private let conditions: [Double]
    private let defaults: [DecodedFlag]
    private let kinds: [Int]?
    private let categories, categoryNodes, categoryStarts, categoryCounts: [Int]?
    private let parameters: Parameters?

    private struct Parameters: Decodable {
        let leafSize: XGBoostNumbers?
        enum CodingKeys: String, CodingKey { case leafSize = "size_leaf_vector" }
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case left = "left_children"
        case right = "right_children"
        case features = "split_indices"
        case conditions = "split_conditions"
        case
            defaults = "default_left"
        case kinds = "split_type"
        case categories
        case categoryNodes = "categories_nodes"
        case
            categoryStarts = "categories_segments"
        case categoryCounts = "categories_sizes"
        case parameters = "tree_param"
    }

    /// `leaf` says which target a leaf's value is added to, and what is.
    func tree(
        _ number: Int, features count: Int, leaf: (Double) -> (target: Int, weight: Double)
    ) throws(ModelError) -> DecisionTrees.Tree {
        do throws(ModelError) {
            try checkLists(number)
            let sets = try categorySets()
            var nodes = TreeNodes(count: left.count, isDouble: false)
            for node in left.indices {
                guard left[node] >= 0 else {
                    nodes.leaf(node, [leaf(conditions[node])])
                    continue
                }
                do throws(ModelError) { try add(node, sets[node], of: count, to: &nodes) } catch {
                    throw error.inside(TreeWords.place(number, node))
                }
            }
            return nodes.tree
        } catch { throw error.inside("tree \(number)") }
    }

    private func checkLists(_ number: Int) throws(ModelError) {
        guard id == nil || id == number else { throw ModelError("its `id` is \(id ?? 0)") }
        if let size = try parameters?.leafSize?.whole("size_leaf_vector"), size > 1 {
            throw ModelError(
                "a leaf gives \(size) numbers: trees with vectors (`multi_strategy` multi_output_tree) are not supported"
            )
        }
        guard !left.isEmpty else { throw ModelError("it has no nodes") }
        let lists = [
            ("right_children", right.count), ("split_indices", features.count), ("split_conditions", conditions.count),
            ("default_left", defaults.count), ("split_type", kinds?.count ?? left.count),
        ]
        for (name, count) in lists { try TreeWords.require(name, count, left.count, of: "nodes") }
    }

    /// By the nodes that test for categories.
    private func categorySets() throws(ModelError) -> [Int: ArraySlice<Int>] {
        let (all, nodes) = (categories ?? [], categoryNodes ?? [])
        let (starts, counts) = (categoryStarts ?? [], categoryCounts ?? [])
        try TreeWords.require("categories_segments", starts.count, nodes.count, of: "nodes with categories")
        try TreeWords.require("categories_sizes", counts.count, nodes.count, of: "nodes with categories")
        var sets: [Int: ArraySlice<Int>] = [:]
        for (index, node) in nodes.enumerated() {
            let (start, count) = (starts[index], counts[index])
            guard start >= 0, count >= 0, start <= all.count, count <= all.count - start else {
                throw ModelError("node \(node) has categories \(start) and \(count) behind it, of \(all.count)")
            }
            guard sets.updateValue(all[start..<start + count], forKey: node) == nil else {
                throw ModelError("node \(node) has two sets of categories")
            }
        }
        return sets
    }

    private func add(_ node: Int, _ set: ArraySlice<Int>?, of count: Int, to nodes: inout TreeNodes) throws(ModelError)
    {
        let (left, right, feature) = (left[node], right[node], features[node])
        for child in [left, right] where !self.left.indices.contains(child) {
            throw ModelError("it leads to node \(child) of \(self.left.count)")
        }
        guard (0..<count).contains(feature) else { throw ModelError("it tests feature \(feature) of \(count)") }
        let isMissingLeft = defaults[node].isSet
        guard kinds?[node] ?? 0 != 0 else {
            let threshold = Double(Float(conditions[node]))
            guard !threshold.isNaN else { throw ModelError("its threshold is not a number") }
            nodes.test(node, .less, feature: feature, threshold, isMissingYes: isMissingLeft, yes: left, no: right)
            return
        }
        guard let set, set.allSatisfy((0..<1 << 24).contains) else {
            throw ModelError("its categories are missing, or not from 0 to \(1 << 24 - 1)")
        }
        // What is negative is no category, and goes left as those do that are not in the set.
        nodes.categories(
            node, feature: feature, Array(set), zeroAbove: Double(-Float.leastNonzeroMagnitude), yes: right, no: left,
            missing: isMissingLeft ? left : right)
    }
}
