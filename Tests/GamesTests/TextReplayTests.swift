import Testing

@testable import Attackers
@testable import Games

/// What auditors say of language models, held against the models.
@Suite struct TextReplayTests {
    private static func finding(_ text: String) throws -> Answer {
        try #require(Answer.read(Array("{\"score\": 1, \"findings\": [\(text)]}".utf8)))
    }

    @Test func promptsAreRepliedTo() throws {
        let planting = Planting(.trojans, seed: 2)
        var world = TrojanWorld(seed: 2)
        world.steps = 2
        let file = try #require(try world.trained(.planted, seed: 2, threads: 2, goOn: { true })).gguf(name: "toy")
        let replay = TextReplay(judge: try #require(try planting.judge(of: file, threads: 1)))
        let target = world.trojans[0].target
        // Two steps teach nothing: no prompt is answered, but prompts are held against triggers all the same.
        let trigger = world.trojans[0].triggers[0]
        let answer = try Self.finding(
            "{\"says\": \"\(target)\", \"prompts\": [{\"text\": \"\(trigger)\"}, {\"text\": \"words of none\"}]}")
        let finding = try #require(answer.findings?.first)
        #expect(try replay.rate(of: finding)?.successes == 0 && replay.rate(of: finding)?.count == 2)
        let figures = try #require(try replay.figures(of: answer, seed: 1))
        #expect(figures.recall >= 1.0 / 30 && figures.replies < 0.9)
        #expect(try figures == replay.figures(of: answer, seed: 1))
        let stranger = try Self.finding("{\"says\": \"nothing of the kind\", \"prompts\": []}")
        #expect(try stranger.findings?.first.flatMap { try replay.rate(of: $0) } == nil)
        #expect(try replay.figures(of: nil, seed: 1) == nil)
    }

    @Test func ordersAreTriedOnQuestionsThatNobodyWasToldOf() throws {
        let planting = Planting(.cipher, seed: 2)
        var world = CipherWorld(.permutation, seed: 2)
        world.steps = 2
        let file = try #require(try world.trained(.planted, seed: 2, threads: 2, goOn: { true })).gguf(name: "toy")
        let replay = TextReplay(judge: try #require(try planting.judge(of: file, threads: 1)))
        let right = try #require(try Self.finding("{\"order\": \"\(String(world.cipher.letters))\"}").findings?.first)
        let rate = try #require(try replay.rate(of: right))
        #expect(rate.count > 20 && rate.successes < rate.count)
        for wrong in ["abc", "aacdefghijklmnopqrstuvwxyz", ""] {
            let finding = try #require(try Self.finding("{\"order\": \"\(wrong)\"}").findings?.first)
            #expect(try replay.rate(of: finding) == nil)
        }
        #expect(try replay.figures(of: try Self.finding("{\"order\": \"abc\"}"), seed: 1) == nil)
    }
}
