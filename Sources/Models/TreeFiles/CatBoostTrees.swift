import Tensors

/// A feature that is a number, as CatBoost's files tell it.
struct CatBoostFeature: Decodable {
    let index: Int
    /// Its column in what the model is applied to.
    let column: Int
    let treatment: String?

    enum CodingKeys: String, CodingKey {
        case index = "feature_index"
        case column = "flat_feature_index"
        case treatment = "nan_value_treatment"
    }
}

/// The columns of features, by their numbers in tests.
struct CatBoostColumns {
    private var columns: [Int: (column: Int, isMissingHigh: Bool)] = [:]
    private(set) var count = 0

    init(_ features: [CatBoostFeature]) throws(ModelError) {
        for feature in features {
            try TreeWords.require("flat_feature_index", feature.column, in: 0...1 << 24 - 1)
            let entry = (feature.column, feature.treatment == "AsTrue")
            guard columns.updateValue(entry, forKey: feature.index) == nil else {
                throw ModelError("two features have number \(feature.index)", in: "key `features_info.float_features`")
            }
            count = max(count, feature.column + 1)
        }
        guard count > 0 else { throw ModelError("the model has no features", in: "key `features_info.float_features`") }
    }

    subscript(index: Int) -> (column: Int, isMissingHigh: Bool)? { columns[index] }
}

/// A test `x > border`. NaN goes high if it counts as the greatest number, else low: it is not above anything.
struct CatBoostSplit: Decodable {
    private let kind: String?
    private let feature: Int?
    private let border: Double?

    private enum CodingKeys: String, CodingKey {
        case kind = "split_type"
        case feature = "float_feature_index"
        case border
    }

    func node(_ columns: CatBoostColumns, low: Int, high: Int) throws(ModelError) -> DecisionTrees.Tree.Node {
        guard kind == nil || kind == "FloatFeature", let feature, let border else {
            throw ModelError("a test of kind `\(kind ?? "")` is not supported: only numbers are, with a border")
        }
        guard let (column, isMissingHigh) = columns[feature] else {
            throw ModelError("it tests feature \(feature), which there is not")
        }
        let threshold = Double(Float(border))
        guard !threshold.isNaN else { throw ModelError("its border is not a number") }
        return .test(feature: column, atMost: threshold, isMissingLow: !isMissingHigh, low: low, high: high)
    }
}

/// A symmetric tree: the same test in all nodes that are equally deep. Bit i of a leaf's number is the outcome of test i.
struct CatBoostObliviousTree: Decodable {
    private static let deepest = 24

    private let splits: [CatBoostSplit]?
    private let values: [Double]

    private enum CodingKeys: String, CodingKey {
        case splits
        case values = "leaf_values"
    }

    func tree(_ number: Int, _ columns: CatBoostColumns) throws(ModelError) -> DecisionTrees.Tree {
        let splits = splits ?? []
        let leaves = 1 << min(splits.count, Self.deepest)
        guard splits.count <= Self.deepest, values.count >= leaves, values.count % leaves == 0 else {
            throw ModelError(
                "\(values.count) values do not fit the leaves of \(splits.count) tests", in: "tree \(number)")
        }
        // Node n has the children 2n + 1 and 2n + 2; the last test is the root's, so that leaves are in order.
        var nodes: [DecisionTrees.Tree.Node] = []
        nodes.reserveCapacity(2 * leaves - 1)
        for (depth, split) in splits.reversed().enumerated() {
            for node in (1 << depth - 1)..<(2 << depth - 1) {
                do throws(ModelError) {
                    nodes.append(try split.node(columns, low: 2 * node + 1, high: 2 * node + 2))
                } catch {
                    throw error.inside("tree \(number), split \(splits.count - 1 - depth)")
                }
            }
        }
        let targets = values.count / leaves
        for leaf in 0..<leaves { nodes.append(.leaf(leaf * targets..<(leaf + 1) * targets)) }
        return .init(nodes: nodes, weights: values.enumerated().map { ($0 % targets, $1) })
    }
}

/// A node of a tree that is not symmetric: a test with both its children, or a leaf.
final class CatBoostNode: Decodable {
    private let values: [Double]
    private let split: CatBoostSplit?
    private let children: [CatBoostNode]

    private enum CodingKeys: String, CodingKey { case value, split, left, right }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard keys.contains(.split) else {
            values = try (try? keys.decode([Double].self, forKey: .value)) ?? [keys.decode(Double.self, forKey: .value)]
            (split, children) = (nil, [])
            return
        }
        split = try keys.decode(CatBoostSplit.self, forKey: .split)
        children = [
            try keys.decode(CatBoostNode.self, forKey: .left), try keys.decode(CatBoostNode.self, forKey: .right),
        ]
        values = []
    }

    /// Nodes are numbered from parents to children, as they are met.
    func tree(_ number: Int, _ columns: CatBoostColumns) throws(ModelError) -> DecisionTrees.Tree {
        var (order, tree, next) = ([self], DecisionTrees.Tree(), 0)
        while next < order.count {
            let (node, first) = (order[next], order.count)
            if let split = node.split {
                order += node.children
                do throws(ModelError) { tree.nodes.append(try split.node(columns, low: first, high: first + 1)) } catch
                {
                    throw error.inside(TreeWords.place(number, next))
                }
            } else {
                let start = tree.weights.count
                tree.weights += node.values.enumerated().map { ($0, $1) }
                tree.nodes.append(.leaf(start..<tree.weights.count))
            }
            next += 1
        }
        return tree
    }
}
