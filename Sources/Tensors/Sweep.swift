import Kernels

/// A prepared convolution of the kernels: weights and tables, freed with it.
final class Sweep: @unchecked Sendable {
    private let handle: OpaquePointer
    private let storage: LaneStorage

    /// `input` and `output` are the spatial sizes on the side with `inChannels` and the one with `outChannels`.
    init(
        weights: Tensor, window: Window, groups: Int, inChannels: Int, outChannels: Int, input: [Int], output: [Int],
        ways: gs_ways
    ) throws(ShapeError) {
        let handle: OpaquePointer? =
            switch weights.storage {
            case .float32(let elements):
                gs_convolution_create_f32(
                    input.count, groups, inChannels, outChannels, input, output, window.size, window.strides,
                    window.dilations, window.before, elements, ways)
            default:
                gs_convolution_create_f64(
                    input.count, groups, inChannels, outChannels, input, output, window.size, window.strides,
                    window.dilations, window.before, weights.doubles, ways)
            }
        guard let handle else { throw .unfit("convolution", weights.shape, "it is too large over \(input)") }
        self.handle = handle
        storage = weights.element.storage
    }

    deinit {
        switch storage {
        case .float32: gs_convolution_destroy_f32(handle)
        case .float64: gs_convolution_destroy_f64(handle)
        }
    }

    var float32: OpaquePointer { handle }
    var float64: OpaquePointer { handle }
}
