import PictureFiles

/// A PNG or JPEG file as numbers from 0 to 1, [channels, height, width]: a sample over the greatest value of its depth.
///
/// Grey pictures have one channel, all others three, red, green and blue. Transparency, other colours than these, more than
/// 2^26 samples and files that are damaged are errors. Gamma, colour profiles and the orientation that a camera noted are
/// left alone, as most readers that train on pictures do.
package struct Picture: Sendable, Hashable {
    /// What the header of a file says.
    package struct Size: Sendable, Hashable {
        package var channels: Int
        package let height, width: Int

        package var count: Int { channels * height * width }
    }

    private enum Kind { case png, jpeg }

    package let size: Size
    package let samples: [Float]

    package init(_ bytes: [UInt8]) throws(DatasetError) {
        let kind = try Self.kind(bytes)
        var header = try Self.header(bytes, kind)
        size = Size(header)
        var status: Int32 = 0
        samples = [Float](unsafeUninitializedCapacity: size.count) { buffer, count in
            let read = kind == .png ? png_picture_samples : jpeg_picture_samples
            status = read(bytes, bytes.count, &header, buffer.baseAddress)
            count = status == 0 ? header.count : 0
        }
        guard status == 0 else { throw DatasetError(header.text) }
    }

    /// The size alone, which costs next to nothing.
    package static func size(of bytes: [UInt8]) throws(DatasetError) -> Size {
        Size(try header(bytes, try kind(bytes)))
    }

    private static func kind(_ bytes: [UInt8]) throws(DatasetError) -> Kind {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return .png }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        throw DatasetError("not a PNG or JPEG file")
    }

    private static func header(_ bytes: [UInt8], _ kind: Kind) throws(DatasetError) -> PictureSize {
        var size = PictureSize()
        let read = kind == .png ? png_picture_size : jpeg_picture_size
        guard read(bytes, bytes.count, &size) == 0 else { throw DatasetError(size.text) }
        return size
    }
}

extension Picture.Size: CustomStringConvertible {
    fileprivate init(_ header: PictureSize) {
        self.init(channels: Int(header.channels), height: Int(header.height), width: Int(header.width))
    }

    /// `3 x 32 x 32`
    package var description: String { "\(channels) x \(height) x \(width)" }
}

extension PictureSize {
    fileprivate var count: Int { Int(channels) * Int(height) * Int(width) }

    fileprivate var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
