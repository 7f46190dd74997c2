import Foundation
import Testing

/// The failure database: kept, listed, shown, replayed, deleted.
@Suite(.withExecutable) struct CaseTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.write("property small { forall x: Real in [0, 1] check x < 0.5 }\n", to: "spec.say")
    }

    /// Checks the spec and returns the name of the case.
    private func found() throws -> String {
        let line = try command.run("check spec.say --tries 2000").output.firstMatch(of: /gainsay replay ([0-9a-f]{8})/)
        return String(try #require(line).1)
    }

    @Test func aCaseLivesUntilItIsDeleted() throws {
        #expect(try command.run("cases").errors == "no cases\n")
        let id = try found()
        #expect(try found() == id)
        let list = try command.run("cases list")
        #expect(list.code == 0 && list.output.hasPrefix("\(id)  spec.say  small  margin "))
        #expect(list.output.split(separator: "\n").count == 1)
        let shown = try command.run("cases show \(id.prefix(4))").output
        let record = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any]
        #expect((record?["entries"] as? [[String: Any]])?.first?["values"] as? [String] == ["0.5"])
        #expect(try command.run("cases delete \(id) zzzz").code == 2)
        #expect(try command.run("cases").output.hasPrefix(id))
        #expect(try command.run("cases delete \(id)").output == "deleted 1\n")
        #expect(try command.run("cases").output.isEmpty)
        #expect(try command.run("replay \(id)").code == 2)
    }

    @Test func replaysSayWhetherItStillFails() throws {
        let id = try found()
        let again = try command.run("replay \(id.prefix(6))")
        #expect(again.code == 1 && again.output.contains("replayed from the values as kept") && again.errors.isEmpty)
        #expect(try command.run("replay \(id) --json").output.contains("\"kind\" : \"replayed\""))
        try command.write("property small { forall x: Real in [0, 1] check x < 2 }\n", to: "spec.say")
        let mended = try command.run("replay \(id)")
        #expect(mended.code == 0 && mended.errors.contains("has changed") && mended.errors.contains("no longer"))
        try command.write("property small { forall y: Real in [0, 1] check y < 0.5 }\n", to: "spec.say")
        #expect(try command.run("replay \(id)").errors.contains("no longer fits"))
        try command.write("property other { forall x: Real in [0, 1] check x < 0.5 }\n", to: "spec.say")
        #expect(try command.run("replay \(id)").errors.contains("no property `small` any more"))
    }

    @Test func tensorsAndPicturesLieBesideTheCase() throws {
        try command.write(
            """
            type Digit = Tensor[1, 8, 8] in [0, 1] as image
            property dark { forall image: Digit check image[0, 3, 3] < 0.5 }
            """, to: "spec.say")
        let result = try command.run("check spec.say --tries 3000 --cases kept")
        let id = String(try #require(result.output.firstMatch(of: /gainsay replay ([0-9a-f]{8}) --cases kept/)).1)
        let files = try command.files().filter { $0.hasPrefix("kept/cases/\(id)/") }
        #expect(files == ["image.png", "witness.npz"].map { "kept/cases/\(id)/\($0)" })
        #expect(result.output.contains("saved kept/cases/\(id)/image.png"))
        #expect(try command.files().allSatisfy { !$0.hasSuffix(".part") })
        #expect(try command.run("replay \(id) --cases kept").code == 1)
        #expect(try command.run("cases delete --all --cases kept").output == "deleted 1\n")
        #expect(try command.files().allSatisfy { !$0.hasPrefix("kept/cases/\(id)") })
    }

    @Test func whatIsNoDatabaseIsLeftAlone() throws {
        try FileManager.default.createDirectory(
            at: command.folder.appendingPathComponent(".gainsay"), withIntermediateDirectories: true)
        try command.write("no database", to: ".gainsay/cases.sqlite")
        let cases = try command.run("cases")
        #expect(cases.code == 3 && cases.errors.contains("error: cannot open the cases in `.gainsay`"))
        let check = try command.run("check spec.say --tries 10")
        #expect(check.code == 1 && check.errors.contains("warning: cannot open the cases in `.gainsay`"))
        #expect(try command.text(of: ".gainsay/cases.sqlite") == "no database")
    }
}
