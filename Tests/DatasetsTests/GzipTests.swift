import Testing

@testable import Datasets

@Suite struct GzipTests {
    /// `printf hello | gzip -n`
    private let hello: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 7, 0, 0x86, 0xA6, 0x10, 0x36, 5, 0, 0, 0,
    ]

    @Test func oneMemberOrSeveralAreDecompressed() throws {
        #expect(try Gzip.decompress(hello, limit: 100) == Array("hello".utf8))
        #expect(try Gzip.decompress(hello + hello, limit: 100) == Array("hellohello".utf8))
    }

    @Test func moreThanTheLimitIsRefused() {
        let error = #expect(throws: DatasetError.self) { try Gzip.decompress(hello, limit: 4) }
        #expect(error?.message == "decompresses to more than 4 bytes")
    }

    @Test func damageAndCutsAreRefused() {
        for place in hello.indices where ![3, 4, 5, 6, 7, 8, 9].contains(place) {
            var bytes = hello
            bytes[place] ^= 1
            #expect(throws: DatasetError.self, "byte \(place)") { try Gzip.decompress(bytes, limit: 100) }
        }
        for count in 0..<hello.count {
            #expect(throws: DatasetError.self) { try Gzip.decompress(Array(hello.prefix(count)), limit: 100) }
        }
    }
}
