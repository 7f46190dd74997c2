import Foundation
import Mutations
import Tensors
import Testing

@testable import Datasets

/// A .npy file with a given header and data.
func npy(_ descriptor: String, _ shape: String, _ data: [UInt8], fortran: String = "False", version: UInt8 = 1)
    -> [UInt8]
{
    let header = Array("{'descr': '\(descriptor)', 'fortran_order': \(fortran), 'shape': \(shape), }\n".utf8)
    let length = UInt32(header.count)
    let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * UInt32($0)) & 0xFF) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + header + data
}

/// One element as numpy stores it.
struct Sample {
    let descriptor: String
    let data: [UInt8]
    let value: Double

    init(_ descriptor: String, _ data: [UInt8], _ value: Double) {
        (self.descriptor, self.data, self.value) = (descriptor, data, value)
    }
}

@Suite struct NumpyTests {
    private func read(_ bytes: [UInt8]) throws -> Tensor {
        try #require(Dataset(reading: bytes, as: .npy)["data"])
    }

    private func message(_ bytes: [UInt8]) -> String {
        do {
            return "read \(try read(bytes).type)"
        } catch {
            return "\(error)"
        }
    }

    private static let samples: [Sample] = [
        Sample("<f4", [0, 0, 0x20, 0x41], 10.0),
        Sample(">f4", [0x41, 0x20, 0, 0], 10),
        Sample("<f8", [0, 0, 0, 0, 0, 0, 0x24, 0x40], 10),
        Sample(">f8", [0x40, 0x24, 0, 0, 0, 0, 0, 0], 10),
        Sample("<f2", [0x00, 0x49], 10),
        Sample("<f2", [0x01, 0x00], 0x1p-24),
        Sample("<f2", [0x00, 0xFC], -.infinity),
        Sample("|i1", [0xFE], -2),
        Sample("<i2", [0xFE, 0xFF], -2),
        Sample(">i2", [0xFF, 0xFE], -2),
        Sample("<i4", [0xFE, 0xFF, 0xFF, 0xFF], -2),
        Sample("<i8", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2),
        Sample("|u1", [0xFE], 254),
        Sample("<u2", [0xFE, 0xFF], 65534),
        Sample(">u4", [0, 0, 1, 0], 256),
        Sample("<u8", [1, 0, 0, 0, 0, 0, 0, 0], 1),
        Sample("|b1", [1], 1),
    ]

    @Test(arguments: samples)
    func everyElementTypeIsRead(_ sample: Sample) throws {
        let tensor = try read(npy(sample.descriptor, "()", sample.data))
        #expect(tensor.shape == .scalar && tensor.doubles == [sample.value])
    }

    @Test func fortranOrderIsTurned() throws {
        let tensor = try read(npy("|u1", "(2, 3)", [1, 4, 2, 5, 3, 6], fortran: "True"))
        #expect(tensor.shape.dimensions == [2, 3])
        #expect(tensor.integers == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func everyVersionIsRead(_ version: UInt8) throws {
        #expect(try read(npy("|u1", "(3,)", [7, 8, 9], version: version)).integers == [7, 8, 9])
    }

    @Test(arguments: [
        ("|O", "(1,)", "elements of type `|O` are not supported; numbers and bools are"),
        ("<U8", "(1,)", "elements of type `<U8` are not supported; numbers and bools are"),
        ("<c8", "(1,)", "elements of type `<c8` are not supported; numbers and bools are"),
        ("<f4", "(99999999999999999999,)", "shape is not a tuple of whole numbers"),
        ("<f4", "(2, 2)", "4 bytes of data for <f4[2, 2], which takes 16"),
        ("<f4", "(1 1)", "the header is malformed: `)` is missing"),
    ])
    func whatCannotBeReadIsSaid(_ descriptor: String, _ shape: String, _ expected: String) {
        #expect(message(npy(descriptor, shape, [0, 0, 0, 0])) == expected)
    }

