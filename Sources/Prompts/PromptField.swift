import LanguageModels
import Search
import Tokenizers

/// A query about a language model as the searchers over tokens see it; counts what is asked.
final class PromptField: TokenField {
    let query: PromptQuery
    private let model: LanguageModel
    private(set) var evaluations = 0
    private(set) var gradients = 0
    /// Why the model could not be asked, the first time it could not.
    private(set) var failure: LanguageModelError?

    init(_ model: LanguageModel, _ query: PromptQuery) { (self.model, self.query) = (model, query) }

    var hasSlopes: Bool { model.hasGradient }
    var tokenCount: Int { query.allowed.count }
    var length: ClosedRange<Int> { query.length }

    func identifiers(_ tokens: [Int]) -> [Int32] { tokens.map { query.allowed[$0] } }

    func isSound(_ tokens: [Int]) -> Bool { query.isSound(identifiers(tokens), model.tokenizer) }

    private func continuation(_ tokens: [Int]) -> LanguageModel.Continuation {
        .init(context: query.before + identifiers(tokens) + query.after, target: query.target)
    }

    func judge(_ sequences: [[Int]]) -> [Prompt] {
        evaluations += sequences.count
        let scores = answer { () throws(LanguageModelError) in try model.scores(sequences.map(continuation)) }
        return zip(sequences, scores ?? []).map { tokens, score in
            Prompt(tokens: identifiers(tokens), loss: -score.logProbability, isReply: score.isReply)
        }
    }

    func gains(_ tokens: [Int]) -> [Float]? {
        gradients += 1
        let watched = query.before.count..<query.before.count + tokens.count
        let found = answer { () throws(LanguageModelError) in
            try model.slopes(of: continuation(tokens), watched: watched)
        }
        guard let slopes = found ?? nil else { return nil }
        let vocabulary = model.configuration.vocabulary
        var gains: [Float] = []
        gains.reserveCapacity(tokens.count * query.allowed.count)
        for place in tokens.indices {
            for id in query.allowed { gains.append(slopes.scores[place * vocabulary + Int(id)]) }
        }
        return gains
    }

    func continuations(of beginning: [Int]) -> [Float]? {
        let context = query.before + identifiers(beginning)
        guard !context.isEmpty else { return nil }
        evaluations += 1
        guard let logits = answer({ () throws(LanguageModelError) in try model.logits(behind: context) }) else {
            return nil
        }
        return query.allowed.map { logits[Int($0)] }
    }

    private func answer<Answer>(_ ask: () throws(LanguageModelError) -> Answer) -> Answer? {
        do { return try ask() } catch {
            failure = failure ?? error
            return nil
        }
    }
}
