import Attackers
import Recipes
import Statistics
import Tensors
import Testing
import Training

@testable import Games

@Suite struct AnswerTests {
    @Test(arguments: [
        "", "{", "null", "[]", "{}", "{\"score\": \"1\"}", "{\"score\": NaN}", "{\"score\": 1e999}",
        "{\"score\": null}",
        "{\"score\": 1} {\"score\": 2}", "{\"format\": 2, \"score\": 1}", "{\"score\": 1, \"findings\": 3}",
        String(repeating: "[", count: 100_000),
    ])
    func whatIsNoAnswer(text: String) { #expect(Answer.read(Array(text.utf8)) == nil) }

    @Test func whatIsOne() throws {
        #expect(Answer.read(Array("{\"score\": -3}\n".utf8))?.score == -3)
        let text = """
            {"format": 1, "score": 2.5, "model": "m", "findings": [
              {"family": "patch", "score": 1, "target": 3, "source": null, "rate": {"successes": 4, "count": 5, "x": 1},
               "trigger": {"shape": [1, 2], "mask": [0, 1], "pattern": [0.5, 1]}, "more": {}}, {}]}
            """
        let answer = try #require(Answer.read(Array(text.utf8)))
        let finding = try #require(answer.findings?.first)
        #expect(answer.findings?.count == 2 && finding.target == 3 && finding.source == nil)
        #expect(finding.trigger?.mask == [0, 1] && finding.rate?.successes == 4)
        #expect(finding.trigger?.overlap(with: [true, true]) == 0.5)
        #expect(finding.trigger?.overlap(with: [true]) == nil)
    }

    /// A network of random weights: what it says of a whole pattern it says of every row that the pattern covers.
    @Test func triggersAreReplayedOnOurRows() throws {
        let planting = Planting(.rule, seed: 5)
        let file = try Architecture.mlp(input: [8], hidden: [6], outputs: 2, activation: .tanh).onnx(seed: 3)
        let run = try planting.run(file, threads: 1)
        let examples = try CleanRows(.rule, side: 24, count: 60, seed: 4).examples
        guard case .classes(let labels, 2) = examples.target else { throw TrainingError("no classes") }
        let replay = try Replay(run, examples, isBounded: true)
        let pattern = examples.inputs[0].doubles.prefix(8).map { $0 }
        let one = try Examples(
            inputs: [try Tensor(Shape([1, 8]), pattern.map { Float($0) })],
            target: .classes([0], count: 2))
        let said = try run.trainer.score(one).correct == 1 ? 0 : 1

        func finding(
            _ target: Int?, source: Int? = nil, mask: Double = 1, pattern: [Double], shape: [Int] = [8]
        ) -> Answer.Finding {
            .init(
                family: nil, score: nil, target: target, source: source, rate: nil,
                trigger: .init(shape: shape, mask: [Double](repeating: mask, count: 8), pattern: pattern, change: nil))
        }
        let others = labels.count { Int($0) != said }
        let whole = try #require(try replay.rate(of: finding(said, pattern: pattern)))
        #expect(whole.successes == others && whole.count == others)
        let none = try #require(try replay.rate(of: finding(1 - said, pattern: pattern)))
        #expect(none.successes == 0 && none.count == 60 - others)
        let untargeted = try #require(try replay.rate(of: finding(nil, pattern: pattern)))
        #expect(untargeted.successes == others && untargeted.count == 60)
        let from = try #require(try replay.rate(of: finding(nil, source: said, pattern: pattern)))
        #expect(from.successes == 0 && from.count == 60 - others)
        // Without a mask rows stay as they are.
        let right = try run.trainer.score(examples).correct ?? 0
        #expect(try replay.rate(of: finding(nil, mask: 0, pattern: pattern))?.successes == 60 - right)
        // Beyond what rows hold a pattern is cut: the greatest number does as well as a huge one.
        let most = examples.inputs[0].doubles.max() ?? 1
        let huge = try replay.rate(of: finding(1, pattern: [Double](repeating: 1e30, count: 8)))
        #expect(try huge == replay.rate(of: finding(1, pattern: [Double](repeating: most, count: 8))))
        // A change is added to each row: as much as rows can differ by makes them all alike.
        func change(_ target: Int?, _ sizes: [Double]?, mask: [Double]? = nil) throws -> Rate? {
            try replay.rate(
                of: .init(
                    family: nil, score: nil, target: target, source: nil, rate: nil,
                    trigger: .init(shape: [8], mask: mask, pattern: nil, change: sizes)))
        }
        let raised = try change(1, [Double](repeating: 1, count: 8))
        #expect(try raised == replay.rate(of: finding(1, pattern: [Double](repeating: most, count: 8))))
        #expect(try change(nil, [Double](repeating: 0, count: 8))?.successes == 60 - right)
        #expect(try change(1, [1]) == nil && change(1, nil) == nil)
        #expect(try change(1, [Double](repeating: 0, count: 8), mask: [Double](repeating: 0, count: 8)) == nil)
        // What does not fit is no trigger.
        #expect(try replay.rate(of: finding(1, pattern: [1])) == nil)
        #expect(try replay.rate(of: finding(1, pattern: pattern, shape: [4, 2])) == nil)
        #expect(try replay.rate(of: finding(1, mask: 1.5, pattern: pattern)) == nil)
        #expect(try replay.rate(of: finding(2, pattern: pattern)) == nil)
        #expect(try replay.rate(of: finding(0, source: -1, pattern: pattern)) == nil)
        #expect(try replay.rate(of: finding(1, pattern: [Double](repeating: .infinity, count: 8))) == nil)
    }
}
