import Synchronization
import Tensors
import Tokenizers

/// A language model that can be asked: what comes next, how probable a text is, what it replies.
///
/// Answers depend on the tokens alone: not on what is asked beside them or was asked before, nor on the number of threads.
/// Products are of float32 numbers and weights as the file has them, sums in float32.
package final class LanguageModel: @unchecked Sendable {
    package let tokenizer: Tokenizer
    package var configuration: Configuration { transformer.configuration }
    let transformer: Transformer
    let forward: Forward
    /// One question at a time: the arrays are used again.
    private let turn = Mutex(())
    /// The beginning that the last questions shared.
    private var shared: Cache?

    /// Tokens that are run at a time.
    static let tokensAbreast = 512

    private let weightBytes: Int
    let chat: ChatSource?

    init(_ transformer: Transformer, _ tokenizer: Tokenizer, _ chat: ChatSource?, weightBytes: Int, _ team: Team) {
        self.chat = chat
        self.weightBytes = weightBytes
        self.transformer = transformer
        self.tokenizer = tokenizer
        forward = Forward(transformer, team)
    }

    func inTurn<Result>(_ body: () throws(LanguageModelError) -> Result) throws(LanguageModelError) -> Result {
        // A lock that knows what is thrown wants what is returned to be sent: the answer is handed out beside it.
        var answer: Swift.Result<Result, LanguageModelError>?
        turn.withLock { _ in
            do throws(LanguageModelError) { answer = .success(try body()) } catch { answer = .failure(error) }
        }
        return try answer!.get()
    }

    /// The rows of lanes, after the last layer. Throws before memory is taken that is not there.
    func run(_ lanes: [Lane]) throws(LanguageModelError) -> Rows {
        try require(Demand.running(lanes, configuration, records: forward.record != nil))
        return forward.run(lanes)
    }

    func makeCache(capacity: Int) throws(LanguageModelError) -> Cache {
        try require(Demand.caching(capacity, configuration))
        return Cache(configuration, capacity: capacity)
    }

    private func require(_ demand: Demand) throws(LanguageModelError) {
        let kept = shared.map { Demand.caching($0.capacity, configuration).bytes } ?? 0
        let (needed, limit) = (demand.bytes + kept + Double(weightBytes), MemoryLimit.bytes)
        guard needed > Double(limit) else { return }
        throw LanguageModelError(
            "\(demand.tokens) tokens take \(MemoryLimit.text(Int(min(needed, 1e18)))) with the weights, more than the limit of \(MemoryLimit.text(limit))"
        )
    }

    var head: Head { Head(model: transformer, products: forward.products) }

    /// What was run of the tokens that these sequences have in common, the last of each left out.
    ///
    /// Kept until the next question, which mostly shares it too.
    func cache(sharedBy sequences: [ArraySlice<Int32>]) throws(LanguageModelError) -> Cache? {
        guard var common = sequences.first?.dropLast() else { return nil }
        for sequence in sequences.dropFirst() { common = common.prefix(common.shared(with: sequence.dropLast())) }
        if let shared, common.starts(with: shared.tokens), 2 * shared.count >= common.count { return shared }
        guard common.count >= 8 else { return nil }
        let cache = try makeCache(capacity: common.count)
        try feed(common, to: cache)
        shared = cache
        return cache
    }

    /// Runs tokens behind those that a cache holds.
    private func feed(_ tokens: ArraySlice<Int32>, to cache: Cache) throws(LanguageModelError) {
        var rest = tokens
        while !rest.isEmpty {
            let part = rest.prefix(Self.tokensAbreast)
            _ = try run([Lane(prefix: nil, tokens: Array(part), kept: cache, wanted: 0..<0)])
            rest = rest.dropFirst(part.count)
        }
    }
}

extension ArraySlice<Int32> {
    /// How many elements both begin with.
    fileprivate func shared(with other: ArraySlice<Int32>) -> Int { zip(self, other).prefix { $0 == $1 }.count }
}
