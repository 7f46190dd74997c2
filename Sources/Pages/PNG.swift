import CZlib

/// A picture file: 8 bits a channel, grey or RGB, one zlib stream (PNG specification, third edition).
package enum PNG {
    /// `pixels` are rows of `width * channels` values in 0...1; what lies outside is brought to the nearer end.
    ///
    /// Takes 1 or 3 channels and at most 2^24 pixels; nil otherwise.
    package static func encode(_ pixels: [Double], width: Int, height: Int, channels: Int) -> [UInt8]? {
        guard channels == 1 || channels == 3, width > 0, height > 0, width <= 1 << 24, height <= (1 << 24) / width,
            pixels.count == width * height * channels
        else { return nil }
        var rows: [UInt8] = []
        rows.reserveCapacity(pixels.count + height)
        for row in 0..<height {
            rows.append(0)
            for value in pixels[(row * width * channels)..<((row + 1) * width * channels)] {
                rows.append(UInt8((value.isNaN ? 0 : min(max(value, 0), 1)) * 255 + 0.5))
            }
        }
        guard let data = compress(rows) else { return nil }
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("IDAT", data)
            + chunk("IEND", [])
    }

    private static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var size = compressBound(UInt(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(size))
        guard CZlib.compress(&result, &size, bytes, UInt(bytes.count)) == Z_OK else { return nil }
        return Array(result.prefix(Int(size)))
    }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        let sum = UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count)))
        return bigEndian(UInt32(data.count)) + body + bigEndian(sum)
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}
