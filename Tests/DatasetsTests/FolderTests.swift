import Tensors
import Testing

@testable import Datasets

@Suite struct FolderTests {
    private func table(_ files: [String: [UInt8]]) throws(DatasetError) -> Dataset {
        try Folder(Array(files.keys)) { (name) throws(DatasetError) in files[name] ?? [] }.table()
    }

    private func failure(_ files: [String: [UInt8]]) -> String? {
        let error = #expect(throws: DatasetError.self) { try table(files) }
        return error?.description
    }

    private let rgb = try! PictureTests.Files.bytes(PictureTests.Files.rgb)
    private let deep = try! PictureTests.Files.bytes(PictureTests.Files.deep)
    private let bits = try! PictureTests.Files.bytes(PictureTests.Files.bits)

    @Test func subfoldersAreLabelsAndGreyHasThreeEqualChannelsAmongColours() throws {
        let data = try table(["b/one.PNG": rgb, "a/two.png": deep, "notes.txt": [1]])
        #expect(data.columns.map(\.name) == ["image", "file", "label"])
        let image = try #require(data["image"])
        #expect(image.shape == [2, 3, 2, 3])
        let channels = (0..<3).map { Array(image.floats[$0 * 6..<$0 * 6 + 6]) }
        #expect(channels[0] == channels[1] && channels[0] == channels[2])
        #expect(data.column("file")?.texts == ["a/two.png", "b/one.PNG"])
        #expect(data.column("label")?.texts == ["a", "b"] && data["label"]?.integers == [0, 1])
    }

    @Test func foldersNamedByNumbersAreNumbers() throws {
        let data = try table(["10/x.png": rgb, "2/x.png": rgb])
        #expect(data["label"]?.integers == [10, 2] && data.column("label")?.texts == nil)
    }

    @Test func withoutSubfoldersThereIsNoLabel() throws {
        #expect(try table(["x.png": deep]).columns.map(\.name) == ["image", "file"])
    }

    @Test func aCsvNamesTheFilesInItsOrder() throws {
        let csv = Array("file,kind,weight\ny.png,cat,2\nx.png,dog,3\n".utf8)
        let data = try table(["x.png": rgb, "y.png": deep, "about.csv": csv])
        #expect(data.columns.map(\.name) == ["image", "file", "kind", "weight"])
        #expect(data.column("file")?.texts == ["y.png", "x.png"] && data["weight"]?.integers == [2, 3])
        #expect(data.column("kind")?.texts == ["cat", "dog"])
    }

    @Test func soundsOfOneLengthAreRows() throws {
        let one = WavTests.file(1, bits: 16, [0, 0x80, 0xFF, 0x7F, 0, 0, 0, 0x40])
        let data = try table(["on/a.wav": one, "off/b.wav": one])
        #expect(data["samples"]?.shape == [2, 2, 2] && data["rate"]?.integers == [16000, 16000])
        #expect(data.column("label")?.texts == ["off", "on"])
    }

    @Test func whatIsWrongIsSaid() throws {
        let sound = WavTests.file(1, bits: 16, [0, 0, 0, 0])
        #expect(failure([:]) == "no file of the folder ends in .png, .jpg, .jpeg or .wav")
        #expect(
            failure(["a.png": rgb, "b.wav": sound]) == "a.png and b.wav: a folder has pictures or sounds, not both")
        #expect(
            failure(["a.png": rgb, "b.png": bits])
                == "a.png is 3 x 2 x 3 and b.png is 1 x 1 x 3 (channels x height x width): bring all pictures to one size first"
        )
        #expect(failure(["a.png": [1, 2]]) == "a.png: not a PNG or JPEG file")
        let csv: (String) -> [UInt8] = { Array($0.utf8) }
        #expect(failure(["a.png": rgb, "t.csv": csv("file,k\nb.png,1\n")]) == "t.csv, row 0: there is no `b.png`")
        #expect(
            failure(["a.png": rgb, "t.csv": csv("file,k\na.png,1\na.png,1\n")])
                == "t.csv, row 1: `a.png` stands there again")
        #expect(
            failure(["a.png": rgb, "b.png": rgb, "c.png": rgb, "t.csv": csv("file,k\na.png,1\n")])
                == "t.csv: `b.png` is in no row, nor are 1 more")
        #expect(
            failure(["a.png": rgb, "t.csv": csv("name,k\na.png,1\n")])
                == "t.csv: it has no column `file` that names the files of the folder")
        #expect(
            failure(["a.png": rgb, "s.csv": [], "t.csv": []])
                == "s.csv and t.csv: only one CSV file can name the files of a folder")
    }

    @Test func theLimitOfMemoryIsAskedBeforeAnyIsTaken() throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<40).map { ("\($0).png", rgb) })
        let folder = Folder(Array(files.keys), memory: 2000) { (name) throws(DatasetError) in files[name] ?? [] }
        let error = #expect(throws: DatasetError.self) { try folder.table() }
        #expect(error?.description.contains("40 files of 18 numbers take 2880 bytes") == true)
    }
}
