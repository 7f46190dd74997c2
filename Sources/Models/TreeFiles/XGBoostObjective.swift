import Glibc

/// What an objective of XGBoost makes of the base score at the beginning and of margins at the end.
struct XGBoostObjective {
    private enum Base { case margin, probability, mean }

    private let base: Base
    let answer: TreeAnswer

    /// The base score of `binary:logitraw` is a margin, though that of `binary:logistic` is a probability.
    init(_ name: String, targets: Int) throws(ModelError) {
        switch name {
        case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror",
            "reg:quantileerror", "reg:expectileerror", "binary:logitraw", "rank:pairwise", "rank:ndcg", "rank:map":
            (base, answer) = (.margin, .value(.identity))
        case "reg:logistic": (base, answer) = (.probability, .value(.logistic(steepness: 1)))
        case "binary:logistic" where targets > 1: (base, answer) = (.probability, .value(.logistic(steepness: 1)))
        case "binary:logistic":
            // Up to 1.5 · 2^-24 a probability is rounded to a half, which does not name the second class.
            (base, answer) = (.probability, .classes(.logistic(steepness: 1, above: 0x1.8p-24), labels: [0, 1]))
        case "binary:hinge": (base, answer) = (.margin, .value(.isPositive))
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
            (base, answer) = (.mean, .value(.exponential))
        case "multi:softmax", "multi:softprob":
            (base, answer) = (.margin, .classes(.softmax, labels: Array(0..<targets)))
        default:
            throw ModelError("objective `\(name)` is not supported", in: "key `learner.objective.name`")
        }
    }

    /// In float32, as the library computes it.
    func margin(ofScore score: Float) -> Float {
        switch base {
        case .margin: score
        case .probability: -log(1 / score - 1)
        case .mean: log(score)
        }
    }
}
