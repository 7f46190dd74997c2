/// Makes a point that violates an objective as simple as it gets: few coordinates off the reference, near it, round.
///
/// The point stays in the box of the space that holds it; where that box does not hold the reference, the point of the
/// box that is nearest to it takes its place.
package struct SpaceShrinker {
    let objective: any Objective
    let meanings: [KeyMeaning]
    let budget: ShrinkBudget
    let contexts: Contexts

    /// Whether a simpler violation may be of another data row or label: where many are wanted, each keeps its own.
    package enum Contexts: Sendable { case searched, kept }

    /// - Parameter keys: what each of the objective's shrink keys measures; `.other` for those left out.
    package init(
        _ objective: any Objective, keys: [KeyMeaning] = [], budget: ShrinkBudget = ShrinkBudget(),
        contexts: Contexts = .searched
    ) {
        self.objective = objective
        self.budget = budget
        self.contexts = contexts
        meanings = (0..<objective.keyCount).map { $0 < keys.count ? keys[$0] : .other }
    }

    /// The simplest violation found from `point`; nil where `point` is in no box, or violates nothing.
    ///
    /// `reference` takes the place of the space's where changes are counted from something else, a data row say: it has the
    /// point's own rows then, and they stay.
    package func shrink(_ point: [Double], towards reference: [Double]? = nil) -> ShrunkPoint? {
        guard objective.space.texts.isEmpty else { return shrinkTexts(point, towards: reference) }
        return shrinkNumbers(point, towards: reference)
    }

    /// Texts first, then numbers, and again until neither gets simpler.
    private func shrinkTexts(_ point: [Double], towards reference: [Double]?) -> ShrunkPoint? {
        var (point, evaluations, rounds) = (point, 0, 0)
        for text in objective.space.texts {
            point.replaceSubrange(text.coordinates, with: text.wording.canonical(Array(point[text.coordinates])))
        }
        var worst = Double.infinity
        while true {
            let alone = Tile.alone(for: objective)
            alone.set(point, lane: 0)
            guard budget.pace.evaluate(alone, .keys, by: objective, demand: .some, stops: { false }) == 1,
                alone.margins[0] < 0
            else { return nil }
            let verdict = Judgement(
                fails: true, margin: alone.margins[0], keys: meanings.indices.map { alone.keys[$0] })
            var texts = TextShrinker(objective, meanings, budget, from: point, verdict)
            texts.shrink()
            worst = min(worst, texts.worstMargin)
            evaluations += 1 + texts.evaluations
            rounds += 1 + texts.rounds
            guard var result = shrinkNumbers(texts.point, towards: reference) else { return nil }
            result.evaluations += evaluations
            result.rounds += rounds
            let isSettled = result.point == point || result.point == texts.point
            guard isSettled || texts.isSpent || result.minimality == .budgetSpent else {
                (point, evaluations, rounds) = (result.point, result.evaluations, result.rounds)
                continue
            }
            result.worstMargin = min(result.worstMargin, worst)
            result.minimality =
                switch result.minimality {
                case .budgetSpent: .budgetSpent
                case _ where texts.isSpent || !isSettled: .budgetSpent
                case .noStepFails(let more), .nothingSmallerFails(let more): .noStepFails(checks: texts.checks + more)
                }
            for (index, variable) in objective.space.variables.enumerated() {
                guard let text = objective.space.texts.first(where: { $0.coordinates == variable.coordinates }) else {
                    continue
                }
                if texts.isIrrelevant(text) {
                    result.anyOtherValue.append(index)
                } else {
                    result.freePlaces[index] = texts.freePlaces(of: text)
                }
            }
            result.evaluations += texts.evaluations
            return result
        }
    }

    /// Texts stay.
    private func shrinkNumbers(_ point: [Double], towards reference: [Double]?) -> ShrunkPoint? {
        let space = objective.space
        guard let index = space.box(holding: point) else { return nil }
        var (lower, upper, aim) = (space.boxes[index].lower, space.boxes[index].upper, reference ?? space.reference)
        for text in space.texts {
            for row in text.coordinates { (lower[row], upper[row], aim[row]) = (point[row], point[row], point[row]) }
        }
        // Or else all that were wanted might become one.
        for row in context where contexts == .kept {
            (lower[row], upper[row], aim[row]) = (point[row], point[row], point[row])
        }
        let sites = Sites(kinds: space.kinds, lower: lower, upper: upper, reference: aim)
        let oracle = TileOracle(objective, sites: sites, meanings: meanings, budget: budget)
        let witness = Edits(of: point, against: sites.reference)
        guard let verdict = oracle.judge(witness, .some), verdict.fails else { return nil }
        var shrinker = PointShrinker(oracle, from: witness, verdict: verdict, context: context, budget: budget)
        let isOwn = reference.map { $0 != space.reference } ?? false
        shrinker.contexts = isOwn ? .kept : contexts
        return settled(&shrinker, from: witness)
    }

    /// Shrinks until looking around finds nothing simpler either.
    private func settled(_ shrinker: inout PointShrinker<TileOracle>, from witness: Edits) -> ShrunkPoint {
        var result = shrinkOnce(&shrinker, from: witness)
        for _ in 0..<4 where result.minimality == .budgetSpent && !shrinker.isSpent {
            result = shrinkOnce(&shrinker, from: witness)
        }
        return result
    }

    private func shrinkOnce(_ shrinker: inout PointShrinker<TileOracle>, from witness: Edits) -> ShrunkPoint {
        let minimality = shrinker.shrink()
        let fixed = shrinker.best
        shrinker.approach(from: witness, moving: Array(shrinker.scope).filter(shrinker.isScaled))
        var result = described(&shrinker, minimality)
        if shrinker.best != fixed { result.minimality = .budgetSpent }
        // Of other boxes nothing was tried.
        if objective.space.boxes.count > 1, case .nothingSmallerFails(let tried) = result.minimality {
            result.minimality = .noStepFails(checks: tried)
        }
        return result
    }

    /// Scalars that name one of several things say which case it is: they are reset where possible, never searched.
    var context: Set<Int> {
        let space = objective.space
        return Set(
            space.variables.filter { $0.shape.isEmpty && $0.coordinates.count == 1 }.map(\.coordinates.lowerBound)
                .filter { space.kinds[$0] == .category })
    }

    private func described(_ shrinker: inout PointShrinker<TileOracle>, _ minimality: Minimality) -> ShrunkPoint {
        let best = shrinker.best
        let intervals = shrinker.intervals(of: best)
        let texts = Set(objective.space.texts.map(\.coordinates))
        let free = objective.space.variables.indices.filter { index in
            !texts.contains(objective.space.variables[index].coordinates)
                && shrinker.isIrrelevant(objective.space.variables[index].coordinates, in: best, stream: index)
        }
        return ShrunkPoint(
            point: best.applied(to: shrinker.sites.reference), edits: best,
            reference: shrinker.sites.reference,
            margin: shrinker.verdict.margin, keys: shrinker.verdict.keys, minimality: minimality, intervals: intervals,
            anyOtherValue: free, nearest: shrinker.nearest, norm: shrinker.norm,
            isRelative: !shrinker.hasMeasure, worstMargin: shrinker.worstMargin, evaluations: shrinker.evaluations,
            rounds: shrinker.rounds)
    }
}

