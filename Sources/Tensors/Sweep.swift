import Kernels

/// A prepared convolution of the kernels: weights and tables, freed with it.
final class Sweep: @unchecked Sendable {
    private struct Key: Hashable, Sendable {
        let weights: Tensor.Identity
        let window: Window
        let groups, inChannels, outChannels: Int
        let input, output: [Int]
        let ways: UInt32
    }

    private static let shared = Sharing<Key, Sweep>()

    private let handle: OpaquePointer
    /// Keeps what they are known by.
    private let weights: Tensor

    /// Whether weights stay as they are, or are going to be filled anew, which nobody else may see.
    enum Use { case constant, changing }

    /// The prepared convolution; of constant weights shared by all evaluators that need the same of them.
    ///
    /// `input` and `output` are the spatial sizes on the side with `inChannels` and the one with `outChannels`.
    static func of(
        weights: Tensor, window: Window, groups: Int, inChannels: Int, outChannels: Int, input: [Int], output: [Int],
        ways: gs_ways, _ use: Use = .constant
    ) throws(ShapeError) -> Sweep {
        let key = Key(
            weights: weights.identity, window: window, groups: groups, inChannels: inChannels, outChannels: outChannels,
            input: input, output: output, ways: ways.rawValue)
        if use == .changing { return try Sweep(key, weights, ways) }
        // As if there were tables for every place, both ways: there are fewer.
        let places = output.reduce(1, *) * window.size.reduce(1, *)
        return try shared.object(key, bytes: weights.count * weights.element.storage.stride + 16 * places) {
            () throws(ShapeError) in try Sweep(key, weights, ways)
        }
    }

    private init(_ key: Key, _ weights: Tensor, _ ways: gs_ways) throws(ShapeError) {
        let (window, input, output) = (key.window, key.input, key.output)
        let handle: OpaquePointer? =
            switch weights.storage {
            case .float32(let elements):
                gs_convolution_create_f32(
                    input.count, key.groups, key.inChannels, key.outChannels, input, output, window.size,
                    window.strides,
                    window.dilations, window.before, elements, ways)
            default:
                gs_convolution_create_f64(
                    input.count, key.groups, key.inChannels, key.outChannels, input, output, window.size,
                    window.strides,
                    window.dilations, window.before, weights.doubles, ways)
            }
        guard let handle else { throw .unfit("convolution", weights.shape, "it is too large over \(input)") }
        self.handle = handle
        self.weights = weights
    }

    deinit {
        switch weights.element.storage {
        case .float32: gs_convolution_destroy_f32(handle)
        case .float64: gs_convolution_destroy_f64(handle)
        }
    }

    var float32: OpaquePointer { handle }
    var float64: OpaquePointer { handle }
}
