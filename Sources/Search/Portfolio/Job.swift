/// One slice of one run, and what came of it. Worked on by one thread; read by the portfolio afterwards.
final class Job: @unchecked Sendable {
    let arm: Int
    let strategy: String
    let run: any Run
    /// Tries that it may use in this slice.
    private(set) var allotment = 0
    /// Work that it may do in this slice: a tile of margins costs 1, one with gradients 3.
    private var effort = 0
    private var random: Random

    private(set) var tries = 0
    private(set) var isOver = false
    private(set) var findings: [Finding] = []
    private(set) var discrepancies: [Discrepancy] = []
    /// The best margin met, violations aside.
    private(set) var bestMargin = Double.infinity
    /// How many points of the slice had been evaluated when it was met, that one included.
    private(set) var bestTry = 0
    private(set) var harvest: [Int: Elite] = [:]
    private(set) var novelties: [Elite] = []
    private(set) var boxMargins: [Int: Double] = [:]

    init(arm: Int, strategy: String, run: any Run, random: Random) {
        self.arm = arm
        self.strategy = strategy
        self.run = run
        self.random = random
    }

    /// Makes it ready for a slice; forgets what came of the last one.
    func prepare(allotment: Int, effort: Int) {
        self.allotment = allotment
        self.effort = effort
        tries = 0
        findings = []
        discrepancies = []
        (bestMargin, bestTry) = (.infinity, 0)
        harvest = [:]
        novelties = []
        boxMargins = [:]
    }

    /// Works until the slice is used up, the run is over, `wanted` distinct violations are confirmed, or `stops`, which is
    /// told how many points the slice has tried, says so; `demand` is that of its first tile.
    func work(
        at desk: Desk, wanted: Int, elites: Elites, pace: Pace, demand: Pace.Demand, stops: (_ tried: Int) -> Bool
    ) {
        let tile = desk.tile
        while tries < allotment && effort > 0 && findings.count < wanted && !stops(tries) {
            tile.count = tile.lanes
            guard let reading = run.next(tile, &random) else {
                isOver = true
                return
            }
            tile.count = min(tile.count, allotment - tries)
            run.frame.snap(tile.points)
            tile.fillIdleLanes()
            tile.count = pace.evaluate(tile, reading, by: desk.objective, demand: tries == 0 ? demand : .none) {
                stops(tries)
            }
            guard tile.count > 0 else { return }
            for lane in 0..<tile.count where tile.margins[lane].isNaN { tile.margins[lane] = .infinity }
            inspect(tile, desk, wanted: wanted)
            gather(tile, desk.objective, reading, elites)
            run.observe(tile)
            tries += tile.count
            effort -= reading == .gradient || reading == .outputGradient ? 3 : 1
        }
    }

    /// Confirms what looks like a violation, in lane order.
    private func inspect(_ tile: Tile, _ desk: Desk, wanted: Int) {
        var checks = 0
        for lane in 0..<tile.count where tile.margins[lane] < 0 && findings.count < wanted && checks < 8 {
            checks += 1
            let verdict = desk.confirm(
                tile.point(lane), margin: tile.margins[lane], box: run.frame.boxes[lane], strategy: strategy,
                tries: tries + lane + 1)
            switch verdict {
            case nil: return
            case .finding(let finding):
                if !findings.contains(where: { $0.signature == finding.signature }) { findings.append(finding) }
            case .discrepancy(let discrepancy):
                if discrepancies.count < 4 { discrepancies.append(discrepancy) }
            }
        }
    }

    /// Keeps the best point of a few lanes, points with answers not met before, and the best margin of every box.
    private func gather(_ tile: Tile, _ objective: any Objective, _ reading: Reading, _ elites: Elites) {
        var best: Int?
        for lane in 0..<tile.count where tile.margins[lane] >= 0 && tile.margins[lane] < .infinity {
            if best == nil || tile.margins[lane] < tile.margins[best ?? 0] { best = lane }
        }
        guard let best else { return }
        let tells = reading == .outputs || reading == .outputGradient
        if tile.margins[best] < bestMargin { (bestMargin, bestTry) = (tile.margins[best], tries + best + 1) }
        keep(elite(tile, best, objective, tells), lane: best)
        if tells { gatherNovelties(tile, objective, elites) }
        if objective.space.boxes.count > 1 {
            for lane in 0..<tile.count {
                boxMargins[run.frame.boxes[lane], default: .infinity].replaceIfLess(tile.margins[lane])
            }
        }
    }

    private func elite(_ tile: Tile, _ lane: Int, _ objective: any Objective, _ tells: Bool) -> Elite {
        let point = tile.point(lane)
        let box = run.frame.boxes[lane]
        let signature = Signature(
            point, box: box, space: objective.space, outputs: tile.outputs, count: objective.outputCount,
            lanes: tile.lanes, lane: lane)
        return Elite(point: point, margin: tile.margins[lane], box: box, signature: tells ? signature : nil)
    }

    private func keep(_ elite: Elite, lane: Int) {
        if let known = harvest[lane] {
            if elite.margin < known.margin { harvest[lane] = elite }
        } else if harvest.count < 6 {
            harvest[lane] = elite
        } else if let worst = harvest.max(by: { ($0.value.margin, $0.key) < ($1.value.margin, $1.key) }),
            elite.margin < worst.value.margin
        {
            harvest[worst.key] = nil
            harvest[lane] = elite
        }
    }

    private func gatherNovelties(_ tile: Tile, _ objective: any Objective, _ elites: Elites) {
        for lane in 0..<tile.count where tile.margins[lane] >= 0 && novelties.count < 4 {
            let candidate = elite(tile, lane, objective, true)
            guard let signature = candidate.signature, !elites.knows(signature) else { continue }
            if !novelties.contains(where: { $0.signature == signature }) { novelties.append(candidate) }
        }
    }
}

extension Double {
    fileprivate mutating func replaceIfLess(_ other: Double) {
        if other < self { self = other }
    }
}
