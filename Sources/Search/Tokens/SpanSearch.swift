/// Exchanges a run of adjacent tokens of the best sequence for others by chance: random search, which needs losses alone
/// (Andriushchenko et al., "Jailbreaking leading safety-aligned LLMs with simple adaptive attacks", 2024, section 3).
///
/// Runs get shorter as fewer of them help.
package final class SpanSearch: TokenSearcher {
    private var share = 0.5

    package init() {}

    package func propose(
        _ count: Int, _ pool: TokenPool, in field: any TokenField, _ random: inout Random
    ) -> [[Int]] {
        guard let best = pool.best.first?.tokens, !best.isEmpty else {
            return (0..<max(count / 8, 1)).compactMap { _ in field.drawn(pool, &random) }
        }
        var (found, seen): ([[Int]], Set<[Int]>) = ([], [])
        for _ in 0..<8 * count where found.count < count {
            var next = best
            let length = min(max(1, Int(share * Double(best.count))), best.count)
            let start = random.below(best.count - length + 1)
            for place in start..<start + length { next[place] = random.below(field.tokenCount) }
            if !pool.knows(next), seen.insert(next).inserted, field.isSound(next) { found.append(next) }
        }
        base = pool.best.first?.loss ?? .infinity
        return found
    }

    private var base = Double.infinity

    package func learn(_ judged: [JudgedTokens]) {
        if judged.allSatisfy({ $0.loss >= base }) {
            share = max(share * 0.8, 0.01)
        } else {
            share = min(share * 1.1, 0.5)
        }
    }
}
