import Mutations
import Testing
import TinyLanguageModel

@testable import LanguageModels

@Suite struct GGUFTests {
    private func failure(_ bytes: [UInt8]) -> String? {
        do {
            try bytes.withUnsafeBytes { _ = try LanguageModelFile(gguf: $0).load(threads: 1) }
            return nil
        } catch { return "\(error)" }
    }

    @Test func whatAFileSaysIsRead() throws {
        var tiny = TinyLanguageModel()
        tiny.format = 3
        try tiny.bytes.withUnsafeBytes { bytes in
            let file = try LanguageModelFile(gguf: bytes)
            #expect(file.configuration.layers == 2 && file.configuration.headSize == 8)
            #expect(file.configuration.rotation?.pairing == .neighbours)
            #expect(file.formats.map(\.format) == [.f32, .q41])
            #expect(file.name == "tiny")
        }
    }

    @Test func unknownArchitecturesAreNamed() throws {
        var tiny = TinyLanguageModel()
        tiny.architecture = "mamba"
        #expect(failure(tiny.bytes)?.contains("`mamba` are not supported; llama") == true)
    }

    @Test func sizesThatDoNotFitAreRefused() throws {
        var tiny = TinyLanguageModel()
        tiny.keyHeads = 3
        #expect(failure(tiny.bytes)?.contains("cannot share 3") == true)
        let whole = TinyLanguageModel().bytes
        #expect(failure(Array(whole.dropLast(100)))?.contains("beyond the end") == true)
        #expect(failure(Array(whole.prefix(60)))?.contains("byte") == true)
        #expect(failure(Array("GGUX".utf8)) == "not a GGUF file")
    }

    @Test func numbersThatAreNotFiniteAreRefused() throws {
        var bytes = TinyLanguageModel().bytes
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0x80, 0x7F])
        #expect(failure(bytes)?.contains("not finite") == true)
    }

    @Test func noBytesCrashTheReader() throws {
        var tiny = TinyLanguageModel()
        (tiny.layers, tiny.feedForward) = (1, 32)
        let bytes = tiny.bytes
        // Most of a file are weights, where little can go wrong: its first part is mutated most.
        let head = Array(bytes.prefix(9000))
        var mutations = Mutations(seed: 11)
        for round in 0..<Mutations.count(ordinary: 2000) {
            let mutant =
                round % 10 == 0 ? mutations.mutant(of: bytes) : mutations.mutant(of: head) + bytes.dropFirst(9000)
            _ = failure(mutant)
        }
    }

    @Test func noBytesCrashTheReaderOfSafetensors() throws {
        let header =
            #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}"#
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
        bytes += [UInt8](repeating: 1, count: 32)
        try bytes.withUnsafeBytes { buffer in
            let file = try SafetensorsFile(buffer)
            #expect(file.tensors["a"]?.shape == [2, 3] && file.tensors["b"]?.count == 4)
        }
        var mutations = Mutations(seed: 12)
        for _ in 0..<Mutations.count(ordinary: 5000) {
            mutations.mutant(of: bytes).withUnsafeBytes { buffer in
                guard let file = try? SafetensorsFile(buffer) else { return }
                for tensor in file.tensors.values where tensor.count < 1 << 16 { _ = tensor.floats() }
            }
        }
    }
}
