import Foundation
import Testing

@testable import Datasets

@Suite struct PictureTests {
    /// Small files, made by Pillow 13.
    enum Files {
        /// 3 columns and 2 rows of red, green and blue: 0, 10, 20, ... 170.
        static let rgb =
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAF0lEQVR4nGNk4BKRk5OTk5NjiYqKgrAAFrwCmocus4wAAAAASUVORK5CYII="
        /// The same by a palette, and with opacity that is full everywhere.
        static let palette =
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACBAMAAABvWnspAAAAElBMVEWWoKp4goxaZG48RlAeKDIAChRb7hJ9AAAADklEQVR4nGMMucOgyAAABWIBU7z9z9YAAAAASUVORK5CYII="
        static let opaque =
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAHElEQVR4nGNk4BL5LycnxyAnJ8fAEhUVxQDjAAA01AOZYEx4uwAAAABJRU5ErkJggg=="
        /// Its first pixel is nearly transparent.
        static let clear =
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAIklEQVR4nGNk4BJhl5OT+yEnJ8fAEhUV9UNOTo5BTk6OAQA5rASR0iM1zAAAAABJRU5ErkJggg=="
        /// Grey of 16 bits: 0, 256, 65535 and 1, 2, 40000; and of one bit: 1, 0, 1.
        static let deep =
            "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAAAAADoj+WFAAAAFklEQVR4nGNgYGBk+P+fkYGRgXGOHQASjQLd/25FMQAAAABJRU5ErkJggg=="
        static let bits = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR4nGNYAAAAogCh3I2xzAAAAABJRU5ErkJggg=="
        /// 8x8, grey; Pillow reads 0, 7, 17, 25, 31, 39, 49, 56 in the first row, 6273 in all.
        static let greyJpeg =
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAoHBwgHBgoICAgLCgoLDhgQDg0NDh0VFhEYIx8lJCIfIiEmKzcvJik0KSEiMEExNDk7Pj4+JS5ESUM8SDc9Pjv/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AMfSvBf3f3X6V//Z"
        /// 8x8, progressive, in colours; Pillow reads sums of 6212, 10168 and 3197.
        static let colourJpeg =
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wgARCAAIAAgDASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQBAQAAAAAAAAAAAAAAAAAAAAP/2gAMAwEAAhADEAAAAQFP/8QAFRABAQAAAAAAAAAAAAAAAAAAABH/2gAIAQEAAQUCr//EABcRAQADAAAAAAAAAAAAAAAAAAIAAxH/2gAIAQMBAT8BFAyf/8QAFhEBAQEAAAAAAAAAAAAAAAAAAQAC/9oACAECAQE/ATBf/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAGPwJ//8QAFRABAQAAAAAAAAAAAAAAAAAAAAH/2gAIAQEAAT8hr//aAAwDAQACAAMAAAAQA//EABURAQEAAAAAAAAAAAAAAAAAAABB/9oACAEDAQE/EIb/xAAWEQADAAAAAAAAAAAAAAAAAAAAETH/2gAIAQIBAT8QXh//xAAVEAEBAAAAAAAAAAAAAAAAAAAAYf/aAAgBAQABPxC7/9k="
        static let cmyk =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwCtb6b0+WrNxqXX5qyI7b2rpq//2Q=="

        static func bytes(_ text: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: text))) }
    }

    private func picture(_ text: String) throws -> Picture { try Picture(Files.bytes(text)) }

    @Test(arguments: [Files.rgb, Files.palette, Files.opaque])
    func coloursAreChannelsOverTheGreatestValue(_ text: String) throws {
        let found = try picture(text)
        #expect(found.size == .init(channels: 3, height: 2, width: 3))
        let wanted: [[Int]] = (0..<3).map { channel in (0..<6).map { $0 * 30 + channel * 10 } }
        #expect(found.samples == wanted.joined().map { Float($0) / 255 })
    }

    @Test func greyHasOneChannelOfItsOwnDepth() throws {
        let deep = try picture(Files.deep)
        #expect(deep.size == .init(channels: 1, height: 2, width: 3))
        let wanted: [Float] = [0, 256, 65535, 1, 2, 40000]
        #expect(deep.samples == wanted.map { $0 / 65535 })
        #expect(try picture(Files.bits).samples == [1, 0, 1])
    }

    @Test func aJpegIsReadAsOthersReadIt() throws {
        let grey = try eightBit(Files.greyJpeg)
        #expect(Array(grey.prefix(8)) == [0, 7, 17, 25, 31, 39, 49, 56])
        #expect(grey.reduce(0, +) == 6273)
        let colour = try eightBit(Files.colourJpeg)
        let sums: [Int] = (0..<3).map { channel in colour[channel * 64..<channel * 64 + 64].reduce(0, +) }
        #expect(sums == [6212, 10168, 3197])
        #expect(colour[0] == 21 && colour[64] == 243 && colour[128] == 10)
    }

    private func eightBit(_ text: String) throws -> [Int] {
        try picture(text).samples.map { Int(($0 * 255).rounded()) }
    }

    @Test func anEightBitSampleComesBackExactly() {
        #expect((0...255).allSatisfy { Float($0) / 255 * 255 == Float($0) })
    }

    @Test func whatIsWrongIsSaid() throws {
        let whole = try Files.bytes(Files.greyJpeg)
        for (bytes, words) in [
            (try Files.bytes(Files.clear), "transparent"), (try Files.bytes(Files.cmyk), "neither grey nor red"),
            (Array(whole.prefix(whole.count - 20)), "Premature end"), (Array("GIF89a".utf8), "not a PNG or JPEG"),
            (Array(try Files.bytes(Files.rgb).prefix(50)), "too early"), ([], "not a PNG or JPEG"),
        ] {
            let error = #expect(throws: DatasetError.self) { try Picture(bytes) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "read")")
        }
    }

    /// 60,000 x 60,000 in 33 bytes: the header alone tells.
    @Test func nothingIsTakenForWhatIsTooLarge() throws {
        var bytes = try Files.bytes(Files.rgb)
        for place in [18, 22] { bytes.replaceSubrange(place..<place + 2, with: [0xEA, 0x60]) }
        #expect(throws: DatasetError.self) { try Picture(bytes) }
    }
}
