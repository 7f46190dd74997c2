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
        tile = Tile(dimension: sites.count, keyCount: objective.keyCount, outputCount: objective.outputCount)
        for site in sites.indices { restore(site) }
    }

    var width: Int { Tile.width }

    func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement] {
        var verdicts: [Judgement] = []
        verdicts.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: Tile.width) {
            let cases = (start..<min(start + Tile.width, count)).map(edits)
            evaluate(cases, meanings.isEmpty ? .margins : .keys)
            for lane in cases.indices {
                let keys = meanings.indices.map { tile.keys[$0 * Tile.width + lane] }
                let margin = tile.margins[lane]
                verdicts.append(Judgement(fails: margin < 0, margin: margin, keys: keys))
            }
        }
        return verdicts
    }

    func gradient(at edits: Edits) -> [Double]? {
        guard objective.hasGradient else { return nil }
        evaluate([edits], .gradient)
        return sites.indices.map { tile.gradients[$0 * Tile.width] }
    }

    private func evaluate(_ cases: [Edits], _ reading: Reading) {
        for (lane, edits) in cases.enumerated() {
            for (site, value) in zip(edits.sites, edits.values) { tile.points[site * Tile.width + lane] = value }
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
        (tile.points + site * Tile.width).update(repeating: sites.reference[site], count: Tile.width)
    }
}
