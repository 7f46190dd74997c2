import Glibc

/// Writes a sequence from its beginning, with tokens that the model itself would go on with: beam search without slopes (Sadasivan
/// et al., "Fast adversarial attacks on language models in one GPU minute", 2024, algorithm 1).
///
/// Behind what is written stands the rest of the best sequence so far, so that each proposal is one that counts.
package final class SampledBeam: TokenSearcher {
    /// Beginnings that are kept, and tokens that are tried behind each.
    private let width: Int
    private var beginnings: [[Int]] = [[]]
    private var rest: [Int] = []
    private var place = 0
    private var isDone = false

    package init(width: Int = 7) { self.width = width }

    package func propose(
        _ count: Int, _ pool: TokenPool, in field: any TokenField, _ random: inout Random
    ) -> [[Int]] {
        if place == 0 { rest = pool.best.first?.tokens ?? field.drawn(pool, &random) ?? [] }
        while place < rest.count {
            defer { place += 1 }
            var found: [[Int]] = []
            for beginning in beginnings {
                guard let logits = field.continuations(of: beginning) else { return [] }
                for token in Self.samples(logits, max(1, count / max(beginnings.count, 1)), &random) {
                    let next = beginning + [token] + rest[(place + 1)...]
                    if !pool.knows(next), field.isSound(next) { found.append(next) }
                }
            }
            if !found.isEmpty { return Array(found.prefix(count)) }
        }
        place = 0
        beginnings = [[]]
        isDone.toggle()
        return isDone ? propose(count, pool, in: field, &random) : []
    }

    package func learn(_ judged: [JudgedTokens]) {
        guard !judged.isEmpty else { return }
        beginnings = judged.sorted { $0.loss < $1.loss }.prefix(width).map { Array($0.tokens[..<place]) }
        isDone = false
    }

    /// Different tokens, each drawn by its probability: the largest logits with noise after Gumbel.
    private static func samples(_ logits: [Float], _ count: Int, _ random: inout Random) -> [Int] {
        let noisy = logits.map { $0 - Float(log(-log(max(random.unit(), 1e-300)))) }
        return noisy[...].placesOfLargest(count)
    }
}
