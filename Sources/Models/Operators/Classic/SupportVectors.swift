import Tensors

/// Support vector machines, in the pairwise form of LIBSVM, or linear.
enum SupportVectors {
    static let rules: [String: OperatorRule] = ["SVMRegressor": regressor, "SVMClassifier": classifier]

    private static let regressor: OperatorRule = { node in
        let x = try node.rows()
        let count = try node.integer("n_supports", default: 0)
        let coefficients = try node.floats("coefficients") ?? []
        guard let offset = try node.floats("rho")?.first else { throw ModelError("attribute `rho` is missing") }
        let kernel = try Kernel(node, isLinear: count == 0)
        let sum: Value
        if count > 0 {
            let kernels = try kernel.values(node, x, node.floats("support_vectors") ?? [], count: count, offset: 0)
            guard coefficients.count == count else {
                throw ModelError("\(coefficients.count) coefficients for \(count) support vectors")
            }
            let weights = try Tensor(Shape([1, count]), coefficients)
            sum = try node.add(Dense(weights: weights, bias: Tensor(Shape([1]), [offset])), kernels)
        } else {
            sum = try kernel.values(node, x, coefficients, count: 1, offset: Double(offset))
        }
        guard try node.flag("one_class") else {
            let transform = try PostTransform(node)
            return [transform == .probit ? try transform.apply(node, sum) : sum]
        }
        let isInside = try node.binary(.greater, sum, 0)
        return [try node.add(Select(), isInside, node.scalar(1, like: sum), node.scalar(-1, like: sum))]
    }

    private static let classifier: OperatorRule = { node in
        let x = try node.rows()
        let labels = try ClassLabels(node, numbers: "classlabels_ints")
        let perClass = try node.integers("vectors_per_class") ?? []
        guard labels.count > 1 else { throw ModelError("it has one class") }
        guard perClass.allSatisfy({ (0...1 << 30).contains($0) }) else {
            throw ModelError("a class has no such number of vectors")
        }
        let (classes, scores) =
            perClass.reduce(0, +) > 0
            ? try PairwiseClassifier(node, classes: labels.count, vectorsPerClass: perClass).read(x)
            : try linear(node, x, classes: labels.count)
        return [try labels.labels(node, of: classes), scores]
    }

    private static func linear(
        _ node: Application, _ x: Value, classes: Int
    ) throws -> (classes: Value, scores: Value) {
        let coefficients = try node.floats("coefficients") ?? []
        guard let offset = try node.floats("rho")?.first else { throw ModelError("attribute `rho` is missing") }
        let scores = try Kernel(node, isLinear: true).values(
            node, x, coefficients, count: classes, offset: Double(offset))
        var best = try node.add(ArgExtremum(.max, axis: 1), scores)
        if classes == 2, try (node.floats("prob_a") ?? []).isEmpty {
            // A score that is high enough by itself stands for the second class, whichever of the two has it.
            let greatest = try node.add(Reduce(.maximum, axes: [1], .dropped), scores)
            let areNonnegative = coefficients.allSatisfy { $0 >= 0 }
            let isSecond = try node.binary(
                areNonnegative ? .greaterOrEqual : .greater, greatest, areNonnegative ? 0.5 : 0)
            best = try node.add(Select(), isSecond, node.scalar(1, like: best), best)
        }
        return (best, try PostTransform(node).apply(node, scores))
    }

    /// What compares an input with a support vector.
    struct Kernel {
        private enum Kind: String {
            case linear = "LINEAR"
            case polynomial = "POLY"
            case gaussian = "RBF"
            case sigmoid = "SIGMOID"
        }

        private let kind: Kind
        private let gamma, constant, degree: Double

        init(_ node: Application, isLinear: Bool) throws {
            let name = try node.text("kernel_type", default: "LINEAR")
            guard let kind = Kind(rawValue: name) else { throw ModelError("kernel_type `\(name)` is unknown") }
            self.kind = isLinear ? .linear : kind
            let parameters = (try node.floats("kernel_params") ?? []).map(Double.init)
            guard parameters.isEmpty || parameters.count >= 3 else {
                throw ModelError("kernel_params has \(parameters.count) numbers, not gamma, coef0 and degree")
            }
            (gamma, constant, degree) = parameters.isEmpty ? (0, 0, 0) : (parameters[0], parameters[1], parameters[2])
        }

        /// `[rows, count]`, of vectors that lie one behind the other; `offset` is added where the kernel is linear.
        func values(
            _ node: Application, _ x: Value, _ vectors: [Float], count: Int, offset: Double
        ) throws -> Value {
            let features = node.shape(x)[1]
            guard count > 0, features > 0, vectors.count == count * features else {
                throw ModelError("\(vectors.count) numbers for \(count) vectors of \(features) features")
            }
            let table = try Tensor(Shape([count, features]), vectors)
            guard kind != .gaussian else { return try gaussian(node, x, table) }
            let products = try node.add(Dense(weights: table, bias: nil), x)
            switch kind {
            case .linear, .gaussian: return offset == 0 ? products : try node.binary(.add, products, offset)
            case .polynomial: return try power(node, affine(node, products))
            case .sigmoid: return try node.unary(.hyperbolicTangent, affine(node, products))
            }
        }

        private func affine(_ node: Application, _ products: Value) throws -> Value {
            try node.binary(.add, node.binary(.multiply, products, gamma), constant)
        }

        private func power(_ node: Application, _ x: Value) throws -> Value {
            switch degree {
            case 2: try node.unary(.square, x)
            case 3: try node.binary(.multiply, node.unary(.square, x), x)
            default: try node.binary(.power, x, degree)
            }
        }

        private func gaussian(_ node: Application, _ x: Value, _ vectors: Tensor) throws -> Value {
            let (rows, features) = (node.shape(x)[0], node.shape(x)[1])
            let lifted = try node.reshape(x, [rows, 1, features])
            let table = try node.reshape(node.constant(vectors), [1, vectors.shape[0], features])
            let differences = try node.binary(.subtract, lifted, table)
            let squares = try node.add(Reduce(.sumSquare, axes: [2], .dropped), differences)
            return try node.unary(.exponential, node.binary(.multiply, squares, -gamma))
        }
    }
}
