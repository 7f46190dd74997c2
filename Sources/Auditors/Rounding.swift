import Tensors

/// Narrow formats that weights are rounded to when a model is made smaller.
package enum Rounding: String, Sendable, CaseIterable {
    /// 255 levels between the least and the greatest of a tensor's magnitudes, with both signs.
    case int8
    case float16

    func rounded(_ tensor: Tensor) throws(ShapeError) -> Tensor {
        let numbers = tensor.floats
        switch self {
        case .int8:
            let scale = (numbers.map(\.magnitude).max() ?? 0) / 127
            guard scale > 0 else { return tensor }
            return try Tensor(tensor.type, rounding: numbers.map { Double(($0 / scale).rounded() * scale) })
        case .float16: return try Tensor(tensor.type, rounding: numbers.map { Double(Self.half($0)) })
        }
    }

    /// The nearest number of float16: 11 bits, or fewer below 2^-14.
    private static func half(_ number: Float) -> Float {
        let step = Float(sign: .plus, exponent: max(number.exponent, -14) - 10, significand: 1)
        guard number.isFinite, number != 0 else { return number }
        let rounded = (number / step).rounded(.toNearestOrEven) * step
        return min(max(rounded, -65504), 65504)
    }
}