    @Test func hugeShapesCostNothing() {
        #expect(message(npy("|u1", "(1073741824, 1073741824)", [])).contains("exceeds"))
        #expect(message(npy("<f8", "(268435456,)", [])).contains("0 bytes of data"))
        #expect(message([UInt8]("\u{93}NUMPY".utf8)) == "not a .npy file")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let tensors = [
            try Tensor([2, 3], [1.5, -0.0, .infinity, 4, 5, 6] as [Float]), try Tensor([0], [] as [Double]),
            try Tensor([3], [1, 2, .max] as [Int64]), .scalar(true), try Tensor([1, 1, 2], [0.1, .nan] as [Double]),
        ]
        let width: [ElementType: Int] = [.float32: 4, .bool: 1]
        for tensor in tensors {
            let bytes = NumpyArray.write(tensor)
            #expect(try read(bytes) == tensor)
            #expect((bytes.count - tensor.count * width[tensor.element, default: 8]) % 64 == 0)
        }
    }

    @Test func archivesAreWrittenAndReadBack() throws {
        let dataset = try Dataset([
            .init("image", try Tensor([2, 2], [1, 2, 3, 4] as [Float])),
            .init("label", try Tensor([2], [7, 8] as [Int64])),
        ])
        let bytes = try dataset.npz()
        #expect(try Dataset(reading: bytes, as: .npz) == dataset)
        #expect(try dataset.npz() == bytes)
        #expect(dataset.rowCount == 2)
    }

    /// Written by numpy 2: `savez_compressed(a=arange(600, f4) as [2, 300], b=[True, False], c=big-endian int16 in Fortran
    /// order)`, deflated, with zip64 fields in the local headers.
    @Test func archivesOfNumpyAreRead() throws {
        let text = """
            UEsDBC0AAAAIAAAAIQADnfXM//////////8FABQAYS5ucHkBABAA4AkAAAAAAACVAwAAAAAAAJ3Vh7tQcwDH4W+JhkpU9rjmDRcX\
            IQmpJBQhZBfdhCi3ZBSOlSTJTkJWkiQ7+yDJzkqyspKVkCTEy5/g95z3fJ7v7w8455oDDu3W/Yg6GZKhlX1qBp1QW9m2orJd39aV\
            VRWVfQfUDq7tfdpxA2r71Px737l3/0E17gf16z2wxm61Q1XFjtXVW1ZVnFvxP0+j/HeKPb3aeyiYQMl8slfSjAqqaU93ejGQghGM\
            YSwTmMQ0plMyi9nMZT4LWcwy0iGpRwMa04wWrM36VLAZraiimta0oR3t6UQXutKdHvTkaHrRh370ZyCDOYthFFzIxQxnBCMZxWjG\
            cDXXcj1jGcd4bmECt3MnE5nEZKYwlWk8yMM8ynSe4CmeoeR5ZjCTWbzCa7zBbN7mXeYwl3l8xCfM53O+ZAEL+ZbvWcRifmYJS1nG\
            cv5kBemY1KEuK1GPlVmF+jSgIY1YlcY0oSmr0YzVWYPmtKAla7IWa7MO67Ie67MBG7IRFWzMJmzKZmzOFlTSii3Ziq2pYhu2ZTuq\
            2Z4d2JHW7MTO7EIbdqUtu9GO3dmDPWnPXnSgI53Ym87sQxf2ZT/2pyvdOIAD6c5BHMwh9OBQDuNwenIER3IUR3MMx3IcvejN8ZxA\
            H2roy4n04yRO5hT6cyqnMYCBnE4tgxjMGQzhTM7ibM5hKMM4l/M4n6JjCnKBkguVXKTkYiWXKBmu5FIlI5RcpmSkksuVjFJyhZLR\
            Sq5UMkbJVUquVnKNkmuVXKfkeiU3KBmr5EYl45TcpGS8kpuV3KLkViUTlNym5HYldyi5U8ldSiYquVvJJCX3KJms5F4lU5Tcp2Sq\
            kvuVTFPygJIHlTyk5GEljyh5VMljSqYreVzJE0qeVPKUkqeVPKPkWSWlkueUPK/kBSUzlLyoZKaSl5TMUvKykleUvKrkNSWvK3lD\
            yZtKZit5S8nbSt5R8q6S95TMUfK+krlKPlAyT8mHSj5S8rGST5R8qmS+ks+UfK7kCyVfKvlKyQIlXytZqOQbJd8q+U7J90p+ULJI\
            yY9KFiv5ScnPSn5RskTJr0qWKvlNyTIlvytZruQPJX8q+UvJCiV/Kz54/vydUlCSOjYFJalrU1CSlWwKSlLPpqAkK9sUlGQVm4KS\
            1LcpKEkDm4KSNLQpKEkjm4KSrGpTUJLGNgUlaWJTUJKmNgUlWc2moCTNbApKsrpNQUnWsCkoSXObgpK0sCkoSUubgrJlp38AUEsD\
            BC0AAAAIAAAAIQDuGbtd//////////8FABQAYi5ucHkBABAAggAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF6T\
            ZKiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC5GBgBQSwMELQAAAAgAAAAhACm82az//////////wUA\
            FABjLm5weQEAEACIAAAAAAAAAE0AAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpdppK6joJ6WX1RSlJgXn1+UkgoSDykqTQUK\
            F2ckFqQCuRpGOgpGmjoKtQrkAy4GBgYmBkYGZgBQSwECLQMtAAAACAAAACEAA531zJUDAADgCQAABQAAAAAAAAAAAAAAgAEAAAAA\
            YS5ucHlQSwECLQMtAAAACAAAACEA7hm7XUYAAACCAAAABQAAAAAAAAAAAAAAgAHMAwAAYi5ucHlQSwECLQMtAAAACAAAACEAKbzZ\
            rE0AAACIAAAABQAAAAAAAAAAAAAAgAFJBAAAYy5ucHlQSwUGAAAAAAMAAwCZAAAAzQQAAAAA
            """
        let dataset = try Dataset(reading: [UInt8](try #require(Data(base64Encoded: text))), as: .npz)
        #expect(dataset.columns.map(\.name) == ["a", "b", "c"])
        #expect(try dataset["a"] == Tensor([2, 300], (0..<600).map(Float.init)))
        #expect(try dataset["b"] == Tensor([2], [true, false]))
        #expect(try dataset["c"] == Tensor([2, 2], [0, 1, 2, 3] as [Int64]))
    }

    @Test func damagedArchivesAreRefused() throws {
        let dataset = try Dataset([.init("x", try Tensor([4], [1, 2, 3, 4] as [Float]))])
        var bytes = try dataset.npz()
        bytes[bytes.count / 3] ^= 1
        #expect(throws: DatasetError.self) { try Dataset(reading: bytes, as: .npz) }
        #expect(throws: DatasetError.self) { try Dataset(reading: Array(bytes.prefix(40)), as: .npz) }
        #expect(throws: DatasetError.self) { try Dataset([dataset.columns[0], dataset.columns[0]]) }
    }

    @Test func noBytesCrashTheReaders() throws {
        let dataset = try Dataset([
            .init("image", try Tensor([2, 2], [1, 2, 3, 4] as [Float])),
            .init("label", try Tensor([2], [7, 8] as [Int64])),
        ])
        let seeds: [(Dataset.Format, [UInt8])] = [
            (.npz, try dataset.npz()), (.npy, NumpyArray.write(dataset.columns[0].tensor)),
            (.jsonl, Array("{\"a\": 1, \"b\": [1, [2]], \"c\": \"x\\u00e9\"}\n{\"a\": null, \"b\": true}\n".utf8)),
            (.tsv, Array("a\tb\n1,5\tx\n\tNA\n".utf8)),
            (.csv, Array("a,\"b \"\"x\"\"\",c\n1,2.5,true\n-3,,false\r\n".utf8)),
        ]
        var mutations = Mutations(seed: 2)
        for _ in 0..<Mutations.count(ordinary: 2000) {
            for (format, seed) in seeds {
                let bytes = mutations.mutant(of: seed)
                _ = try? Dataset(reading: bytes, as: format)
            }
        }
    }
}
