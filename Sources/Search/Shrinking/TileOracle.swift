/// Judges changed points with an objective, a tile at a time.
struct TileOracle: PointOracle {
    let sites: Sites
    let meanings: [KeyMeaning]
    private let objective: any Objective
    /// Every lane holds the reference between calls.
    private let tile: Tile

    init(_ objective: any Objective, sites: Sites, meanings: [KeyMeaning]) {
        self.objective = objective
        self.sites = sites
        self.meanings = meanings
        tile = Tile(for: objective)
        for site in sites.indices { restore(site) }
    }

    var width: Int { tile.lanes }

    func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement] {
        if count == 1 { return [judge(edits(0))] }
        var verdicts: [Judgement] = []
        verdicts.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: tile.lanes) {
            let cases = (start..<min(start + tile.lanes, count)).map(edits)
            evaluate(cases, meanings.isEmpty ? .margins : .keys)
            for lane in cases.indices {
                let keys = meanings.indices.map { tile.keys[$0 * tile.lanes + lane] }
                let margin = tile.margins[lane]
                verdicts.append(Judgement(fails: margin < 0, margin: margin, keys: keys))
            }
        }
        return verdicts
    }

    /// A case alone: a tile of one lane is far less work where there is much of it.
    private func judge(_ edits: Edits) -> Judgement {
        let alone = Tile.alone(for: objective)
        alone.set(edits.applied(to: sites.reference), lane: 0)
        objective.evaluate(alone, meanings.isEmpty ? .margins : .keys)
        return Judgement(
            fails: alone.margins[0] < 0, margin: alone.margins[0], keys: meanings.indices.map { alone.keys[$0] })
    }

    func gradient(at edits: Edits) -> [Double]? {
        guard objective.hasGradient else { return nil }
        evaluate([edits], .gradient)
        return sites.indices.map { tile.gradients[$0 * tile.lanes] }
    }

    private func evaluate(_ cases: [Edits], _ reading: Reading) {
        for (lane, edits) in cases.enumerated() {
            for (site, value) in zip(edits.sites, edits.values) { tile.points[site * tile.lanes + lane] = value }
        }
        tile.count = cases.count
        objective.evaluate(tile, reading)
        if cases.reduce(0, { $0 + $1.count }) >= sites.count {
            for site in sites.indices { restore(site) }
        } else {
            for edits in cases { for site in edits.sites { restore(site) } }
        }
    }

    private func restore(_ site: Int) {
        (tile.points + site * tile.lanes).update(repeating: sites.reference[site], count: tile.lanes)
    }
}
