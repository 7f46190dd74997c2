import Foundation
import LanguageModels
import Prompts
import Search

/// How many evaluations of a language model it takes until a few tokens bring it to a target.
///
///     engine-benchmark prompts MODEL.gguf THREADS SEEDS EVALUATIONS LOSS COUNT BEFORE AFTER TARGET [NAME=VALUE ...]
///
/// LOSS is the target's at most, or `reply` for a greedy reply that begins with it. BEFORE, AFTER and TARGET are texts, or ids with
/// commas between them. Options: `search=nanogcg` for the algorithm of nanoGCG 0.3.0 as it is by default; `soundness=any` for tokens that no text
/// has; what `PromptSearch` does
/// otherwise: `width=48`, `top=128`, `greed=2`, `merges=1`, `rounds=3`, `patience=24`, `kick=2`, `also=spans`, `slopes=0`. Prints a line for each
/// seed: evaluations, gradients, loss, whether the goal was met, the ids.
enum PromptBenchmark {
    private struct Usage: Error {}

    static func run(_ arguments: [String]) throws {
        guard arguments.count >= 9, let threads = Int(arguments[1]), let seeds = Int(arguments[2]),
            let evaluations = Int(arguments[3]), let count = Int(arguments[5])
        else { throw Usage() }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[0]), options: .alwaysMapped)
        let model = try bytes.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: threads) }
        func ids(_ text: String) throws -> [Int32] {
            let numbers = text.split(separator: ",").map { Int32($0) }
            if !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) { return numbers.compactMap { $0 } }
            return try model.tokenizer.encode(text.replacing("\\n", with: "\n"), .bare)
        }
        var query = PromptQuery(
            before: try model.tokenizer.prefix + ids(arguments[6]), after: try ids(arguments[7]),
            target: try ids(arguments[8]), length: count...count,
            allowed: PromptQuery.plainTokens(of: model.tokenizer))
        let goal: PromptSearch.Goal = Double(arguments[4]).map { .loss($0) } ?? .reply
        let options = Dictionary(
            arguments.dropFirst(9).map { part in
                let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
                return (sides[0], sides.count > 1 ? sides[1] : "")
            }, uniquingKeysWith: { $1 })
        if options["soundness"] == "any" { query.soundness = .any }
        for seed in 0..<UInt64(seeds) {
            let start = ContinuousClock.now
            var search = PromptSearch(model, query)
            (search.seed, search.evaluations, search.goal) = (seed, evaluations, goal)
            set(&search.options, options)
            if options["slopes"] == "0" { search.slopes = .ignored }
            search.also = (options["also"] ?? "").split(separator: "+").compactMap { .init(rawValue: String($0)) }
            let result =
                options["search"] == "nanogcg"
                ? PlainGradient(model, query, goal, evaluations).run(seed: seed) : try search.run()
            guard let best = result.prompts.first else { continue }
            let time = (ContinuousClock.now - start).components
            print(
                seed, result.evaluations, result.gradients, (best.loss * 1000).rounded() / 1000, result.isMet,
                "\(time.seconds)s", best.tokens.map(String.init).joined(separator: ","))
        }
    }

    private static func set(_ options: inout CoordinateGradient.Options, _ values: [String: String]) {
        func number<Number: LosslessStringConvertible>(_ name: String, _ path: inout Number) {
            if let value = values[name].flatMap({ Number($0) }) { path = value }
        }
        number("width", &options.width)
        number("top", &options.top)
        number("greed", &options.greed)
        number("rounds", &options.rounds)
        number("patience", &options.patience)
        number("kick", &options.kick)
        if let value = values["merges"] { options.merges = value != "0" }
    }
}

/// nanoGCG 0.3.0 as it is by default: from `x x x` again and again 512 candidates with one token exchanged for one of the 256 that
/// the gradient prefers; the best of them is the next, whether it is better or not.
private struct PlainGradient {
    let model: LanguageModel
    let query: PromptQuery
    let goal: PromptSearch.Goal
    let limit: Int

    init(_ model: LanguageModel, _ query: PromptQuery, _ goal: PromptSearch.Goal, _ limit: Int) {
        (self.model, self.query, self.goal, self.limit) = (model, query, goal, limit)
    }

    func run(seed: UInt64) -> PromptSearch.Result {
        var random = Random(seed: seed)
        let filler = (try? model.tokenizer.encode(" x", .bare))?.first ?? query.allowed[0]
        var tokens = Array(repeating: filler, count: query.length.lowerBound)
        var (evaluations, gradients, best, isMet) = (0, 0, nil as Prompt?, false)
        while evaluations < limit, !isMet {
            let context = query.before + tokens + query.after
            let watched = query.before.count..<query.before.count + tokens.count
            guard let slopes = try? model.slopes(of: .init(context: context, target: query.target), watched: watched)
            else {
                break
            }
            gradients += 1
            let vocabulary = model.configuration.vocabulary
            let tops = tokens.indices.map { place in
                query.allowed.sorted {
                    slopes.scores[place * vocabulary + Int($0)] > slopes.scores[place * vocabulary + Int($1)]
                }.prefix(256)
            }
            let candidates = (0..<512).map { _ in
                var next = tokens
                let place = random.below(tokens.count)
                next[place] = tops[place][random.below(tops[place].count)]
                return next
            }.filter { query.isSound($0, model.tokenizer) }
            var chosen: Prompt?
            for first in stride(from: 0, to: candidates.count, by: 64) {
                let part = Array(candidates[first..<min(first + 64, candidates.count)])
                let continuations = part.map {
                    LanguageModel.Continuation(context: query.before + $0 + query.after, target: query.target)
                }
                let scores = (try? model.scores(continuations)) ?? []
                evaluations += part.count
                for (tokens, score) in zip(part, scores) {
                    let prompt = Prompt(tokens: tokens, loss: -score.logProbability, isReply: score.isReply)
                    if prompt.loss < chosen?.loss ?? .infinity { chosen = prompt }
                    if goal.isMet(by: prompt), !isMet { (best, isMet) = (prompt, true) }
                }
                if isMet { break }
            }
            guard let chosen else { break }
            tokens = chosen.tokens
            if !isMet, chosen.loss < best?.loss ?? .infinity { best = chosen }
        }
        return .init(prompts: best.map { [$0] } ?? [], evaluations: evaluations, gradients: gradients, isMet: isMet)
    }
}
