import Tensors

/// A WAV file (RIFF, WAVE) as a table of one row: `samples`, float32 [channels, frames] from -1 to 1, and `rate`, samples a second.
///
/// PCM of 8, 16, 24 and 32 bits, which are divided by the greatest magnitude of their width, and floats of 32 and 64 bits as
/// they are. Sizes are those of the file, never what it claims: memory is at most four times its own.
extension Dataset {
    init(wav bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        guard bytes.count >= 12, Self.tag(bytes, 0) == "RIFF", Self.tag(bytes, 8) == "WAVE" else {
            throw DatasetError("not a WAV file")
        }
        var format: WavFormat?
        var place = 12
        while place + 8 <= bytes.count {
            let size = Int(Self.integer(bytes, place + 4, UInt32.self))
            let chunk = UnsafeRawBufferPointer(rebasing: bytes[(place + 8)..<min(bytes.count, place + 8 + size)])
            switch Self.tag(bytes, place) {
            case "fmt ": format = try WavFormat(chunk)
            case "data":
                guard let format else { throw DatasetError("its samples stand before their format") }
                guard chunk.count == size else {
                    throw DatasetError("it ends after \(chunk.count) of \(size) bytes of samples")
                }
                try self.init(format.columns(of: chunk))
                return
            default: break
            }
            // Chunks begin at even places.
            place += 8 + size + size % 2
        }
        throw DatasetError("it has no samples")
    }

    private static func tag(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> String {
        String(decoding: bytes[place..<place + 4], as: UTF8.self)
    }

    fileprivate static func integer<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ place: Int, _ type: Number.Type
    ) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: type))
    }
}

private struct WavFormat {
    private enum Sample {
        case whole(bytes: Int)
        case float32, float64
    }

    private let channels: Int
    private let rate: Int
    private let sample: Sample

    private static let channelLimit = 256

    /// The chunk `fmt `; the extensible format names the plain one behind.
    init(_ chunk: UnsafeRawBufferPointer) throws(DatasetError) {
        guard chunk.count >= 16 else { throw DatasetError("its format is cut off") }
        var code = Dataset.integer(chunk, 0, UInt16.self)
        if code == 0xFFFE, chunk.count >= 26 { code = Dataset.integer(chunk, 24, UInt16.self) }
        channels = Int(Dataset.integer(chunk, 2, UInt16.self))
        rate = Int(Dataset.integer(chunk, 4, UInt32.self))
        let bits = Int(Dataset.integer(chunk, 14, UInt16.self))
        guard (1...Self.channelLimit).contains(channels) else { throw DatasetError("it has \(channels) channels") }
        switch (code, bits) {
        case (1, 8), (1, 16), (1, 24), (1, 32): sample = .whole(bytes: bits / 8)
        case (3, 32): sample = .float32
        case (3, 64): sample = .float64
        default: throw DatasetError("samples of format \(code) with \(bits) bits are not supported")
        }
    }

    private var width: Int {
        switch sample {
        case .whole(let bytes): bytes
        case .float32: 4
        case .float64: 8
        }
    }

    func columns(of data: UnsafeRawBufferPointer) throws(DatasetError) -> [Dataset.Column] {
        guard data.count.isMultiple(of: width * channels) else {
            throw DatasetError("\(data.count) bytes are no whole number of \(channels) samples of \(width) bytes")
        }
        let frames = data.count / (width * channels)
        var samples = [Float](repeating: 0, count: frames * channels)
        for frame in 0..<frames {
            for channel in 0..<channels {
                samples[channel * frames + frame] = number(data, (frame * channels + channel) * width)
            }
        }
        do throws(ShapeError) {
            return [
                .init("samples", try Tensor(Shape([1, channels, frames]), samples)),
                .init("rate", try Tensor(Shape([1]), [Int64(rate)])),
            ]
        } catch { throw DatasetError(error.description) }
    }

    private func number(_ data: UnsafeRawBufferPointer, _ place: Int) -> Float {
        switch sample {
        case .float32: return Float(bitPattern: Dataset.integer(data, place, UInt32.self))
        case .float64: return Float(Double(bitPattern: Dataset.integer(data, place, UInt64.self)))
        case .whole(bytes: 1): return (Float(data[place]) - 128) / 128
        case .whole(bytes: 2): return Float(Dataset.integer(data, place, Int16.self)) / 32768
        case .whole(bytes: 3):
            let high = Int32(Int8(bitPattern: data[place + 2]))
            return Float(high << 16 | Int32(data[place + 1]) << 8 | Int32(data[place])) / 8_388_608
        case .whole: return Float(Double(Dataset.integer(data, place, Int32.self)) / 2_147_483_648)
        }
    }
}
