/// Makes the texts of a failing point plainer, one step after the other; everything else stays as it is.
///
/// What the spec's `shrink` clause measures comes first, then each text in its one order.
struct TextShrinker {
    private let oracle: TileOracle
    private let texts: [TextVariable]
    private let meanings: [KeyMeaning]
    private let budget: ShrinkBudget
    private(set) var point: [Double]
    private var keys: [Double]
    private(set) var evaluations = 0
    private(set) var rounds = 0
    private(set) var checks = 0
    private(set) var worstMargin: Double
    private(set) var isSpent = false
    /// What was tried; it did not fail, or was not plainer.
    private var tried: Set<[Double]> = []

    init(
        _ objective: any Objective, _ meanings: [KeyMeaning], _ budget: ShrinkBudget, from point: [Double],
        _ verdict: Judgement
    ) {
        let space = objective.space
        let box = space.boxes[space.box(holding: point) ?? 0]
        let sites = Sites(kinds: space.kinds, lower: box.lower, upper: box.upper, reference: point)
        oracle = TileOracle(objective, sites: sites, meanings: meanings, budget: budget)
        (texts, self.meanings, self.budget, self.point) = (space.texts, meanings, budget, point)
        keys = zip(verdict.keys, meanings).map { $1.bucket($0) }
        worstMargin = verdict.margin
    }

    /// Repeats all steps on all texts until none of them finds anything.
    mutating func shrink() {
        var isFixed = false
        while !isFixed, !isSpent {
            isFixed = true
            checks = 0
            for text in texts {
                for step in WordingStep.allCases {
                    while !isSpent, take(text, step) { isFixed = false }
                }
            }
        }
    }

    private mutating func take(_ text: TextVariable, _ step: WordingStep) -> Bool {
        let own = Array(point[text.coordinates])
        var seen: Set<[Double]> = []
        var (batch, width) = ([[Double]](), 4)
        // Without keys the order is known before anything is asked.
        for choices in text.wording.steps(from: own, step, keys.isEmpty ? .plainer : .all)
        where seen.insert(choices).inserted {
            checks += 1
            var proposal = point
            proposal.replaceSubrange(text.coordinates, with: choices)
            if !tried.contains(proposal) { batch.append(proposal) }
            guard batch.count == min(width, oracle.width) else { continue }
            if accept(batch, text, own) { return true }
            (batch, width) = ([], 2 * width)
            guard !isSpent else { return false }
        }
        return accept(batch, text, own)
    }

    private mutating func accept(_ batch: [[Double]], _ text: TextVariable, _ own: [Double]) -> Bool {
        guard !batch.isEmpty, let found = judge(batch, text, own) else { return false }
        point = found
        return true
    }

    /// The first of the proposals that fails and is better.
    private mutating func judge(_ batch: [[Double]], _ text: TextVariable, _ own: [Double]) -> [Double]? {
        guard evaluations + batch.count <= budget.evaluations, !budget.isExpired() else {
            isSpent = true
            return nil
        }
        let reference = oracle.sites.reference
        let verdicts = oracle.judge(batch.count) { Edits(of: batch[$0], against: reference) }
        isSpent = verdicts.count < batch.count
        evaluations += verdicts.count
        rounds += 1
        for (proposal, verdict) in zip(batch, verdicts) {
            guard verdict.fails else {
                tried.insert(proposal)
                continue
            }
            worstMargin = min(worstMargin, verdict.margin)
            let next = zip(verdict.keys, meanings).map { $1.bucket($0) }
            guard
                keys.isEmpty || next.lexicographicallyPrecedes(keys)
                    || next == keys && text.wording.isPlainer(Array(proposal[text.coordinates]), than: own)
            else {
                if keys.isEmpty { tried.insert(proposal) }
                continue
            }
            keys = next
            return proposal
        }
        return nil
    }

    /// The places of a text where anything may stand that its type lets stand there, all else kept: everything tried failed too.
    mutating func freePlaces(of text: TextVariable) -> [Int] {
        var random = Random(seed: 0, stream: text.coordinates.lowerBound)
        var free: [Int] = []
        for (place, variants) in text.wording.variants(of: Array(point[text.coordinates]), &random) where !isSpent {
            guard !budget.isExpired() else { return free }
            let proposals = variants.map { choices in
                var proposal = point
                proposal.replaceSubrange(text.coordinates, with: choices)
                return proposal
            }
            let reference = oracle.sites.reference
            let verdicts = oracle.judge(proposals.count) { Edits(of: proposals[$0], against: reference) }
            evaluations += verdicts.count
            if verdicts.count == proposals.count, !verdicts.isEmpty, verdicts.allSatisfy(\.fails) { free.append(place) }
        }
        return free
    }

    /// Whether a hundred texts by chance, all else kept, fail every one.
    mutating func isIrrelevant(_ text: TextVariable) -> Bool {
        var random = Random(seed: 1, stream: text.coordinates.lowerBound)
        let drawn = text.wording.drawn(100, &random)
        guard !isSpent, Set(drawn).count > 1, !budget.isExpired() else { return false }
        let (base, reference) = (point, oracle.sites.reference)
        let verdicts = oracle.judge(drawn.count) { index in
            var proposal = base
            proposal.replaceSubrange(text.coordinates, with: drawn[index])
            return Edits(of: proposal, against: reference)
        }
        evaluations += verdicts.count
        return verdicts.count == drawn.count && verdicts.allSatisfy(\.fails)
    }
}
