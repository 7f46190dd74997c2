import Diagnostics
import Foundation
import Testing

@testable import Games

@Suite struct StoreTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/gainsay-store-\(UUID().uuidString)"
    private let words = "words that nobody guesses"

    private func game(_ text: String = GameTests.whole) throws -> Game {
        try Game.read(SourceFile(path: "g.toml", text: text))
    }

    private func store(_ game: Game, _ words: String) throws -> Store {
        try Store(folder, game, try Secret(words, for: game))
    }

    /// The game's first model, model-0001.
    private func member() throws -> Population.Member {
        let game = try game()
        return try #require(Population(game, try Secret(words, for: game)).members.first)
    }

    @Test func whatWasWrittenIsReadAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store(try game(), words)
        let first = try member()
        #expect(store.model(first) == nil && store.audit("model-0001", by: "mine") == nil)
        try store.save(model: [1, 2, 3], first)
        let answer = Answer(format: 1, score: 0.5, findings: nil)
        try store.save(
            AuditRecord(model: "model-0001", auditor: "mine", seconds: 1, answer: answer, silence: nil, errors: "e"))
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/models/model-0002.onnx.7.part"))
        let again = try self.store(try game(), words)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/models").count == 2)
        #expect(again.model(first) == [1, 2, 3])
        #expect(again.audit("model-0001", by: "mine")?.answer == answer)
    }

    /// What an auditor writes there itself, or moves to another place, counts as not there.
    @Test func whatOthersWroteIsNotThere() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try store(try game(), words)
        try store.save(model: [1, 2, 3], try member())
        for score in [0.5, 0.75] {
            try store.save(
                AuditRecord(
                    model: score == 0.5 ? "model-0001" : "model-0002", auditor: "mine", seconds: 1,
                    answer: Answer(format: 1, score: score, findings: nil), silence: nil, errors: ""))
        }
        let (first, second) = (folder + "/audits/mine/model-0001.sealed", folder + "/audits/mine/model-0002.sealed")
        let text = try String(contentsOfFile: first, encoding: .utf8)
        try text.replacing("0.5", with: "0.9").write(toFile: first, atomically: true, encoding: .utf8)
        #expect(store.audit("model-0001", by: "mine") == nil)
        try FileManager.default.removeItem(atPath: first)
        try FileManager.default.copyItem(atPath: second, toPath: first)
        #expect(store.audit("model-0001", by: "mine") == nil && store.audit("model-0002", by: "mine") != nil)
        try Data([9]).write(to: URL(fileURLWithPath: folder + "/models/model-0001.onnx"))
        #expect(try store.model(member()) == nil)
        for cut in [0, 1, 40, text.utf8.count - 1] {
            try Data(text.utf8.prefix(cut)).write(to: URL(fileURLWithPath: second))
            #expect(store.audit("model-0002", by: "mine") == nil)
        }
    }

    @Test func anotherGameIsRefused() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try store(try game(), words)
        let changed = try #require(throws: GameError.self) { try store(try game(GameTests.whole + "\n"), words) }
        #expect(changed.description.contains("was changed since it was begun there"))
        let secret = try #require(throws: GameError.self) { try store(try game(), words + "!") }
        #expect(secret.description.contains("another secret"))
        try FileManager.default.removeItem(atPath: folder + "/game.json")
        #expect(throws: GameError.self) { try store(try game(), words) }
    }
}
