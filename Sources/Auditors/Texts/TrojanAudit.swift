import LanguageModels
import Prompts
import Search
import Statistics

/// Looks for prompts to which a language model replies with given texts, its targets: what the trojan detection challenge of 2023 asked for.
///
/// For each target several prompts, each from a start of its own, by gradients to tokens (`PromptSearch`). What replies with another target on
/// the way is kept for that one. What a gradient finds is hardly ever a sentence, as triggers are: the best prompts are polished
/// (`PromptPolishing`), and of all that reply with a target those are told that the model itself finds likeliest.
package struct TrojanAudit: Sendable {
    package struct Options: Sendable {
        /// Prompts that are told of each target.
        package var predictions = 10
        /// Prompts that are looked for, of which the likeliest are told.
        package var searches = 20
        /// Prompts of each target that are polished, and evaluations of each.
        package var polished = 10
        package var polishing = 6_000
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
        /// The logarithm of the probability of prompt and target, and for each word of the prompt what one costs on average.
        package let likelihood: Double
        package let way: Way
    }

    /// How a prompt was found.
    package enum Way: String, Sendable, Hashable, Codable {
        /// In a search for its target, or for another one.
        case search
        case byTheWay = "by the way"
        case polished
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

    package func run(report: (_ done: Int, _ all: Int) -> Void, goOn: @escaping () -> Bool) throws -> Result {
        var pools = targets.map { _ in [[Int32]: Way]() }
        var (hits, searches) = (targets.map { _ in 0 }, targets.map { _ in 0 })
        var (evaluations, gradients) = (0, 0)
        let all = targets.count * options.searches
        let longest = targets.map(\.tokens.count).max() ?? 0
        search: for round in 0..<options.searches {
            for index in targets.indices {
                guard goOn() else { break search }
                report(round * targets.count + index, all)
                let result = try search(for: index, round, goOn)
                evaluations += result.evaluations
                gradients += result.gradients
                searches[index] += 1
                if result.isMet { hits[index] += 1 }
                for prompt in result.prompts.prefix(2) {
                    let reply = try model.reply(to: model.tokenizer.prefix + prompt.tokens, tokens: longest).tokens
                    evaluations += 1
                    for other in targets.indices where reply.starts(with: targets[other].tokens) {
                        pools[other][prompt.tokens] = other == index ? .search : .byTheWay
                    }
                }
                if pools[index].isEmpty, let best = result.prompts.first { pools[index][best.tokens] = .search }
            }
        }
        // Where there is nothing to polish, or no time, prompts are told by how likely they are as they stand.
        let cost =
            hits.contains { $0 > 0 }
            ? try model.ownCost(
                of: allowed, length: options.length.lowerBound, texts: 50, seed: options.seed, goOn: goOn) : 0
        for index in targets.indices where hits[index] > 0 {
            evaluations += try polish(&pools[index], index, cost, goOn: goOn)
        }
        let found = try targets.indices.map { index in
            Found(
                target: targets[index].text, prompts: try prompts(pools[index], index, cost),
                hits: Rate(successes: hits[index], count: searches[index]))
        }
        return Result(
            found: found, evaluations: evaluations, gradients: gradients,
            isWhole: goOn() && searches.allSatisfy { $0 == options.searches })
    }

    private func search(
        for index: Int, _ round: Int, _ goOn: @escaping () -> Bool
    ) throws -> PromptSearch.Result {
        var random = Random(seed: options.seed, stream: round << 16 + index)
        let length = options.length.lowerBound + random.below(options.length.count)
        var query = PromptQuery(
            before: model.tokenizer.prefix, target: targets[index].tokens, length: length...length, allowed: allowed)
        query.soundness = .any
        var search = PromptSearch(model, query)
        (search.evaluations, search.seed, search.goal, search.wanted) = (options.evaluations, random.next(), .reply, 2)
        search.goOn = goOn
        return try search.run()
    }

    /// Climbs from the likeliest prompts of a target; what no longer replies with it is let go. Returns how much was evaluated.
    private func polish(_ pool: inout [[Int32]: Way], _ index: Int, _ cost: Double, goOn: () -> Bool) throws -> Int {
        let polishing = polishing(index, cost)
        let known = pool.keys.sorted { $0.lexicographicallyPrecedes($1) }
        let values = try polishing.values(known, goOn)
        let best = known.indices.sorted { (values[$0], $1) > (values[$1], $0) }.prefix(options.polished)
        var evaluations = known.count
        for place in best where goOn() {
            let climb = try polishing.climb(from: known[place], evaluations: options.polishing, goOn: goOn)
            evaluations += climb.evaluations + 1
            if pool[climb.tokens] == nil, try reply(to: climb.tokens, index) == targets[index].tokens {
                pool[climb.tokens] = .polished
            }
        }
        return evaluations
    }

    private func polishing(_ index: Int, _ cost: Double) -> PromptPolishing {
        PromptPolishing(
            model: model, target: targets[index].tokens, allowed: allowed, length: options.length, cost: cost)
    }

    /// As many tokens as the target has.
    private func reply(to tokens: [Int32], _ index: Int) throws -> [Int32] {
        try model.reply(to: model.tokenizer.prefix + tokens, tokens: targets[index].tokens.count).tokens
    }

    private func prompts(_ pool: [[Int32]: Way], _ index: Int, _ cost: Double) throws -> [Prompt] {
        let found = pool.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let values = try polishing(index, cost).values(found.map(\.key)) { true }
        let prompts = try zip(found, values).map { entry, value in
            let reply = words(try reply(to: entry.key, index))
            return Prompt(
                text: words(entry.key), reply: reply, bleu: Bleu.score(reply, reference: targets[index].text),
                likelihood: value, way: entry.value)
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
    /// The mean over targets of how many searches for each ended with it as reply.
    package var reached: Double { found.reduce(0) { $0 + $1.hits.rate } / Double(max(found.count, 1)) }

    /// The mean over all prompts of how much of its target each one's reply is: the contest's REASR.
    package var replies: Double {
        let all = found.flatMap(\.prompts)
        return all.reduce(0) { $0 + $1.bleu } / Double(max(all.count, 1))
    }
}
