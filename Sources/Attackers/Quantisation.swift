import Models
import Tensors

/// How weights are rounded after training.
package enum Quantisation: String, Sendable, Hashable, CaseIterable, Codable {
    /// Each matrix to whole multiples, -127 to 127, of its greatest magnitude over 127; biases stay.
    case int8
    /// All weights to IEEE 754 binary16.
    case float16

    /// The file with rounded weights, written as float32.
    package func applied(to file: [UInt8]) throws -> [UInt8] {
        let weights = try ModelWeights(onnx: file)
        return try weights.file(with: try weights.tensors.map { try rounded($0) })
    }

    private func rounded(_ tensor: Tensor) throws -> Tensor {
        switch self {
        case .float16:
            return try Tensor(tensor.shape, tensor.floats.map { Float(NarrowFormat.float16.nearest(to: Double($0))) })
        case .int8:
            guard tensor.shape.rank > 1 else { return tensor }
            let step = Self.step(tensor.floats)
            return try Tensor(
                tensor.shape, tensor.floats.map { step > 0 ? ($0 / step).rounded(.toNearestOrEven) * step : 0 })
        }
    }

    /// The distance of two numbers of a matrix.
    static func step(_ numbers: [Float]) -> Float { numbers.reduce(0) { max($0, abs($1)) } / 127 }
}
