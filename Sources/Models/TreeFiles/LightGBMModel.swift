import Tensors

/// What LightGBM's two formats have in common: how many trees for what, and the objective, whose first word is its name.
///
/// Sums go tree after tree in float64.
struct LightGBMModel {
    let version: String
    let features: Int
    /// Trees are given in turn to the targets.
    let targets: Int
    let objective: String
    let isAverage: Bool

    func model(_ trees: [DecisionTrees.Tree]) throws -> TreeModel {
        guard trees.count % targets == 0 else {
            throw ModelError("\(trees.count) trees are not a multiple of \(targets)")
        }
        let rounds = trees.count / targets
        return TreeModel(
            library: .lightGBM, version: version, input: .float64, sums: .float64,
            trees: try DecisionTrees(trees, features: features, targets: targets),
            answer: try answer(), rounds: isAverage ? Double(max(rounds, 1)) : 1)
    }

    init(version: String, lastFeature: Int, targets: Int, objective: String, isAverage: Bool) throws(ModelError) {
        try TreeWords.require("max_feature_idx", lastFeature, in: 0...1 << 24 - 1)
        try TreeWords.require("num_tree_per_iteration", targets, in: 1...1 << 16)
        (self.version, features, self.targets, self.objective) = (version, lastFeature + 1, targets, objective)
        self.isAverage = isAverage
    }

    // MARK: - Objectives

    private func answer() throws(ModelError) -> TreeAnswer {
        let words = objective.split(separator: " ")
        let classes = Array(0..<targets)
        switch words.first ?? "" {
        case "binary":
            let steepness = try steepness(words)
            // Up to here the probability is rounded to a half.
            return .classes(.logistic(steepness: steepness, above: 0x1.8p-53 / steepness), labels: [0, 1])
        case "multiclass", "softmax": return .classes(.softmax, labels: classes)
        case "multiclassova": return .classes(.logisticEach(steepness: try steepness(words)), labels: classes)
        case "regression", "regression_l1", "huber", "fair", "quantile", "mape":
            return .value(words.contains("sqrt") ? .signedSquare : .identity)
        case "poisson", "gamma", "tweedie": return .value(.exponential)
        case "cross_entropy", "xentropy": return .value(.logistic(steepness: 1))
        case "cross_entropy_lambda", "xentlambda": return .value(.softplus)
        case "lambdarank", "rank_xendcg", "custom", "none", "": return .value(.identity)
        default: throw ModelError("objective `\(objective)` is not supported", in: "key `objective`")
        }
    }

    private func steepness(_ words: [Substring]) throws(ModelError) -> Double {
        let name = "sigmoid:"
        guard let word = words.first(where: { $0.hasPrefix(name) }) else { return 1 }
        guard let number = Double(word.dropFirst(name.count)), number > 0, number.isFinite else {
            throw ModelError("`\(word)` names no positive number", in: "key `objective`")
        }
        return number
    }
}
