import CZlib
import Testing

@testable import Pages

struct PNGTests {
    @Test func picturesHaveTheirChunks() throws {
        let bytes = try #require(PNG.encode([0, 0.5, 1, -3, .nan, 9], width: 3, height: 2, channels: 1))
        #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(bytes[12..<16]) == Array("IHDR".utf8) && Array(bytes[16..<24]) == [0, 0, 0, 3, 0, 0, 0, 2])
        #expect(bytes.suffix(8) == [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        #expect(PNG.encode([0, 1], width: 3, height: 1, channels: 1) == nil)
        #expect(PNG.encode([], width: 1 << 30, height: 1 << 30, channels: 1) == nil)
    }

    /// The pixels of a picture, its checksums held.
    private func pixels(_ file: [UInt8], count: Int) throws -> [UInt8] {
        func number(_ at: Int) -> Int { file[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var (place, data) = (8, [UInt8]())
        while place < file.count {
            let length = number(place)
            let body = Array(file[(place + 4)..<(place + 8 + length)])
            #expect(Int(crc32(0, body, UInt32(body.count))) == number(place + 8 + length))
            if body.prefix(4) == Array("IDAT".utf8)[...] { data += body.dropFirst(4) }
            place += 12 + length
        }
        var (size, rows) = (UInt(count), [UInt8](repeating: 0, count: count))
        #expect(uncompress(&rows, &size, data, UInt(data.count)) == Z_OK && size == UInt(count))
        return rows
    }

    @Test func picturesAreReadBack() throws {
        let grey = try #require(PNG.encode([0, 0.5, 1, -3, .nan, 9], width: 3, height: 2, channels: 1))
        #expect(try pixels(grey, count: 8) == [0, 0, 128, 255, 0, 0, 0, 255])
        let colour = try #require(
            PNG.encode([1, 0, 0.2, .infinity, -.infinity, 0.4], width: 1, height: 2, channels: 3))
        #expect(colour[25] == 2 && grey[25] == 0)
        #expect(try pixels(colour, count: 8) == [0, 255, 0, 51, 0, 255, 0, 102])
    }
}
