/// Sound to be written.
package struct Wav: Sendable, Hashable {
    private let channels, rate: Int
    private let samples: [Float]

    /// `samples` are [channels, frames], `rate` is in frames a second.
    package init(channels: Int, rate: Int, samples: [Float]) {
        (self.channels, self.rate, self.samples) = (channels, rate, samples)
    }

    /// A WAV file of float32, which loses nothing; nil where its sizes do not fit into the format.
    package var encoded: [UInt8]? {
        let width = MemoryLayout<Float>.size
        guard channels > 0, samples.count.isMultiple(of: channels), let channelCount = UInt16(exactly: channels),
            let rate = UInt32(exactly: rate), let size = UInt32(exactly: samples.count * width), size < .max - 64,
            let perSecond = UInt32(exactly: Int(rate) * channels * width),
            let perFrame = UInt16(exactly: channels * width)
        else { return nil }
        let frames = samples.count / channels
        var bytes = Array("RIFF".utf8)
        // Behind these four bytes: WAVE, the format in 8 + 18, the number of frames in 8 + 4, the samples in 8.
        bytes.append(little: 4 + 26 + 12 + 8 + size)
        bytes += "WAVEfmt ".utf8
        bytes.append(little: UInt32(18))
        for field in [3, channelCount] { bytes.append(little: field) }
        for field in [rate, perSecond] { bytes.append(little: field) }
        for field in [perFrame, UInt16(8 * width), 0] { bytes.append(little: field) }
        bytes += "fact".utf8
        for field in [4, UInt32(frames)] { bytes.append(little: field) }
        bytes += "data".utf8
        bytes.append(little: size)
        bytes.reserveCapacity(bytes.count + Int(size))
        for frame in 0..<frames {
            for channel in 0..<channels { bytes.append(little: samples[channel * frames + frame].bitPattern) }
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(little number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
