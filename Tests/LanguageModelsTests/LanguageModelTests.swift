import Foundation
import Testing
import TinyLanguageModel
import Tokenizers

@testable import LanguageModels

/// A model asked in different ways: what comes out is the same to the last bit.
@Suite struct LanguageModelTests {
    static func model(threads: Int = 2, _ change: (inout TinyLanguageModel) -> Void = { _ in }) throws -> LanguageModel
    {
        var tiny = TinyLanguageModel()
        change(&tiny)
        return try tiny.bytes.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: threads) }
    }

    static func ids(_ count: Int, _ seed: Int = 0) -> [Int32] { (0..<count).map { Int32(($0 * 37 + seed * 11) % 256) } }

    @Test(arguments: [UInt32(0), 3])
    func aSuffixIsWorthTheSameAloneAndAmongOthers(format: UInt32) throws {
        let (one, two) = (
            try Self.model(threads: 1) { $0.format = format }, try Self.model(threads: 2) { $0.format = format }
        )
        let prefix = Self.ids(70)
        let continuations = (0..<90).map {
            LanguageModel.Continuation(context: prefix + Self.ids(1 + $0 % 9, $0), target: [Int32($0), 5, 9])
        }
        let together = try two.logProbabilities(continuations)
        #expect(together.allSatisfy { $0.isFinite && $0 < 0 })
        for (index, continuation) in continuations.enumerated() {
            let alone = try one.logProbabilities([continuation])[0]
            #expect(alone == together[index], "\(index)")
        }
    }

    @Test func aLongPromptIsCutWithoutTrace() throws {
        let model = try Self.model { $0.context = 4096 }
        let tokens = Self.ids(1300)
        let whole = try model.next([tokens])[0]
        // The beginning is kept by now.
        let again = try model.next([tokens])[0]
        #expect(whole == again)
        let last = try Self.model { $0.context = 4096 }.logits(tokens).suffix(model.configuration.vocabulary)
        #expect(Int32(last.firstIndex(of: last.max()!)! - last.startIndex) == whole.token)
    }

    @Test func aReplyIsTheMostProbableTokenAgainAndAgain() throws {
        let model = try Self.model()
        var tokens = Self.ids(12)
        let reply = try model.reply(to: tokens, tokens: 9)
        var smallest = Float.infinity
        for token in reply.tokens {
            let (next, margin) = try model.next([tokens])[0]
            #expect(next == token)
            smallest = min(smallest, margin)
            tokens.append(token)
        }
        #expect(!reply.tokens.isEmpty)
        #expect(reply.tokens.count < 9 || reply.smallestMargin == smallest)
    }

    @Test func aReplyEndsWithTheContext() throws {
        let model = try Self.model { $0.context = 20 }
        #expect(try model.reply(to: Self.ids(17), tokens: 10).tokens.count <= 3)
        #expect(try model.reply(to: Self.ids(20), tokens: 10).tokens.isEmpty)
    }

    @Test func probabilitiesSumToOne() throws {
        let model = try Self.model()
        let all = (0..<Int32(model.configuration.vocabulary)).map {
            LanguageModel.Continuation(context: [1, 2, 3], target: [$0])
        }
        #expect(abs(try model.logProbabilities(all).reduce(0) { $0 + Double.exp($1) } - 1) < 1e-5)
    }

    /// Token 7 stands in one place. To first order its embedding moved towards that of another token changes the logarithm by
    /// what the slopes say of the other one.
    @Test func slopesAreThoseOfFiniteDifferences() throws {
        let model = try Self.model()
        let continuation = LanguageModel.Continuation(context: [1, 2, 7, 30, 31, 32], target: [40, 41])
        let slopes = try #require(try model.slopes(of: continuation, watched: 2..<4))
        #expect(slopes.logProbability == (try model.logProbabilities([continuation])[0]))
        for other in [3, 90, 200] {
            var row = [Float](repeating: 0, count: 32)
            model.transformer.embedding.read(row: other, into: &row)
            let step: Float = 1e-2
            func nudged(_ by: Float) throws -> Double {
                let moved = try Self.model { $0.nudge = (7, row.map { $0 * by }) }
                return try moved.logProbabilities([continuation])[0]
            }
            let expected = (try nudged(step) - nudged(-step)) / Double(2 * step)
            let found = Double(slopes.scores[other])
            #expect(abs(found - expected) < 2e-3 * max(1, abs(expected)), "\(found) \(expected)")
        }
    }

    @Test func signsAreTokensAndTextsComeBack() throws {
        let tokenizer = try Self.model().tokenizer
        let ids = try tokenizer.encode("<|start|>in the hour 12<|end|>")
        #expect(ids.first == 267 && ids.last == 268)
        #expect(ids.contains(256 + 7))
        #expect(tokenizer.text(ids) == "<|start|>in the hour 12<|end|>")
    }
}

extension Double {
    fileprivate static func exp(_ x: Double) -> Double { pow(2.718281828459045, x) }
}
