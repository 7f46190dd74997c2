import Tensors
import Testing

@testable import Datasets

@Suite struct WavTests {
    /// A file with two channels and these bytes of samples.
    static func file(_ code: UInt8, bits: UInt8, _ samples: [UInt8], claims size: Int? = nil) -> [UInt8] {
        let width = UInt8(bits / 8 * 2)
        let count = size ?? samples.count
        let format: [UInt8] = [code, 0, 2, 0, 0x80, 0x3E, 0, 0, 0, 0, 0, 0, width, 0, bits, 0]
        return Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVE".utf8) + Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
            + Array("fmt ".utf8) + [16, 0, 0, 0] + format + Array("data".utf8) + [UInt8(count), 0, 0, 0] + samples
    }

    private func read(_ bytes: [UInt8]) throws -> Dataset { try Dataset(reading: bytes, as: .wav) }

    @Test(arguments: [
        (1, 8, [0, 255, 128, 192], [-1, 0, 0.9921875, 0.5]),
        (1, 16, [0, 0x80, 0xFF, 0x7F, 0, 0, 0, 0x40], [-1, 0, 0.999969482421875, 0.5]),
        (1, 24, [0, 0, 0x80, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0x40], [-1, 0, 0.99999988079071045, 0.5]),
        (1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x40], [-1, 0, -0.5, 0.5]),
        (3, 32, [0, 0, 0x80, 0xBF, 0, 0, 0x80, 0x3E, 0, 0, 0, 0, 0, 0, 0, 0x40], [-1, 0, 0.25, 2]),
    ])
    func samplesOfEveryWidthAreRead(_ code: Int, _ bits: Int, _ samples: [UInt8], _ wanted: [Double]) throws {
        let data = try read(Self.file(UInt8(code), bits: UInt8(bits), samples))
        let found = try #require(data["samples"])
        #expect(found.shape == [1, 2, 2] && found.doubles == wanted)
        #expect(data["rate"]?.integers == [16000])
    }

    @Test(arguments: [
        (Array("RIFF....WAVX".utf8), "not a WAV file"), (Array("RIFF....WAVE".utf8), "it has no samples"),
        (file(2, bits: 16, [0, 0, 0, 0]), "samples of format 2 with 16 bits are not supported"),
        (file(1, bits: 16, [0, 0]), "2 bytes are no whole number of 2 samples of 2 bytes"),
        (file(1, bits: 16, [0, 0, 0, 0], claims: 200), "it ends after 4 of 200 bytes of samples"),
    ])
    func whatIsWrongIsSaid(_ bytes: [UInt8], _ expected: String) {
        let error = #expect(throws: DatasetError.self) { try read(bytes) }
        #expect(error?.description == expected)
    }
}

extension WavTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        let samples: [Float] = [0, 0.1, -1, 1.5, 0x1p-149, 0.25]
        let bytes = try #require(Wav(channels: 2, rate: 44_100, samples: samples).encoded)
        let data = try Dataset(reading: bytes, as: .wav)
        #expect(data["samples"]?.shape == [1, 2, 3] && data["samples"]?.floats == samples)
        #expect(data["rate"]?.integers == [44_100])
        #expect(bytes.count == 58 + 24)
    }
}
