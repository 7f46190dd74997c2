import Kernels

/// How weights follow their gradient.
package enum Optimiser: Sendable, Hashable {
    /// Gradient descent with momentum; with `nesterov` as if the step had been taken. `decay` pulls weights to 0 by the
    /// gradient.
    case sgd(momentum: Float, nesterov: Bool, decay: Float)
    /// Kingma and Ba's Adam with `decay` apart from the gradient: Loshchilov and Hutter, "Decoupled weight decay
    /// regularization", 2019.
    case adamW(beta1: Float, beta2: Float, epsilon: Float, decay: Float)

    /// How many numbers it remembers for each weight.
    var memory: Int {
        if case .sgd = self { 1 } else { 2 }
    }

    /// Step `number`, from 1, for `count` weights.
    func step(
        _ number: Int, rate: Float, count: Int, gradient: UnsafePointer<Float>, weights: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
    ) {
        switch self {
        case .sgd(let momentum, let nesterov, let decay):
            gs_momentum_step_f32(count, gradient, weights, first, rate, momentum, decay, nesterov ? 1 : 0)
        case .adamW(let beta1, let beta2, let epsilon, let decay):
            gs_adam_step_f32(
                count, gradient, weights, first, second, rate, beta1, beta2, epsilon, decay,
                1 - Self.power(beta1, number), 1 - Self.power(beta2, number))
        }
    }

    /// By multiplying, so that it is the same everywhere.
    private static func power(_ base: Float, _ exponent: Int) -> Float {
        var (result, factor, rest) = (1.0, Double(base), exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return Float(result)
    }
}
