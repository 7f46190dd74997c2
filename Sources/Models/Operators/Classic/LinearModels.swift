import Tensors

/// Sums of weighted features.
enum LinearModels {
    static let rules: [String: OperatorRule] = ["LinearRegressor": regressor, "LinearClassifier": classifier]

    /// x times a matrix that lies target by target, and an intercept for each.
    private static func sums(
        _ node: Application, _ x: Value, targets: Int, intercepts: [Float]
    ) throws -> Value {
        let coefficients = try node.floats("coefficients") ?? []
        let features = node.shape(x)[1]
        guard targets > 0, coefficients.count == targets * features else {
            throw ModelError("\(coefficients.count) coefficients for \(targets) targets of \(features) features")
        }
        let weights = try Tensor(Shape([targets, features]), coefficients)
        let bias = intercepts.isEmpty ? nil : try Tensor(Shape([targets]), intercepts)
        return try node.add(Dense(weights: weights, bias: bias), x)
    }

    private static let regressor: OperatorRule = { node in
        let intercepts = try node.floats("intercepts") ?? []
        let targets = try node.integer("targets", default: 1)
        guard intercepts.isEmpty || intercepts.count == targets else {
            throw ModelError("\(intercepts.count) intercepts for \(targets) targets")
        }
        let sums = try sums(node, node.rows(), targets: targets, intercepts: intercepts)
        let transform = try PostTransform(node)
        return [targets == 1 && transform != .probit ? sums : try transform.apply(node, sums)]
    }

    private static let classifier: OperatorRule = { node in
        let labels = try ClassLabels(node, numbers: "classlabels_ints")
        let intercepts = try node.floats("intercepts") ?? []
        guard [labels.count, 1].contains(intercepts.count), labels.count > 1 else {
            throw ModelError("\(intercepts.count) intercepts for \(labels.count) classes")
        }
        let scores = try sums(node, node.rows(), targets: intercepts.count, intercepts: intercepts)
        let classes = try ClassLabels.best(node, scores)
        let transform = try PostTransform(node)
        guard intercepts.count == 1, transform != .probit else {
            return [try labels.labels(node, of: classes), try transform.apply(node, scores)]
        }
        return [try labels.labels(node, of: classes), try transform.ofProbability(node, scores)]
    }
}
