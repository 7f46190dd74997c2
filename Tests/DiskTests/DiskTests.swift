import Disk
import Foundation
import Testing

@Suite("Files and folders") struct DiskTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path

    init() throws { try Folders.make(folder + "/a/b") }

    @Test(arguments: [
        ("a/b.say", "a", "b.say"), ("b.say", "", "b.say"), ("/b.say", "/", "b.say"), ("a/b/", "a", "b"),
        ("/", "/", "/"), ("a//b", "a", "b"),
    ])
    func pathsHaveTwoParts(path: String, of folder: String, name: String) {
        #expect(Path.folder(of: path) == folder)
        #expect(Path.name(of: path) == name)
    }

    @Test func aFileIsWrittenAsAWholeOrNotAtAll() throws {
        let path = folder + "/file"
        try WholeFile.write(Array("first".utf8), to: path)
        try WholeFile.write(Array("second".utf8), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
        // A folder stands where the file is meant to be.
        #expect(throws: DiskError.self) { try WholeFile.write([1], to: folder + "/a") }
        #expect(throws: DiskError.self) { try WholeFile.write([1], to: folder + "/none/file") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a", "file"])
    }

    @Test func foldersAreWalkedInOrderWithoutHiddenFilesAndLinks() throws {
        for name in ["z", "a/2", "a/b/1", "a/.hidden", ".git/x"] {
            try Folders.make(folder + "/" + Path.folder(of: name))
            try WholeFile.write([], to: folder + "/" + name)
        }
        try FileManager.default.createSymbolicLink(atPath: folder + "/a/loop", withDestinationPath: folder)
        #expect(Folders.files(below: folder, limit: 10) == ["a/2", "a/b/1", "a/loop", "z"])
        #expect(Folders.files(below: folder, limit: 2)?.count == 3)
        #expect(Folders.files(below: folder + "/none", limit: 2) == nil)
        #expect(Folders.isFolder(folder) && !Folders.isFolder(folder + "/z"))
        #expect(throws: DiskError.self) { try Folders.make(folder + "/z/in-a-file") }
    }
}
