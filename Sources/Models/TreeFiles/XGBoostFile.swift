import Tensors

/// What XGBoost's `save_model` writes in JSON, and in UBJSON with the same keys.
///
/// A test is `x < threshold` in float32; a margin starts from the base score, and the trees are added one after the other in float32.
struct XGBoostFile: Decodable {
    struct Learner: Decodable {
        let booster: XGBoostBooster
        let parameters: Parameters
        let objective: Objective

        enum CodingKeys: String, CodingKey {
            case booster = "gradient_booster"
            case parameters = "learner_model_param"
            case objective
        }
    }

    struct Parameters: Decodable {
        let baseScore: XGBoostNumbers
        let classes: XGBoostNumbers
        let features: XGBoostNumbers
        let targets: XGBoostNumbers?

        enum CodingKeys: String, CodingKey {
            case baseScore = "base_score"
            case classes = "num_class"
            case features = "num_feature"
            case targets = "num_target"
        }
    }

    struct Objective: Decodable { let name: String }

    let learner: Learner
    let version: [Int]?

    func model() throws -> TreeModel {
        let parameters = learner.parameters
        let features = try parameters.features.whole("num_feature")
        let targets = max(
            try parameters.classes.whole("num_class"), try parameters.targets?.whole("num_target") ?? 1, 1)
        try TreeWords.require("num_feature", features, in: 1...1 << 24)
        try TreeWords.require("num_class", targets, in: 1...1 << 16)
        let objective = try XGBoostObjective(
            learner.objective.name, targets: targets)
        let trees = try DecisionTrees(
            learner.booster.trees(features: features, targets: targets), features: features, targets: targets,
            start: start(objective, targets: targets))
        return TreeModel(
            library: .xgboost, version: (version ?? []).map(String.init).joined(separator: "."), input: .float32,
            sums: .float32,
            trees: trees, answer: objective.answer)
    }

    /// The base score of each target, as a margin.
    private func start(_ objective: XGBoostObjective, targets: Int) throws -> [Double] {
        let scores = learner.parameters.baseScore.numbers
        guard scores.count == 1 || scores.count == targets else {
            throw ModelError("`base_score` has \(scores.count) entries for \(targets) targets")
        }
        let margins = scores.map { objective.margin(ofScore: Float($0)) }
        guard margins.allSatisfy(\.isFinite) else {
            throw ModelError("`base_score` \(scores) gives no finite margin for objective `\(learner.objective.name)`")
        }
        return (0..<targets).map { Double(margins[scores.count == 1 ? 0 : $0]) }
    }
}

/// A number as XGBoost writes parameters: a text, of one number or of a list of them, or a number.
struct XGBoostNumbers: Decodable {
    let numbers: [Double]

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Double.self) {
            numbers = [number]
            return
        }
        let text = try value.decode(String.self)
        let inner = text.first == "[" && text.last == "]" ? text.dropFirst().dropLast() : text[...]
        numbers = try inner.split(separator: ",").map { part in
            guard let number = Double(part.drop { $0 == " " }) else {
                throw DecodingError.dataCorruptedError(
                    in: value, debugDescription: "`\(text)` is neither a number nor a list of them")
            }
            return number
        }
    }

    func whole(_ name: String) throws(ModelError) -> Int {
        guard numbers.count == 1, let whole = Int(exactly: numbers[0]) else {
            throw ModelError("`\(name)` is not a whole number")
        }
        return whole
    }
}
