import Tensors

/// Conjunctions: what is shown of all of them at once, and what of each apart.
extension Prover {
    /// Shows what the whole boxes show of a conjunction at once, and what is left of it conjunct by conjunct, each in its share
    /// of the time, and again in what time is left.
    func showApart(_ run: Run, _ boxes: [Region]) -> Outcome {
        guard widestTile(whole.plan) != nil else { return .undecided(tooLarge, run.effort) }
        let holds = holding(run, boxes)
        if let outcome = settled(run, boxes, holds) { return outcome }
        guard let goals = try? whole.divided(isOver: { run.isOver }, holds) else { return show(run, boxes) }
        let evidence = whole.closedEvidence(holds)
        let regions = run.divide(boxes, into: goals.count, evidence)
        return run.share(goals.indices.map { (goals[$0], regions[$0]) }) { show(run, $0) }
    }

    /// The leaves that hold in all of some boxes.
    func holding(_ run: Run, _ boxes: [Region]) -> (Int) -> Bool {
        let bounder = CoordinateBounder(
            whole, space, regions: 1, tangents: run.tree == nil ? .moved : .atTheMiddle
        ) { run.isOver }
        let holding = boxes.map { bounder.holding(in: $0) }
        run.effort.regions += boxes.count
        if bounder.isSharp { run.tree?.isSharp = true }
        return { leaf in holding.allSatisfy { $0.contains(leaf) } }
    }

    /// Where the claim holds because these leaves do.
    func settled(_ run: Run, _ boxes: [Region], _ holds: (Int) -> Bool) -> Outcome? {
        guard whole.claim.holds(holds) else { return nil }
        for box in boxes { run.tree?.settle(box.node, parts: whole.evidence(holds)) }
        return .proved(run.effort)
    }
}

extension Prover.Run {
    /// Shows goal after goal, each in the regions that are its own, with an equal share of what time and regions are left; then
    /// those that were not shown in all of it. Why the first of them is not shown decides.
    func share(_ goals: [(goal: Goal, regions: [Region])], _ show: ([Region]) -> Prover.Outcome) -> Prover.Outcome {
        let last = (end, regionEnd)
        var open = goals
        for _ in 0..<2 {
            var left: [(goal: Goal, regions: [Region])] = []
            var reason: String?
            for (place, next) in open.enumerated() {
                goal = next.goal
                let (now, sharers) = (prover.clock(), open.count - place)
                end = last.0 == .infinity ? last.0 : now + (last.0 - now) / Double(sharers)
                regionEnd = effort.regions + max(0, last.1 - effort.regions) / sharers
                let before = tree
                switch show(next.regions) {
                case .proved: continue
                case .found(let point, let effort): return .found(point: point, effort)
                case .undecided(let why, _):
                    tree = before
                    left.append(next)
                    reason = reason ?? why
                }
            }
            (end, regionEnd) = last
            guard let reason else { return .proved(effort) }
            if halted != nil || left.count == open.count { return .undecided(reason, effort) }
            open = left
        }
        return .undecided("time is up", effort)
    }

    /// A region for each goal and box; what is shown already has one of its own in the proof.
    func divide(_ boxes: [Region], into count: Int, _ evidence: [Int]) -> [[Region]] {
        var regions = [[Region]](repeating: boxes, count: count)
        for box in boxes.indices {
            let total = count + (evidence.isEmpty ? 0 : 1)
            guard total > 1, let places = tree?.divide(boxes[box].node, into: total) else { continue }
            for goal in 0..<count { regions[goal][box].node = places.lowerBound + goal }
            if !evidence.isEmpty { tree?.settle(places.upperBound - 1, parts: evidence) }
        }
        return regions
    }
}
