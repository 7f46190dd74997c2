import Checker
import Datasets
import Pages

/// The values of a tensor as a file that people look at or listen to: what is declared `as image` as a PNG of 8 bits, to which they
/// are rounded, and what is declared `as sound(...)` as a WAV of float32.
package struct MediaFile {
    /// With its dot.
    package let ending: String
    package let bytes: [UInt8]

    /// nil for what is neither, and for a picture or sound that is too large for its format. `values` are row-major.
    package init?(_ type: SayType, _ values: [Double]) {
        guard case .tensor(let tensor) = type, let view = tensor.view else { return nil }
        let sizes = tensor.dimensions.map(\.size)
        switch view {
        case .image:
            guard let bytes = Self.png(sizes, values) else { return nil }
            (ending, self.bytes) = (".png", bytes)
        case .sound(let rate):
            let sound = Wav(
                channels: values.count / max(1, sizes.last ?? 1), rate: rate, samples: values.map(Float.init))
            guard let bytes = sound.encoded else { return nil }
            (ending, self.bytes) = (".wav", bytes)
        }
    }

    private static func png(_ sizes: [Int], _ values: [Double]) -> [UInt8]? {
        guard let layout = PixelLayout(sizes) else { return nil }
        return PNG.encode(
            layout.interleaved(values), width: layout.width, height: layout.height, channels: layout.channels)
    }
}
