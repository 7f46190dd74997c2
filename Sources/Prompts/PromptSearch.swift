import LanguageModels
import Search

/// Looks for prompts: sequences of tokens behind which a language model goes on with a target.
///
///     var search = PromptSearch(model, PromptQuery(target: target, length: 8...8, allowed: ids))
///     search.evaluations = 20_000
///     let result = try search.run()
///
/// The same seed gives the same prompts, whatever the number of threads. Time grows with evaluations; a gradient takes about as
/// long as three. Where the model has no gradient, only what needs none is done.
package struct PromptSearch {
    private let model: LanguageModel
    private let query: PromptQuery
    /// Sequences evaluated at most.
    package var evaluations = 10_000
    package var seed: UInt64 = 0
    /// Sequences to begin with, of the query's length and tokens; others are left out.
    package var starts: [[Int32]] = []
    package var goal = Goal.reply
    /// How many prompts are told, the best ones.
    package var wanted = 1
    package var options = CoordinateGradient.Options()
    /// Asked between evaluations of a few sequences.
    package var goOn: () -> Bool = { true }
    /// What is done besides, each in every eighth turn; without slopes by turns, both where nothing is named.
    package var also: [Other] = []
    package var slopes = Slopes.used

    /// Whether slopes may be asked of a model that has some.
    package enum Slopes: Sendable { case used, ignored }

    /// Searchers that need no slopes.
    package enum Other: String, Sendable { case spans, beam }

    /// When it is enough.
    package enum Goal: Sendable {
        /// The greedy reply begins with the target.
        case reply
        /// The loss is no greater.
        case loss(Double)
        /// Never: the whole budget is spent.
        case none

        package func isMet(by prompt: Prompt) -> Bool {
            switch self {
            case .reply: prompt.isReply
            case .loss(let most): prompt.loss <= most
            case .none: false
            }
        }
    }

    package struct Result: Sendable {
        /// The best first; none where nothing was evaluated.
        package let prompts: [Prompt]
        package let evaluations, gradients: Int
        package let isMet: Bool

        package init(prompts: [Prompt], evaluations: Int, gradients: Int, isMet: Bool) {
            (self.prompts, self.evaluations, self.gradients, self.isMet) = (prompts, evaluations, gradients, isMet)
        }
    }

    package init(_ model: LanguageModel, _ query: PromptQuery) { (self.model, self.query) = (model, query) }

    /// Without tokens to choose from, without a target, or where they do not fit the model's context, nothing is evaluated. Throws
    /// where the model cannot be asked.
    package func run() throws(LanguageModelError) -> Result {
        let most = query.before.count + query.length.upperBound + query.after.count + query.target.count
        guard !query.allowed.isEmpty, !query.target.isEmpty, model.fits(most),
            !query.before.isEmpty || query.length.lowerBound > 0
        else { return Result(prompts: [], evaluations: 0, gradients: 0, isMet: false) }
        let field = PromptField(model, query)
        var run = PromptRun(field, self)
        run.begin(with: starts)
        run.go()
        if let failure = field.failure { throw failure }
        return run.result
    }
}

private struct PromptRun {
    private let field: PromptField
    private let search: PromptSearch
    private let pool = TokenPool(capacity: 16)
    private var random: Random
    private var best: [Prompt] = []
    private var isMet = false

    /// Sequences that are evaluated side by side.
    private static let abreast = 64

    init(_ field: PromptField, _ search: PromptSearch) {
        (self.field, self.search) = (field, search)
        random = Random(seed: search.seed)
    }

    var result: PromptSearch.Result {
        PromptSearch.Result(
            prompts: best, evaluations: field.evaluations, gradients: field.gradients, isMet: isMet)
    }

    private var left: Int { isMet || field.failure != nil ? 0 : max(0, search.evaluations - field.evaluations) }

    mutating func begin(with starts: [[Int32]]) {
        let places = Dictionary(field.query.allowed.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        let known = starts.compactMap { start -> [Int]? in
            let tokens = start.compactMap { places[$0] }
            return tokens.count == start.count && field.length.contains(tokens.count) && field.isSound(tokens)
                ? tokens : nil
        }
        _ = judge(known)
    }

    mutating func go() {
        var searchers = search.also.map(searcher)
        if search.slopes == .used, field.hasSlopes {
            let first = CoordinateGradient(search.options, from: pool.best)
            searchers += (searchers.count..<max(8, searchers.count + 1)).map { _ in first }
        } else if searchers.isEmpty {
            searchers = [SampledBeam(), SpanSearch()]
        }
        var (turn, idle) = (0, 0)
        while left > 0, idle <= 8 * searchers.count, search.goOn() {
            let searcher = searchers[turn % searchers.count]
            turn += 1
            let proposals = searcher.propose(min(Self.abreast, left), pool, in: field, &random)
            idle = proposals.isEmpty ? idle + 1 : 0
            searcher.learn(judge(proposals))
        }
    }

    private func searcher(_ other: PromptSearch.Other) -> any TokenSearcher {
        switch other {
        case .spans: SpanSearch()
        case .beam: SampledBeam()
        }
    }

    private mutating func judge(_ sequences: [[Int]]) -> [JudgedTokens] {
        let sequences = Array(sequences.prefix(left))
        let prompts = field.judge(sequences)
        return zip(sequences, prompts).map { tokens, prompt in
            let judged = JudgedTokens(tokens, loss: prompt.loss)
            pool.take(judged)
            keep(prompt)
            return judged
        }
    }

    /// What meets the goal is before what does not, then the least loss first.
    private mutating func keep(_ prompt: Prompt) {
        let meets = search.goal.isMet(by: prompt)
        isMet = isMet || meets
        let place =
            best.firstIndex { other in
                let met = search.goal.isMet(by: other)
                return meets != met ? meets : prompt.loss < other.loss
            } ?? best.count
        guard place < search.wanted, !best.contains(prompt) else { return }
        best.insert(prompt, at: place)
        if best.count > search.wanted { best.removeLast() }
    }
}
