/// Makes a failing case of a generator as simple as it gets, in the one order (`Recording.isSimpler`).
///
/// Passes propose changes of what was recorded; the generator is run again on each, so that every proposal is a case
/// it can make. All passes are repeated until none of them finds anything. Deterministic.
package struct SequenceShrinker<Value> {
    package let property: Property<Value>
    package private(set) var best: Made<Value>
    /// Values judged; what the generator refused, or what was judged before, costs nothing.
    package private(set) var evaluations = 0
    /// Batches judged.
    package private(set) var rounds = 0

    let budget: ShrinkBudget
    private var known: [[Choice]: Judgement] = [:]
    private var checks = 0
    private(set) var isSpent = false
    /// Until all passes have run once, what is dear is left for later.
    private(set) var isFirstRound = true

    package init(_ property: Property<Value>, from failure: Made<Value>, budget: ShrinkBudget = ShrinkBudget()) {
        self.property = property
        self.budget = budget
        best = failure
        known[failure.recording.choices] = failure.verdict
    }

    /// Runs all passes to their common fixed point, or to the end of the budget.
    package mutating func shrink() -> Minimality {
        var isFixed = false
        while !isFixed, !isSpent {
            let before = best.recording.choices
            checks = 0
            for pass in Self.passes where !isSpent { pass(&self) }
            isFixed = before == best.recording.choices && !isFirstRound
            isFirstRound = false
        }
        return isSpent ? .budgetSpent : .noStepFails(checks: checks)
    }

    private static var passes: [(inout Self) -> Void] {
        [
            { $0.deleteElements() }, { $0.zeroNumbers() }, { $0.deleteCounted() }, { $0.deleteRenumbered() },
            { $0.joinNeighbours() }, { $0.resetSpans() }, { $0.promoteParts() }, { $0.lowerBranches() },
            { $0.lowerTogether() }, { $0.lowerNumbers() }, { $0.redistribute() }, { $0.reorder() },
            { $0.shrinkTensors() },
        ]
    }
}

// MARK: - What the passes use

extension SequenceShrinker {
    var choices: [Choice] { best.recording.choices }
    var spans: [ChoiceSpan] { best.recording.spans }

    var remainingEvaluations: Int { max(budget.evaluations - evaluations, 0) }

    /// Accounts for what another shrinker spent on this one's behalf.
    mutating func charge(evaluations: Int, rounds: Int, _ minimality: Minimality) {
        self.evaluations += evaluations
        self.rounds += rounds
        switch minimality {
        case .noStepFails(let more), .nothingSmallerFails(let more): checks += more
        case .budgetSpent: isSpent = true
        }
    }

    /// Tries proposals on `base`, simplest first, a batch at a time; takes the first that fails and is simpler than the best.
    /// - Returns: the index of the proposal taken.
    @discardableResult
    mutating func take(_ proposals: [Proposal], on base: [Choice]) -> Int? {
        var start = 0
        while start < proposals.count, !isSpent {
            let end = min(start + property.width, proposals.count)
            let made = evaluate(proposals[start..<end].map { $0.script(on: base) })
            let good = made.indices.filter { made[$0].map(isBetter) ?? false }
            if let first = good.first, let found = made[first] {
                best = found
                merge(good.dropFirst().map { proposals[start + $0] }, into: proposals[start + first], on: base)
                return start + first
            }
            start = end
        }
        return nil
    }

    mutating func take(_ proposal: Proposal, on base: [Choice]) -> Bool { take([proposal], on: base) != nil }

    mutating func take(_ proposal: Proposal) -> Bool { take([proposal], on: choices) != nil }

    /// The largest `count` of at most `limit` for which `proposal(count)` was taken, by doubling, then halving: a run of
    /// m successes costs O(log m).
    mutating func repeatedly(upTo limit: Int, _ proposal: (Int) -> Proposal) -> Int {
        let base = choices
        var (done, failed) = (0, limit + 1)
        var next = 1
        while next < failed {
            if take(proposal(next), on: base) {
                done = next
                next = failed > limit ? min(2 * done, limit) : (done + failed) / 2
                if next == done { break }
            } else {
                failed = next
                next = (done + failed) / 2
                if next == done { break }
            }
        }
        return done
    }

    /// Every other good proposal of the batch, merged with the one taken: the largest prefix that still fails.
    private mutating func merge(_ others: [Proposal], into first: Proposal, on base: [Choice]) {
        var merged = first
        var prefixes: [Proposal] = []
        for other in others {
            guard let both = merged.merged(with: other) else { continue }
            merged = both
            prefixes.append(both)
        }
        for proposal in prefixes.reversed() where take(proposal, on: base) { return }
    }

    private func isBetter(_ made: Made<Value>) -> Bool {
        guard made.verdict.fails else { return false }
        for (mine, theirs) in zip(made.verdict.keys, best.verdict.keys) {
            let (new, old) = (Plainness.bucket(mine), Plainness.bucket(theirs))
            if new != old { return new < old }
        }
        return made.recording.isSimpler(than: best.recording)
    }

    /// Without keys the order is known before the property is asked.
    private func mayBeBetter(_ recording: Recording) -> Bool {
        !best.verdict.keys.isEmpty || recording.isSimpler(than: best.recording)
    }

    /// Judges what the generator makes of the scripts; nil where it refuses, or where nothing can be gained.
    private mutating func evaluate(_ scripts: [[Step]]) -> [Made<Value>?] {
        var results = [Made<Value>?](repeating: nil, count: scripts.count)
        var made: [(index: Int, recording: Recording, value: Value)] = []
        for (index, script) in scripts.enumerated() {
            guard let (recording, value) = property.replay(script) else { continue }
            checks += 1
            guard mayBeBetter(recording) else { continue }
            if let verdict = known[recording.choices] {
                results[index] = Made(recording: recording, value: value, verdict: verdict)
            } else {
                known[recording.choices] = Judgement(fails: false)
                made.append((index, recording, value))
            }
        }
        guard !made.isEmpty else { return results }
        guard evaluations + made.count <= budget.evaluations, !budget.isExpired() else {
            isSpent = true
            return results
        }
        evaluations += made.count
        rounds += 1
        for (each, verdict) in zip(made, property.judge(made.map(\.value))) {
            known[each.recording.choices] = verdict
            results[each.index] = Made(recording: each.recording, value: each.value, verdict: verdict)
        }
        return results
    }
}
