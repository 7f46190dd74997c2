import Tensors

/// What CatBoost's `save_model(format="json")` writes.
///
/// A test is `x > border` in float32; sums go tree after tree in float64.
struct CatBoostFile: Decodable {
    private let features: Features
    private let obliviousTrees: [CatBoostObliviousTree]?
    private let otherTrees: [CatBoostNode]?
    private let scaleAndBias: ScaleAndBias?
    private let info: CatBoostInfo?

    private enum CodingKeys: String, CodingKey {
        case features = "features_info"
        case obliviousTrees = "oblivious_trees"
        case otherTrees = "trees"
        case scaleAndBias = "scale_and_bias"
        case
            info = "model_info"
    }

    private struct Features: Decodable {
        let numbers: [CatBoostFeature]?
        /// Of kinds that are not read.
        let categories, texts, embeddings: [Unread]?

        enum CodingKeys: String, CodingKey {
            case numbers = "float_features"
            case categories = "categorical_features"
            case texts = "text_features"
            case
                embeddings = "embedding_features"
        }
    }

    private struct Unread: Decodable {}

    /// `[scale, [bias, ...]]`, and `[scale, bias]` in older files.
    private struct ScaleAndBias: Decodable {
        let scale: Double
        let bias: [Double]

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            scale = try list.decode(Double.self)
            bias = try (try? list.decode([Double].self)) ?? [list.decode(Double.self)]
        }
    }

    func model() throws -> TreeModel {
        for (kind, list) in [
            ("categorical", features.categories), ("text", features.texts), ("embedding", features.embeddings),
        ] where !(list ?? []).isEmpty {
            throw ModelError(
                "the model has \(list?.count ?? 0) \(kind) features: only numbers are supported",
                in: "key `features_info`")
        }
        let columns = try CatBoostColumns(features.numbers ?? [])
        let trees = try self.trees(columns)
        let targets = try targets(trees)
        let forest = try DecisionTrees(trees, features: columns.count, targets: targets)
        let bias = scaleAndBias?.bias ?? []
        guard bias.count <= 1 || bias.count == targets else {
            throw ModelError("`scale_and_bias` has \(bias.count) biases for \(targets) targets")
        }
        return TreeModel(
            library: .catBoost, version: info?.version ?? "", input: .float32, sums: .float64, trees: forest,
            answer: try (info ?? CatBoostInfo()).answer(targets: targets), scale: scaleAndBias?.scale ?? 1, bias: bias)
    }

    private func trees(_ columns: CatBoostColumns) throws -> [DecisionTrees.Tree] {
        if let obliviousTrees {
            return try obliviousTrees.enumerated().map { try $1.tree($0, columns) }
        }
        guard let otherTrees else { throw ModelError("there is neither a key `oblivious_trees` nor a key `trees`") }
        return try otherTrees.enumerated().map { try $1.tree($0, columns) }
    }

    /// Every tree gives a number for each; of none, the biases tell.
    private func targets(_ trees: [DecisionTrees.Tree]) throws(ModelError) -> Int {
        let counts = trees.map { tree in (tree.weights.map(\.target).max() ?? 0) + 1 }
        let count = counts.max() ?? scaleAndBias?.bias.count ?? 1
        if let other = counts.firstIndex(where: { $0 != count }) {
            throw ModelError("its leaves give \(counts[other]) numbers, those of others \(count)", in: "tree \(other)")
        }
        try TreeWords.require("targets", count, in: 1...1 << 16)
        return count
    }
}
