import Tensors

/// What LightGBM's `dump_model` gives: JSON with a nested object for each node.
struct LightGBMFile: Decodable {
    private let version: String?
    private let lastFeature: Int
    private let targets: Int
    private let objective: String?
    private let isAverage: Bool?
    private let trees: [Tree]

    private enum CodingKeys: String, CodingKey {
        case version
        case lastFeature = "max_feature_idx"
        case targets = "num_tree_per_iteration"
        case objective
        case
            isAverage = "average_output"
        case trees = "tree_info"
    }

    private struct Tree: Decodable {
        let root: Node
        enum CodingKeys: String, CodingKey { case root = "tree_structure" }
    }

    func model() throws -> TreeModel {
        let model = try LightGBMModel(
            version: version ?? "", lastFeature: lastFeature, targets: targets, objective: objective ?? "",
            isAverage: isAverage ?? false)
        return try model.model(
            trees.enumerated().map { number, tree in
                try tree.root.tree(number, features: model.features, target: number % model.targets)
            })
    }

    /// A test with both its children, or a leaf.
    private final class Node: Decodable {
        private let value: Double?
        private let split: LightGBMSplit?
        private let children: [Node]

        private enum CodingKeys: String, CodingKey {
            case value = "leaf_value"
            case coefficients = "leaf_coeff"
            case feature = "split_feature"
            case threshold
            case kind = "decision_type"
            case
                isDefaultLeft = "default_left"
            case missing = "missing_type"
            case left = "left_child"
            case right = "right_child"
        }

        init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            guard !keys.contains(.coefficients) else { throw ModelError.linearTrees }
            guard keys.contains(.feature) else {
                (value, split, children) = (try keys.decode(Double.self, forKey: .value), nil, [])
                return
            }
            value = nil
            split = LightGBMSplit(feature: try keys.decode(Int.self, forKey: .feature), test: try Self.test(keys))
            children = [try keys.decode(Node.self, forKey: .left), try keys.decode(Node.self, forKey: .right)]
        }

        private static func test(_ keys: KeyedDecodingContainer<CodingKeys>) throws -> LightGBMSplit.Test {
            func wrong(_ key: CodingKeys, _ message: String) -> DecodingError {
                .dataCorruptedError(forKey: key, in: keys, debugDescription: message)
            }
            let kind = try keys.decode(String.self, forKey: .kind)
            switch kind {
            case "==":
                let text = try keys.decode(String.self, forKey: .threshold)
                return .oneOf(
                    try text.split(separator: "|").map { part in
                        guard let category = Int(part) else {
                            throw wrong(.threshold, "`\(text)` is no list of categories")
                        }
                        return category
                    })
            case "<=":
                let name = try keys.decode(String.self, forKey: .missing)
                guard let missing = LightGBMSplit.Missing(rawValue: name) else {
                    throw wrong(.missing, "missing type `\(name)` is unknown")
                }
                return .atMost(
                    try keys.decode(Double.self, forKey: .threshold), missing: missing,
                    isDefaultLeft: try keys.decode(Bool.self, forKey: .isDefaultLeft))
            default: throw wrong(.kind, "decision type `\(kind)` is unknown")
            }
        }

        /// Nodes are numbered from parents to children, as they are met.
        func tree(_ number: Int, features: Int, target: Int) throws -> DecisionTrees.Tree {
            var (order, first) = ([self], [Int]())
            var next = 0
            while next < order.count {
                first.append(order.count)
                order += order[next].children
                next += 1
            }
            var nodes = TreeNodes(count: order.count, isDouble: true)
            for (index, node) in order.enumerated() {
                guard let split = node.split else {
                    nodes.leaf(index, [(target, node.value ?? 0)])
                    continue
                }
                do throws(ModelError) {
                    try split.add(to: &nodes, index, features: features, left: first[index], right: first[index] + 1)
                } catch { throw error.inside(TreeWords.place(number, index)) }
            }
            return nodes.tree
        }
    }
}

extension ModelError {
    static let linearTrees = ModelError(
        "trees with a linear model in each leaf (`linear_tree`) are not supported", hint: "train without `linear_tree`")
}
