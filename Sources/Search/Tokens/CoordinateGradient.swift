/// Exchanges tokens for those that slopes say lower the loss most: greedy coordinate gradient (Zou et al., "Universal and
/// transferable adversarial attacks on aligned language models", 2023, algorithm 1).
///
/// Beside the original: few candidates for each gradient, since one more gradient says more than many more candidates, better tokens
/// more often; and the exchanges that helped, each alone, are tried together (Jia et al., "Improved techniques for
/// optimization-based jailbreaking", 2024, section 3.3). Where nothing helps any more it goes on from the next best sequence, and
/// after some rounds from the best with a few tokens exchanged by chance. Several exchanges by chance at a time, momentum, and
/// steps to sequences that are worse did not pay.
package final class CoordinateGradient: TokenSearcher {
    package struct Options: Sendable {
        /// Candidates for each gradient.
        package var width = 48
        /// Tokens of each place that are exchanged for, the best first.
        package var top = 128
        /// How much more often better tokens are drawn: the power of a uniform number.
        package var greed = 2.0
        /// Whether exchanges that helped are tried together.
        package var merges = true
        /// Rounds of one sequence, and rounds without a better one, until it begins anew.
        package var rounds = 3
        package var patience = 24
        /// Tokens of the best that are exchanged by chance to begin anew; 0 for sequences by chance.
        package var kick = 2

        package init() {}
    }

    private let options: Options
    /// What it goes on from, the best first.
    private var open: [(judged: JudgedTokens, rounds: Int)] = []
    private var ranking: (tokens: [Int], best: [[Int]])?
    private var base: JudgedTokens?
    private var merged: [[Int]] = []
    private var isMerging = false
    private var record = Double.infinity
    private var idle = 0

    package init(_ options: Options = Options(), from starts: [JudgedTokens] = []) {
        self.options = options
        for start in starts { add(start) }
    }

    package func propose(
        _ count: Int, _ pool: TokenPool, in field: any TokenField, _ random: inout Random
    ) -> [[Int]] {
        isMerging = !merged.isEmpty
        if isMerging {
            defer { merged = [] }
            let fresh = merged.filter { !pool.knows($0) && field.isSound($0) }
            if !fresh.isEmpty { return Array(fresh.prefix(count)) }
            isMerging = false
        }
        if idle >= options.patience { (open, idle, record) = ([], 0, .infinity) }
        open.removeAll { $0.rounds >= options.rounds }
        guard !open.isEmpty else {
            base = nil
            return (0..<max(count / 8, 1)).compactMap { _ in anew(pool, field, &random) }
        }
        open[0].rounds += 1
        let judged = open[0].judged
        base = judged
        guard let best = ranked(judged.tokens, field) else { return [] }
        var (found, seen): ([[Int]], Set<[Int]>) = ([], [])
        let width = min(count, options.width)
        for _ in 0..<8 * width where found.count < width {
            let next = changed(judged.tokens, best, field.length, &random)
            if !pool.knows(next), seen.insert(next).inserted, field.isSound(next) { found.append(next) }
        }
        return found
    }

    package func learn(_ judged: [JudgedTokens]) {
        for one in judged { add(one) }
        let least = judged.map(\.loss).min() ?? .infinity
        if least < record { (record, idle) = (least, 0) } else { idle += 1 }
        guard options.merges, !isMerging, let base else { return }
        merged = merges(of: judged, base)
    }

    private func add(_ judged: JudgedTokens) {
        guard judged.loss < .infinity else { return }
        let place = open.firstIndex { judged.loss < $0.judged.loss } ?? open.count
        guard place < 16 else { return }
        open.insert((judged, 0), at: place)
        if open.count > 16 { open.removeLast() }
    }

    /// The exchanges that lowered the loss together, the best two, three and so on: one for each place.
    private func merges(of judged: [JudgedTokens], _ base: JudgedTokens) -> [[Int]] {
        let better = judged.filter { $0.loss < base.loss && $0.tokens.count == base.tokens.count }
            .sorted { $0.loss < $1.loss }
        var (next, taken, found): ([Int], Set<Int>, [[Int]]) = (base.tokens, [], [])
        for one in better.prefix(16) {
            let places = base.tokens.indices.filter { one.tokens[$0] != base.tokens[$0] }
            guard taken.isDisjoint(with: places) else { continue }
            taken.formUnion(places)
            for place in places { next[place] = one.tokens[place] }
            found.append(next)
        }
        return Array(found.dropFirst())
    }

    private func anew(_ pool: TokenPool, _ field: any TokenField, _ random: inout Random) -> [Int]? {
        guard options.kick > 0, let best = pool.best.first?.tokens, !best.isEmpty else {
            return field.drawn(pool, &random)
        }
        for _ in 0..<64 {
            var next = best
            for _ in 0..<options.kick { next[random.below(next.count)] = random.below(field.tokenCount) }
            if !pool.knows(next), field.isSound(next) { return next }
        }
        return nil
    }

    // MARK: - Candidates

    private func changed(
        _ tokens: [Int], _ best: [[Int]], _ length: ClosedRange<Int>, _ random: inout Random
    ) -> [Int] {
        var next = tokens
        let kind = random.below(8)
        if kind == 0, next.count < length.upperBound, !best.isEmpty {
            next.insert(drawn(best[random.below(best.count)], &random), at: random.below(next.count + 1))
            return next
        }
        if kind == 1, next.count > length.lowerBound, next.count > 1 {
            next.remove(at: random.below(next.count))
            return next
        }
        let place = random.below(next.count)
        next[place] = drawn(best[place], &random)
        return next
    }

    private func drawn(_ ranked: [Int], _ random: inout Random) -> Int {
        var share = 1.0
        let unit = random.unit()
        for _ in 0..<Int(options.greed) { share *= unit }
        return ranked[Int(share * Double(ranked.count))]
    }

    /// For each place the tokens that promise most; nil where no slopes are known.
    private func ranked(_ tokens: [Int], _ field: any TokenField) -> [[Int]]? {
        if let ranking, ranking.tokens == tokens { return ranking.best }
        guard let gains = field.gains(tokens) else { return nil }
        let count = field.tokenCount
        let best = tokens.indices.map { place in
            gains[place * count..<(place + 1) * count].placesOfLargest(options.top)
        }
        ranking = (tokens, best)
        return best
    }
}

extension ArraySlice<Float> {
    /// The places, from 0, of the `count` largest, the largest first, the first of equals before others. NaN counts least.
    func placesOfLargest(_ count: Int) -> [Int] {
        func isBefore(_ one: Int, _ other: Int) -> Bool {
            let (first, second) = (self[startIndex + one], self[startIndex + other])
            return first > second || first == second && one < other || second.isNaN && !first.isNaN
        }
        guard count < self.count else { return (0..<self.count).sorted(by: isBefore) }
        // All that lie above the least of a sample's best hold the best, and are few.
        var kept: [Int] = []
        var bound = -Float.infinity
        for place in 0..<self.count where self[startIndex + place] > bound {
            kept.append(place)
            if kept.count >= 4 * count {
                kept = Array(kept.sorted(by: isBefore).prefix(count))
                bound = self[startIndex + kept[count - 1]]
            }
        }
        return Array(kept.sorted(by: isBefore).prefix(count))
    }
}
