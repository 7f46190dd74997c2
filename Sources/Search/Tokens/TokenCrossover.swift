/// Makes sequences of two of the best, and changes a token here and there: a genetic search.
package final class TokenCrossover: TokenSearcher {
    package init() {}

    package func propose(
        _ count: Int, _ pool: TokenPool, in field: any TokenField, _ random: inout Random
    ) -> [[Int]] {
        guard pool.best.count > 1 else {
            return (0..<max(count / 8, 1)).compactMap { _ in field.drawn(pool, &random) }
        }
        var (found, seen): ([[Int]], Set<[Int]>) = ([], [])
        for _ in 0..<8 * count where found.count < count {
            let (one, two) = (pool.best[random.below(pool.best.count)].tokens, pool.best[random.below(pool.best.count)].tokens)
            var next = one
            for place in one.indices where place < two.count && random.below(2) == 0 { next[place] = two[place] }
            if !next.isEmpty, random.below(2) == 0 { next[random.below(next.count)] = random.below(field.tokenCount) }
            if !pool.knows(next), seen.insert(next).inserted, field.isSound(next) { found.append(next) }
        }
        return found
    }

    package func learn(_ judged: [JudgedTokens]) {}
}
