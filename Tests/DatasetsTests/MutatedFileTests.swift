import Mutations
import Testing

@testable import Datasets

/// Files that are nearly right are read or refused: no crash, no hang, and nothing that does not fit together.
@Suite struct MutatedFileTests {
    @Test(arguments: [
        PictureTests.Files.rgb, PictureTests.Files.palette, PictureTests.Files.clear, PictureTests.Files.deep,
        PictureTests.Files.greyJpeg, PictureTests.Files.colourJpeg, PictureTests.Files.cmyk,
    ])
    func pictures(_ text: String) throws {
        let whole = try PictureTests.Files.bytes(text)
        try mutate([whole], ordinary: 500) { bytes in
            let picture = try Picture(bytes)
            #expect(picture.samples.count == picture.size.count && picture.samples.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test func sounds() throws {
        let samples: [UInt8] = [0, 0x80, 0xFF, 0x7F, 0, 0, 0, 0x40]
        let files = [(1, 8), (1, 16), (1, 24), (3, 32), (3, 64)].map {
            WavTests.file($0, bits: $1, samples + samples + samples)
        }
        try mutate(files, ordinary: 2000) { try requireTable(Dataset(reading: $0, as: .wav)) }
    }

    @Test func texts() throws {
        let csv = [
            "age,job,\"a b\"\n1,clerk,2.5\n,\"x \"\"y\"\"\",nan\n3,nurse,-1e300\n", "a;b\n1,5;true\n2,5;false\n",
            "a\tb\n1\tx\n2\ty\n",
        ]
        try mutate(csv.map { Array($0.utf8) }, ordinary: 2000) { try requireTable(Dataset(reading: $0, as: .csv)) }
    }

    @Test func jsonLines() throws {
        let lines = [
            "{\"age\": 30, \"job\": \"clerk\", \"x\": [[1, 2.5], [3, null]], \"k\": true}\n{\"age\": 1e3, \"k\": false, \"x\": [[0, 0], [0, 0]]}\n",
            "{\"t\": \"\\ud83d\\ude00 \\n\", \"n\": -0.5E-3}\n",
        ]
        try mutate(lines.map { Array($0.utf8) }, ordinary: 2000) { try requireTable(Dataset(reading: $0, as: .jsonl)) }
    }

    private func requireTable(_ data: Dataset) throws {
        #expect(data.columns.isEmpty || data.rowCount != nil)
        for column in data.columns where column.texts?.isEmpty == false {
            #expect(column.tensor.integers?.allSatisfy { column.texts?.indices.contains(Int($0)) == true } == true)
        }
    }

    /// What is read is gone through by `body`; only a `DatasetError` may be thrown.
    private func mutate(_ seeds: [[UInt8]], ordinary: Int, _ body: ([UInt8]) throws -> Void) throws {
        var mutations = Mutations(seed: 29)
        for index in 0..<Mutations.count(ordinary: ordinary) {
            do { try body(mutations.mutant(of: seeds[index % seeds.count])) } catch is DatasetError {}
        }
    }
}
