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
        case relu
        case leakyRelu(slope: Double)
        case elu(alpha: Double)
        case selu(alpha: Double, gamma: Double)
        case hardSigmoid(alpha: Double, beta: Double)
        case clip(lower: Double, upper: Double)
        /// bool to bool.
        case not
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
