import Kernels

/// A function of one number, applied to each element.
package struct Unary: Operator {
    package enum Kind: Sendable, Hashable {
        case negate, absolute
        /// -1, 0 or 1.
        case sign
        case floor, ceiling
        /// To the nearest integer, ties to even.
        case round
        case square, squareRoot, reciprocal, exponential, logarithm
        case sine, cosine, tangent, arcsine, arccosine, arctangent
        case hyperbolicSine, hyperbolicCosine, areaSine, areaCosine, areaTangent, hyperbolicTangent
        case sigmoid, errorFunction
        /// log(1 + exp(x)).
        case softplus
        /// x / (1 + |x|).
        case softsign
        /// To a whole power above 0.
        case wholePower(Int)
        case relu
        case leakyRelu(slope: Double)
        case elu(alpha: Double)
        case selu(alpha: Double, gamma: Double)
        case hardSigmoid(alpha: Double, beta: Double)
        case clip(lower: Double, upper: Double)
        /// bool to bool.
        case not
        /// To the nearest number of a narrower format, ties to even, beyond the largest to infinity.
        case rounded(to: NarrowFormat)
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "\(kind)".prefix { $0 != "(" }.description }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let element = inputs[0].element
        switch kind {
        case .not:
            guard element == .bool else { throw .elementType(name, expected: "bool", found: element) }
            return inputs[0]
        case .negate, .absolute, .sign, .relu, .clip, .square, .floor, .ceiling, .round:
            guard element != .bool else { throw .elementType(name, expected: "numbers", found: element) }
            return inputs[0]
        default:
            guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
            return inputs[0]
        }
    }
}

extension Unary {
    package func prepare(_ site: Site) -> any Step {
        UnaryStep(function: function, storage: site.storage, count: site.shape.count)
    }

    private var function: UnaryStep.Function {
        switch kind {
        case .negate: .init(GS_UNARY_NEG)
        case .absolute: .init(GS_UNARY_ABS)
        case .sign: .init(GS_UNARY_SIGN)
        case .floor: .init(GS_UNARY_FLOOR)
        case .ceiling: .init(GS_UNARY_CEIL)
        case .round: .init(GS_UNARY_ROUND)
        case .square: .init(GS_UNARY_SQUARE)
        case .squareRoot: .init(GS_UNARY_SQRT)
        case .reciprocal: .init(GS_UNARY_RECIPROCAL)
        case .exponential: .init(GS_UNARY_EXP)
        case .logarithm: .init(GS_UNARY_LOG)
        case .sine: .init(GS_UNARY_SIN)
        case .cosine: .init(GS_UNARY_COS)
        case .tangent: .init(GS_UNARY_TAN)
        case .arcsine: .init(GS_UNARY_ASIN)
        case .arccosine: .init(GS_UNARY_ACOS)
        case .arctangent: .init(GS_UNARY_ATAN)
        case .hyperbolicSine: .init(GS_UNARY_SINH)
        case .hyperbolicCosine: .init(GS_UNARY_COSH)
        case .hyperbolicTangent: .init(GS_UNARY_TANH)
        case .areaSine: .init(GS_UNARY_ASINH)
        case .areaCosine: .init(GS_UNARY_ACOSH)
        case .areaTangent: .init(GS_UNARY_ATANH)
        case .sigmoid: .init(GS_UNARY_SIGMOID)
        case .errorFunction: .init(GS_UNARY_ERF)
        case .softplus: .init(GS_UNARY_SOFTPLUS)
        case .softsign: .init(GS_UNARY_SOFTSIGN)
        case .wholePower(let exponent): .init(GS_UNARY_WHOLE_POWER, Double(exponent))
        case .relu: .init(GS_UNARY_RELU)
        case .leakyRelu(let slope): .init(GS_UNARY_LEAKY_RELU, slope)
        case .elu(let alpha): .init(GS_UNARY_ELU, alpha)
        case .selu(let alpha, let gamma): .init(GS_UNARY_SELU, alpha, gamma)
        case .hardSigmoid(let alpha, let beta): .init(GS_UNARY_HARD_SIGMOID, alpha, beta)
        case .clip(let lower, let upper): .init(GS_UNARY_CLIP, lower, upper)
        case .not: .init(GS_UNARY_NOT)
        case .rounded(to: .float16): .init(GS_UNARY_FLOAT16)
        case .rounded(to: .bfloat16): .init(GS_UNARY_BFLOAT16)
        case .rounded(to: .float8e4m3): .init(GS_UNARY_FLOAT8E4M3)
        case .rounded(to: .float8e5m2): .init(GS_UNARY_FLOAT8E5M2)
        case .rounded(to: .float8e4m3uz): .init(GS_UNARY_FLOAT8E4M3UZ)
        case .rounded(to: .float8e5m2uz): .init(GS_UNARY_FLOAT8E5M2UZ)
        case .rounded(to: .float4e2m1): .init(GS_UNARY_FLOAT4E2M1)
        }
    }
}

struct UnaryStep: Step {
    struct Function: Sendable {
        let code: gs_unary
        let first, second: Double

        init(_ code: gs_unary, _ first: Double = 0, _ second: Double = 0) {
            (self.code, self.first, self.second) = (code, first, second)
        }
    }

    let function: Function
    let storage: LaneStorage
    let count: Int

    var keeps: Kept { .all }

    /// A function takes about as long as so many multiplications.
    var work: Int { 8 * count }

    func forward(_ frame: Frame) {
        let (code, first, second) = (function.code, function.first, function.second)
        let part = frame.part(of: count * frame.lanes)
        switch storage {
        case .float32:
            gs_unary_f32(
                code, first, second, part.count, frame.input(0) + part.lowerBound, frame.output() + part.lowerBound)
        case .float64:
            gs_unary_f64(
                code, first, second, part.count, frame.input(0) + part.lowerBound, frame.output() + part.lowerBound)
        }
    }

    func backward(_ frame: Frame) {
        let (code, first, second, total) = (function.code, function.first, function.second, count * frame.lanes)
        switch storage {
        case .float32:
            gs_unary_gradient_f32(
                code, first, second, total, frame.input(0), frame.result(), frame.outputGradient(), frame.gradient(0))
        case .float64:
            gs_unary_gradient_f64(
                code, first, second, total, frame.input(0), frame.result(), frame.outputGradient(), frame.gradient(0))
        }
    }
}
