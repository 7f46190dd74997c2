import Compiler
import Reports
import Search
import Terminal

/// What becomes of a finding: told from rounding, made small, replayed, shown.
extension Trying {
    package func contradicted(
        _ trial: Trial, _ findings: [Finding], _ account: Account, _ line: ProgressLine
    ) throws(Failure) -> Verdict {
        lastWords.note(violation: findings.map(\.margin).min() ?? 0)
        let begin = Clock.seconds()
        let sturdy = try sturdyObjective(of: trial)
        let kept = findings.filter { sturdy.margin(at: $0.point) < 0 }
        // What is shown has to be planned and evaluated like what confirms it.
        let end = end(of: account) - min(Clock.seconds() - begin, 0.5 * settings.budget)
        var examples: [Counterexample] = []
        for finding in kept.isEmpty ? search(from: findings, trial, sturdy, until: end, account, line) : kept {
            let (shrunk, floor) = smallest(finding, of: trial, sturdy, until: end, line)
            line.clear()
            let example = try Presentation(subject, trial, store, asking: second).counterexample(
                finding, shrunk, sturdy, floor)
            if let example, !examples.contains(where: { $0.id == example.id }) {
                examples.append(example)
            }
        }
        guard examples.isEmpty else { return verdict(trial, .contradicted(examples), account) }
        let margin = findings.map(\.margin).min() ?? 0
        var account = account
        account.isInterrupted = account.isInterrupted || Interrupt.isRequested
        return verdict(trial, .survived, account, boundary: margin)
    }

    /// The same of what fails for all rows: made small on the rows that were searched, and read on those that were not. What is
    /// small there may not fail on all rows; then it is made small while it fails by more, and something smaller may fail. Where
    /// that does not do either, all rows have to say what is small, and none are left unused.
    package func contradicted(
        _ trial: Trial, _ universal: Universal, _ finding: Finding, _ account: Account, _ line: ProgressLine
    ) throws(Failure) -> Verdict {
        lastWords.note(violation: finding.margin)
        let last = end(of: account)
        guard Clock.seconds() < last else { return try contradicted(trial, [finding], account, line) }
        let whole = try sturdyObjective(of: trial)
        guard whole.margin(at: finding.point) < 0 else { return try contradicted(trial, [finding], account, line) }
        let excesses = try excesses(of: universal)
        for (place, excess) in excesses.enumerated() where Clock.seconds() < last {
            let some = try sturdyObjective(of: partial(universal, excess))
            let end = place == excesses.count - 1 ? last : 0.5 * (Clock.seconds() + last)
            guard some.margin(at: finding.point) < 0,
                let shrunk = shrink(finding.point, of: trial, some, until: end), whole.margin(at: shrunk.point) < 0
            else { continue }
            line.clear()
            let presentation = Presentation(subject, trial, store, asking: second, reading: (universal, excess))
            if let example = try presentation.counterexample(finding, shrunk, whole, nil) {
                return verdict(trial, .contradicted([example]), account)
            }
        }
        return try contradicted(trial, [finding], account, line)
    }

    private func excesses(of universal: Universal) throws(Failure) -> [Double] {
        do { return try universal.excesses() } catch { throw Failure("\(error)", code: .unfinished) }
    }

    private func partial(_ universal: Universal, _ excess: Double) throws(Failure) -> Trial {
        do { return try universal.trial(rows: universal.searchedCount, excess: excess) } catch {
            throw Failure("\(error)", code: .unfinished)
        }
    }

    private func sturdyObjective(of trial: Trial) throws(Failure) -> any Objective {
        do { return try trial.sturdiness.makeObjective() } catch { throw Failure("\(error)", code: .unfinished) }
    }

    /// Where all are no more than rounding, the search goes on from them, for one that is.
    private func search(
        from findings: [Finding], _ trial: Trial, _ sturdy: any Objective, until end: Double, _ account: Account,
        _ line: ProgressLine
    ) -> [Finding] {
        var portfolio = portfolio(for: trial, known: findings.map(\.point), line)
        portfolio.budget.seconds = max(0, end - Clock.seconds())
        if settings.tries < .max { portfolio.budget.tries = max(1, settings.tries - account.effort.tries) }
        return switch portfolio.search(sturdy) {
        case .found(let found, _), .interrupted(let found, _): found
        case .exhausted, .survived: []
        }
    }

    /// Shrinks, then asks for proof that nothing smaller fails; what the proof meets instead is shrunk in turn.
    private func smallest(
        _ finding: Finding, of trial: Trial, _ sturdy: any Objective, until end: Double, _ line: ProgressLine
    ) -> (ShrunkPoint?, Minimum.Floor?) {
        guard var shrunk = shrink(finding.point, of: trial, sturdy, until: end) else { return (nil, nil) }
        guard settings.wanted == 1, settings.tries == .max, !trial.isOpaque else { return (shrunk, nil) }
        for _ in 0..<4 where !Interrupt.isRequested && Clock.seconds() < end {
            let proving = Proving(
                seed: settings.seed, threads: settings.threads,
                deadline: min(end, Clock.seconds() + min(settings.budget, 60) * 0.25), progress: { line.show($0) })
            guard let minimum = Minimum(trial, proving) else { return (shrunk, nil) }
            switch minimum.below(shrunk.point) {
            case .floor(let floor): return (shrunk, floor)
            case .unknown: return (shrunk, nil)
            case .smaller(let point):
                guard sturdy.margin(at: point) < 0, let next = shrink(point, of: trial, sturdy, until: end),
                    minimum.measure(next.point) < minimum.measure(shrunk.point)
                else { return (shrunk, nil) }
                shrunk = next
            }
        }
        return (shrunk, nil)
    }

    private func shrink(
        _ point: [Double], of trial: Trial, _ sturdy: any Objective, until end: Double
    ) -> ShrunkPoint? {
        guard settings.shrinking == .full, Clock.seconds() < end, !Interrupt.isRequested else { return nil }
        var budget = ShrinkBudget(pace: Pace(until: end, clock: Clock.seconds)) {
            Clock.seconds() > end || Interrupt.isRequested || trial.objective.isOver
        }
        // Of a batch only the first that fails is of use.
        if trial.isOpaque { budget.width = 4 }
        let shrinker = SpaceShrinker(
            sturdy, keys: trial.shrinkKeys.map(\.meaning), budget: budget,
            contexts: settings.wanted > 1 ? .kept : .searched)
        guard trial.hasOwnReferences else { return shrinker.shrink(point, towards: trial.reference(at: point)) }
        return shrinker.shrink(point) { trial.reference(at: $0) }
    }
}

extension ShrinkKey {
    /// What the shrinker may aim at.
    package var meaning: KeyMeaning {
        switch norm {
        case .l0: .count(of: coordinates)
        case .l1: .norm(.l1, of: coordinates)
        case .l2: .norm(.l2, of: coordinates)
        case .linf: .norm(.linf, of: coordinates)
        case nil: .other
        }
    }
}