/// The simplest violation found, and what was learnt around it.
package struct ShrunkPoint: Sendable {
    package var point: [Double]
    /// Where and how `point` differs from `reference`.
    package var edits: Edits
    package var reference: [Double]
    package var margin: Double
    package var keys: [Double]
    package var minimality: Minimality
    /// One for each edited number, of the first 32; rising by coordinate.
    package var intervals: [EditInterval]
    /// Indexes of the space's variables of which 100 random values, all else kept, were violations every one.
    package var anyOtherValue: [Int]
    /// For texts, by their variables' indexes, the places where anything else that their type lets stand there fails too.
    package var freePlaces: [Int: [Int]] = [:]
    /// The least distance from the reference of all violations seen, in `norm`.
    package var nearest: Double
    package var norm: Norm
    /// Whether distances are shares of each coordinate's width rather than plain differences.
    package var isRelative: Bool
    /// The least margin of all violations seen.
    package var worstMargin: Double
    package var evaluations: Int
    package var rounds: Int
}

/// The values of one coordinate, all else kept, over which a violation stays one.
///
/// Sampled: the ends were evaluated and are violations, as is every value tried between; values between those were not tried.
package struct EditInterval: Sendable, Hashable {
    package var coordinate: Int
    package var values: ClosedRange<Double>
}
