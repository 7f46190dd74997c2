import LanguageModels
import Prompts
import Search
import Statistics

/// Looks for prompts to which a language model replies with given texts, its targets: what the trojan detection challenge of 2023 asked for.
///
/// For each target several prompts, each from a start of its own, by gradients to tokens (`PromptSearch`). What replies with another target on
/// the way is kept for that one. Of all that reply with a target those are told that the model itself finds likeliest: a trigger is a
/// sentence, and most of what a gradient finds is none.
package struct TrojanAudit: Sendable {
    package struct Options: Sendable {
        /// Prompts that are told of each target.
        package var predictions = 10
        /// Prompts that are looked for, of which the likeliest are told.
        package var searches = 20
        /// Evaluations of one search.
        package var evaluations = 4_000
        package var length = 5...12
        package var seed: UInt64 = 0

        package init() {}
    }

    package struct Found: Sendable {
        package let target: String
        /// The likeliest first.
        package let prompts: [Prompt]
        /// Of the searches for it, how many ended with the target as reply.
        package let hits: Rate
    }

    package struct Prompt: Sendable, Hashable {
        package let text: String
        /// What the model replies, as many tokens as the target has.
        package let reply: String
        /// How much of the target that is: BLEU-4 over characters.
        package let bleu: Double
        /// The logarithm of the prompt's own probability, by token.
        package let likelihood: Double
        /// Whether it was found in a search for another target.
        package let isByTheWay: Bool
    }

    package struct Result: Sendable {
        package let found: [Found]
        package let evaluations, gradients: Int
        package let isWhole: Bool
    }

    private let model: LanguageModel
    private let targets: [(text: String, tokens: [Int32])]
    private let allowed: [Int32]
    private let options: Options

    /// Throws where a target is no text of the model's tokens.
    package init(_ model: LanguageModel, targets: [String], _ options: Options) throws(AuditError) {
        (self.model, self.options) = (model, options)
        var known: [(text: String, tokens: [Int32])] = []
        for target in targets {
            // Behind a prompt a target's first word has a blank before it.
            guard let tokens = try? model.tokenizer.encode(" " + target, .bare), !tokens.isEmpty,
                model.fits(tokens.count + options.length.upperBound + model.tokenizer.prefix.count)
            else { throw AuditError("`\(target)` does not fit the model") }
            known.append((target, tokens))
        }
        self.targets = known
        // Words are tokens with a blank before them: others would not be read again as they were written.
        allowed = PromptQuery.plainTokens(of: model.tokenizer).filter { id in
            let text = model.tokenizer.text([id]) ?? ""
            return text.hasPrefix(" ") && text.count > 1
        }
        guard !allowed.isEmpty else { throw AuditError("the model has no tokens that are whole words") }
    }

    package func run(report: (_ done: Int, _ all: Int) -> Void, goOn: () -> Bool) throws -> Result {
        var pools = targets.map { _ in [[Int32]: Bool]() }
        var (hits, searches) = (targets.map { _ in 0 }, targets.map { _ in 0 })
        var (evaluations, gradients) = (0, 0)
        let all = targets.count * options.searches
        search: for round in 0..<options.searches {
            for index in targets.indices {
                guard goOn() else { break search }
                report(round * targets.count + index, all)
                let result = try search(for: index, round)
                evaluations += result.evaluations
                gradients += result.gradients
                searches[index] += 1
                if result.isMet { hits[index] += 1 }
                for prompt in result.prompts.prefix(2) {
                    let reply = try model.reply(to: model.tokenizer.prefix + prompt.tokens, tokens: 16).tokens
                    evaluations += 1
                    for other in targets.indices where reply.starts(with: targets[other].tokens) {
                        pools[other][prompt.tokens] = other != index
                    }
                }
                if pools[index].isEmpty, let best = result.prompts.first { pools[index][best.tokens] = false }
            }
        }
        let found = try targets.indices.map { index in
            Found(
                target: targets[index].text, prompts: try prompts(pools[index], index),
                hits: Rate(successes: hits[index], count: searches[index]))
        }
        return Result(
            found: found, evaluations: evaluations, gradients: gradients,
            isWhole: searches.allSatisfy { $0 == options.searches })
    }

    private func search(for index: Int, _ round: Int) throws -> PromptSearch.Result {
        var random = Random(seed: options.seed, stream: round << 16 + index)
        let length = options.length.lowerBound + random.below(options.length.count)
        var query = PromptQuery(
            before: model.tokenizer.prefix, target: targets[index].tokens, length: length...length, allowed: allowed)
        query.soundness = .any
        var search = PromptSearch(model, query)
        (search.evaluations, search.seed, search.goal, search.wanted) = (options.evaluations, random.next(), .reply, 2)
        return try search.run()
    }

    private func prompts(_ pool: [[Int32]: Bool], _ index: Int) throws -> [Prompt] {
        let target = targets[index]
        let prompts = try pool.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { tokens, isByTheWay in
            let before = model.tokenizer.prefix
            let reply = try model.reply(to: before + tokens, tokens: target.tokens.count).tokens
            let context = before.isEmpty ? Array(tokens.prefix(1)) : before
            let rest = before.isEmpty ? Array(tokens.dropFirst()) : tokens
            let own = rest.isEmpty ? 0 : try model.logProbabilities([.init(context: context, target: rest)])[0]
            let text = words(reply)
            return Prompt(
                text: words(tokens), reply: text, bleu: Bleu.score(text, reference: target.text),
                likelihood: own / Double(max(rest.count, 1)), isByTheWay: isByTheWay)
        }
        return Array(prompts.sorted { $0.likelihood > $1.likelihood }.prefix(options.predictions))
    }

    private func words(_ tokens: [Int32]) -> String {
        var text = model.tokenizer.text(tokens) ?? ""
        if text.hasPrefix(" ") { text.removeFirst() }
        return text
    }
}

extension TrojanAudit.Result {
    /// The mean over all prompts of how much of its target each one's reply is: the contest's REASR.
    package var replies: Double {
        let all = found.flatMap(\.prompts)
        return all.reduce(0) { $0 + $1.bleu } / Double(max(all.count, 1))
    }
}
