/// What a file of CatBoost says of the model besides its trees.
struct CatBoostInfo: Decodable {
    private let parameters: Parameters?
    private let classes: Classes?
    private let build: String?

    private enum CodingKeys: String, CodingKey {
        case parameters = "params"
        case classes = "class_params"
        case build = "catboost_version_info"
    }

    private struct Parameters: Decodable {
        let loss: Loss?
        enum CodingKeys: String, CodingKey { case loss = "loss_function" }
    }

    private struct Loss: Decodable { let type: String }

    private struct Classes: Decodable {
        /// nil where classes are not called by whole numbers.
        let names: [Int]?
        enum CodingKeys: String, CodingKey { case names = "class_names" }

        init(from decoder: any Decoder) throws {
            names = try? decoder.container(keyedBy: CodingKeys.self).decode([Int].self, forKey: .names)
        }
    }

    /// A file that says nothing.
    init() { (parameters, classes, build) = (nil, nil, nil) }

    /// Out of the lines about the build that wrote the file.
    var version: String {
        let marker = "tags/v"
        guard let line = build?.split(separator: "\n").first(where: { $0.contains(marker) }) else { return "" }
        return String(line.split(separator: "/").last?.dropFirst() ?? "")
    }

    func answer(targets: Int) throws(ModelError) -> TreeAnswer {
        let loss = parameters?.loss?.type ?? ""
        switch loss {
        case "Logloss", "CrossEntropy", "Focal":
            try TreeWords.require("targets", targets, in: 1...1)
            return .classes(.logistic(steepness: 1, above: 0), labels: labels(2))
        case "MultiClass": return .classes(.softmax, labels: labels(targets))
        case "MultiClassOneVsAll": return .classes(.logisticEach(steepness: 1), labels: labels(targets))
        case "MultiLogloss", "MultiCrossEntropy": return .value(.logistic(steepness: 1))
        case "Poisson", "Tweedie": return .value(.exponential)
        case "", "RMSE", "MAE", "Quantile", "MultiQuantile", "LogLinQuantile", "MAPE", "Lq", "Huber", "Expectile",
            "LogCosh",
            "RMSPE", "MultiRMSE", "MultiRMSEWithMissingValues", "QueryRMSE", "QuerySoftMax", "QueryCrossEntropy",
            "PairLogit",
            "PairLogitPairwise", "YetiRank", "YetiRankPairwise", "LambdaMart", "StochasticRank":
            return .value(.identity)
        default:
            throw ModelError(
                "loss function `\(loss)` is not supported", in: "key `model_info.params.loss_function.type`")
        }
    }

    /// What the classes are called, or their places where that is no number.
    private func labels(_ count: Int) -> [Int] {
        if let names = classes?.names, names.count == count { names } else { Array(0..<count) }
    }
}
