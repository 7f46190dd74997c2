/// Judges changed points with an objective, a tile at a time.
struct TileOracle: PointOracle {
    let sites: Sites
    let meanings: [KeyMeaning]
    private let objective: any Objective
    private let budget: ShrinkBudget
    /// Every lane holds the reference between calls.
    private let tile: Tile

    init(_ objective: any Objective, sites: Sites, meanings: [KeyMeaning], budget: ShrinkBudget) {
        self.objective = objective
        self.budget = budget
        self.sites = sites
        self.meanings = meanings
        tile = Tile(for: objective)
        for site in sites.indices { restore(site) }
    }

    var width: Int { min(tile.lanes, budget.width) }

    func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement] {
        if count == 1 { return judge(edits(0), .none).map { [$0] } ?? [] }
        var verdicts: [Judgement] = []
        verdicts.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: tile.lanes) {
            let cases = (start..<min(start + tile.lanes, count)).map(edits)
            let judged = evaluate(cases)
            for lane in 0..<judged { verdicts.append(judgement(in: tile, lane)) }
            guard judged == cases.count else { break }
        }
        return verdicts
    }

    /// A case alone: a tile of one lane is far less work where there is much of it. nil where there is no time for it, unless
    /// it is demanded.
    func judge(_ edits: Edits, _ demand: Pace.Demand) -> Judgement? {
        alone(edits, reading, demand).map { judgement(in: $0, 0) }
    }

    func gradient(at edits: Edits) -> [Double]? {
        guard objective.hasGradient, let tile = alone(edits, .gradient, .none) else { return nil }
        return sites.indices.map { tile.gradients[$0] }
    }

    private var reading: Reading { meanings.isEmpty ? .margins : .keys }

    private func judgement(in tile: Tile, _ lane: Int) -> Judgement {
        let margin = tile.margins[lane]
        return Judgement(
            fails: margin < 0, margin: margin, keys: meanings.indices.map { tile.keys[$0 * tile.lanes + lane] })
    }

    private func alone(_ edits: Edits, _ reading: Reading, _ demand: Pace.Demand) -> Tile? {
        let alone = Tile.alone(for: objective)
        alone.set(edits.applied(to: sites.reference), lane: 0)
        return budget.pace.evaluate(alone, reading, by: objective, demand: demand, stops: { false }) == 1 ? alone : nil
    }

    /// How many were evaluated.
    private func evaluate(_ cases: [Edits]) -> Int {
        for (lane, edits) in cases.enumerated() {
            for (site, value) in zip(edits.sites, edits.values) { tile.points[site * tile.lanes + lane] = value }
        }
        tile.count = cases.count
        let judged = budget.pace.evaluate(tile, reading, by: objective, stops: budget.isExpired)
        if cases.reduce(0, { $0 + $1.count }) >= sites.count {
            for site in sites.indices { restore(site) }
        } else {
            for edits in cases { for site in edits.sites { restore(site) } }
        }
        return judged
    }

    private func restore(_ site: Int) {
        (tile.points + site * tile.lanes).update(repeating: sites.reference[site], count: tile.lanes)
    }
}
