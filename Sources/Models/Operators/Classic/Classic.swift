import Tensors

/// Operators of `ai.onnx.ml`: what scikit-learn, LightGBM, XGBoost and CatBoost are exported to.
///
/// Where ONNX's text leaves open what a model gives, ONNX Runtime's answer counts: that is what such a file runs in.
enum Classic {
    static let rules: [String: OperatorRule] = [
        TreeEnsembles.rules, LinearModels.rules, SupportVectors.rules, Preprocessing.rules,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

extension Application {
    /// Numbers of an attribute, or of the tensor that holds them with double precision.
    func numbers(_ name: String) throws -> [Double]? {
        if let tensor = try tensor(name + "_as_tensor") { return tensor.doubles }
        return try floats(name).map { $0.map(Double.init) }
    }

    /// Rows of features: the input as `[rows, features]` in float32, or in float64 if the file keeps it so.
    func rows(keepingDouble isDoubleKept: Bool = false) throws -> Value {
        let x = try input(0)
        let real = element(x) == .float64 && isDoubleKept ? x : try cast(x, to: .float32)
        switch shape(real).rank {
        case 1: return try reshape(real, [1, shape(real)[0]])
        case 2: return real
        default: throw ModelError("the input is \(shape(x)), not rows of features")
        }
    }

    /// A row of constants of an element type.
    func row(_ numbers: [Double], like value: Value) throws -> Value {
        try constant(Tensor(TensorType(element(value), Shape([numbers.count])), rounding: numbers))
    }
}
