/// Makes a failing change of a tensor as simple as it gets, in the one order (`Standing`).
///
/// The norm or count that leads decides which passes run; all of them are repeated until none finds anything.
/// Proposals are judged in batches. Deterministic.
struct PointShrinker<Oracle: PointOracle> {
    let oracle: Oracle
    private(set) var best: Edits
    private(set) var standing: Standing
    /// Of the best case.
    private(set) var verdict: Judgement
    private(set) var evaluations = 0
    private(set) var rounds = 0
    private(set) var isSpent = false
    /// The least distance, in `norm` over `scope`, of any case that failed.
    private(set) var nearest = Double.infinity
    /// The least margin of any case that failed.
    private(set) var worstMargin = Double.infinity

    /// Sites that say which case it is rather than how it was changed: rows, labels. They are reset, not searched.
    let context: Set<Int>
    /// Whether other values of those sites are looked at.
    var contexts = SpaceShrinker.Contexts.searched
    /// The coordinates that the leading measure is of.
    let scope: Range<Int>
    /// The norm that magnitudes are made small in.
    let norm: Norm
    /// Whether distances are measured as the spec does, not as shares of each site's width.
    let hasMeasure: Bool
    /// Whether few sites come before a small norm.
    let countLeads: Bool

    private var budget: ShrinkBudget
    private var known: [Edits: Judgement] = [:]
    private var checks = 0

    init(
        _ oracle: Oracle, from failure: Edits, verdict: Judgement, context: Set<Int> = [],
        budget: ShrinkBudget = ShrinkBudget()
    ) {
        self.oracle = oracle
        self.budget = budget
        self.context = context
        (best, self.verdict) = (failure, verdict)
        let meanings = oracle.meanings
        standing = Standing(
            failure, on: oracle.sites, keys: zip(verdict.keys, meanings).map { $1.bucket($0) })
        let measured = meanings.compactMap(\.measure).first
        hasMeasure = measured != nil
        scope = measured?.scope ?? oracle.sites.indices
        norm = meanings.compactMap { $0.measure?.norm }.first ?? .linf
        countLeads = measured.map { $0.norm == nil } ?? true
        note(failure, verdict)
    }

    /// Runs all passes to their common fixed point, or to the end of the budget.
    mutating func shrink() -> Minimality {
        for _ in 0..<Self.maximalRounds where !isSpent {
            let before = standing
            checks = 0
            for pass in passes where !isSpent { pass(&self) }
            guard before == standing, !isSpent else { continue }
            return caseCount.map { .nothingSmallerFails(tried: $0) } ?? .noStepFails(checks: checks)
        }
        return .budgetSpent
    }

    /// More than any descent was seen to need.
    private static var maximalRounds: Int { 64 }

    private var passes: [(inout Self) -> Void] {
        let few: [(inout Self) -> Void] = [
            { $0.thinOut() }, { $0.resetSites() }, { $0.saturate() }, { $0.searchCorners() }, { $0.swapSites() },
            { $0.searchContexts() },
        ]
        let small: [(inout Self) -> Void] = [{ $0.scaleChange() }]
        let plain: [(inout Self) -> Void] = [
            { $0.lowerSites() }, { $0.lowerSitesTogether() }, { $0.shareValue() }, { $0.roundValues() },
        ]
        return (countLeads ? few + small + plain : small + [{ $0.resetSites() }] + plain) + [{ $0.tryEverything() }]
    }
}

extension KeyMeaning {
    var measure: (norm: Norm?, scope: Range<Int>)? {
        switch self {
        case .count(let scope): (nil, scope)
        case .norm(let norm, let scope): (norm, scope)
        case .other: nil
        }
    }
}

// MARK: - What the passes use

extension PointShrinker {
    var sites: Sites { oracle.sites }

    /// Judges cases as they come, known ones for nothing; fewer than asked for where the budget ends.
    mutating func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement] {
        var verdicts: [Judgement] = []
        verdicts.reserveCapacity(count)
        while verdicts.count < count, !isSpent {
            judgeBatch(Array(verdicts.count..<min(count, verdicts.count + max(oracle.width, 1))), edits, &verdicts)
        }
        return verdicts
    }

    mutating func judge(_ cases: [Edits]) -> [Judgement] { judge(cases.count) { cases[$0] } }

    /// Takes the simplest of the cases that fails, if it is simpler than the best.
    @discardableResult
    mutating func take(_ cases: [Edits]) -> Bool { take(cases.count) { cases[$0] } }

    /// The same for cases that are made as they are judged: many large ones take much memory, and time.
    @discardableResult
    mutating func take(_ count: Int, _ edits: (Int) -> Edits) -> Bool {
        let before = standing
        _ = judge(count, edits)
        return standing < before
    }

    /// A case that is not smaller may lead to one that is: passes may go on from any case that fails.
    mutating func fails(_ edits: Edits) -> Bool { judge([edits]).first?.fails ?? false }

    mutating func gradient(at edits: Edits) -> [Double]? {
        guard !isSpent, let gradient = oracle.gradient(at: edits) else { return nil }
        evaluations += 1
        rounds += 1
        return gradient.contains { $0 != 0 && $0.isFinite } ? gradient : nil
    }

    /// The distance of a case from the reference, in the norm and over the sites that the spec names.
    func distance(of edits: Edits) -> Double {
        var total = 0.0
        for (site, value) in zip(edits.sites, edits.values) where scope.contains(site) && !context.contains(site) {
            let change = abs(value - sites.reference[site]) / unit(of: site)
            switch norm {
            case .l1: total += change
            case .l2: total += change * change
            case .linf: total = max(total, change)
            }
        }
        return norm == .l2 ? total.squareRoot() : total
    }

    /// What distances at `site` are measured in: what the spec measures, itself; else the room of the site.
    func unit(of site: Int) -> Double { hasMeasure ? 1 : sites.width(of: site) }

    private mutating func judgeBatch(_ indexes: [Int], _ edits: (Int) -> Edits, _ verdicts: inout [Judgement]) {
        var cases: [Edits] = []
        for index in indexes {
            guard !budget.isExpired() else {
                isSpent = true
                return
            }
            cases.append(edits(index))
        }
        checks += cases.count
        let fresh = cases.indices.filter { known[cases[$0]] == nil }
        guard evaluations + fresh.count <= budget.evaluations else {
            isSpent = true
            return
        }
        var results = cases.map { known[$0] }
        if !fresh.isEmpty {
            evaluations += fresh.count
            rounds += 1
            let judged = oracle.judge(fresh.count) { cases[fresh[$0]] }
            for (index, verdict) in zip(fresh, judged) {
                results[index] = verdict
                if cases[index].count <= Self.remembered { known[cases[index]] = verdict }
                note(cases[index], verdict)
            }
            isSpent = judged.count < fresh.count
        }
        verdicts += results.prefix { $0 != nil }.compactMap { $0 }
    }

    /// Larger cases are not looked up again: hashing them costs as much as judging them.
    private static var remembered: Int { 32 }

    private mutating func note(_ edits: Edits, _ verdict: Judgement) {
        guard verdict.fails else { return }
        worstMargin = min(worstMargin, verdict.margin)
        nearest = min(nearest, distance(of: edits))
        guard edits.count <= best.count || !verdict.keys.isEmpty || !countLeads else { return }
        let keys = zip(verdict.keys, oracle.meanings).map { $1.bucket($0) }
        let candidate = Standing(edits, on: sites, keys: keys)
        if candidate < standing { (best, standing, self.verdict) = (edits, candidate, verdict) }
    }
}
