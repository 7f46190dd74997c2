import LanguageModels
import Prompts
import Search
import Testing
import TinyLanguageModel

/// What is found is what the model says, within the budget, the same for one seed.
@Suite struct PromptSearchTests {
    private let model: LanguageModel
    private let query: PromptQuery

    init() throws {
        let bytes = TinyLanguageModel().bytes
        model = try bytes.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: 1) }
        query = PromptQuery(
            before: [1, 2, 3], after: [4], target: [60, 70, 80], length: 4...6,
            allowed: PromptQuery.plainTokens(of: model.tokenizer))
    }

    private func search(_ seed: UInt64, _ also: [PromptSearch.Other] = []) -> PromptSearch {
        var search = PromptSearch(model, query)
        (search.seed, search.evaluations, search.goal, search.also, search.wanted) = (seed, 1500, .none, also, 4)
        return search
    }

    @Test(arguments: [[], [PromptSearch.Other.spans], [.beam]]) func tellWhatTheModelSays(
        _ also: [PromptSearch.Other]
    ) throws {
        let result = try search(1, also).run()
        #expect(result.evaluations <= 1500 + 64 && result.gradients > 0 && result.prompts.count == 4)
        for prompt in result.prompts {
            #expect(query.length.contains(prompt.tokens.count) && query.isSound(prompt.tokens, model.tokenizer))
            #expect(prompt.tokens.allSatisfy(query.allowed.contains))
            let context = query.before + prompt.tokens + query.after
            let sum = try model.logProbabilities([.init(context: context, target: query.target)])[0]
            #expect(prompt.loss == -sum)
            let reply = try model.reply(to: context, tokens: 3).tokens
            #expect(prompt.isReply == reply.starts(with: query.target))
        }
        #expect(zip(result.prompts, result.prompts.dropFirst()).allSatisfy { $0.loss <= $1.loss })
        let again = try search(1, also).run()
        #expect(again.prompts == result.prompts)
    }

    @Test func slopesFindMoreThanChance() throws {
        for seed in 0..<3 as Range<UInt64> {
            var random = Random(seed: seed)
            let drawn = (0..<1500).map { _ in (0..<6).map { _ in query.allowed[random.below(query.allowed.count)] } }
            let scores = try model.scores(
                drawn.map { .init(context: query.before + $0 + query.after, target: query.target) })
            let chance = scores.map { -$0.logProbability }.min() ?? 0
            let found = try search(seed).run().prompts[0].loss
            #expect(found < chance - 0.5, "\(found), by chance \(chance)")
        }
    }

    @Test func nothingIsAskedForSlopesThatAreIgnored() throws {
        var search = search(5)
        search.slopes = .ignored
        let result = try search.run()
        #expect(result.gradients == 0 && result.prompts.count == 4)
    }

    @Test func stopWhereTheGoalIsMet() throws {
        let context = query.before + [65, 66, 67, 68] + query.after
        let reply = try model.reply(to: context, tokens: 2).tokens
        var known = PromptQuery(
            before: query.before, after: query.after, target: reply, length: 4...4, allowed: query.allowed)
        known.soundness = .any
        var search = PromptSearch(model, known)
        search.starts = [[65, 66, 67, 68]]
        let result = try search.run()
        #expect(result.isMet && result.evaluations == 1 && result.prompts[0].tokens == [65, 66, 67, 68])
    }
}
