import Synchronization

/// One search as it goes on: rounds of jobs, and what has been learnt between them. Lives on the caller's thread.
final class Campaign {
    private let portfolio: Portfolio
    private let objective: any Objective
    private let halt: Halt
    private let crew: Crew
    private var desks: [Desk] = []
    private let whole: Frame?

    private var effort = Effort()
    private var shares: [Int]
    private var findings: [Finding] = []
    private var elites: Elites
    private var rota: Rota
    private var bandit: Bandit
    private var turns: [Int]
    /// Runs that are not over, by strategy, oldest first.
    private var waiting: [[Job]]
    /// Rounds until a strategy that had nothing to do is asked again.
    private var resting: [Int]
    private var started = 0

    /// The strategies of the portfolio and behind them those that have their turn only once.
    private let names: [String]

    init(_ portfolio: Portfolio, _ objective: any Objective) {
        self.portfolio = portfolio
        self.objective = objective
        halt = Halt(portfolio.budget, isOver: { objective.isOver }, isCancelled: portfolio.isCancelled)
        crew = Crew(size: portfolio.workers)
        let space = objective.space
        whole = space.boxes.count == 1 ? Frame(space, boxes: Array(repeating: 0, count: space.lanes)) : nil
        elites = Elites(space)
        rota = Rota(boxes: space.boxes.count, lanes: space.lanes)
        let count = portfolio.strategies.count
        bandit = Bandit(arms: count)
        turns = Array(repeating: 0, count: count)
        waiting = Array(repeating: [], count: count)
        resting = Array(repeating: 0, count: count)
        names = portfolio.strategies.map(\.name) + ["known points", "every box", "enumeration"]
        shares = Array(repeating: 0, count: names.count)
    }

    func run() -> Outcome {
        let domain = Exhaustion(objective.space, limit: portfolio.exhaustible)
        // What one tile holds is tried whole; elsewhere most violations are found before that is worth while.
        if let domain, domain.count <= objective.space.lanes, !isDone { exhaust(domain) }
        if !isDone { open() }
        if let domain, domain.count > objective.space.lanes, !isDone { exhaust(domain) }
        var round = 0
        while !isDone {
            let jobs =
                portfolio.pacing == .frugal
                ? plan(1, effort: round < 32 ? 16 : 48) : plan(round == 0 ? 4 : 8, effort: round < 4 ? 12 : 48)
            if jobs.isEmpty { break }
            perform(jobs)
            round += 1
        }
        return outcome
    }

    private var isDone: Bool {
        findings.count >= portfolio.wanted || effort.isExhaustive || effort.tries >= portfolio.budget.tries
            || isHalted
    }

    /// The deadline counts once something was tried: a verdict on nothing says nothing.
    private var isHalted: Bool { effort.tries > 0 ? halt.isDue() : halt.isCancelled() }

    private var outcome: Outcome {
        effort.shares = zip(names, shares).filter { $0.1 > 0 }.map { (strategy: $0.0, tries: $0.1) }
        if halt.cause == .cancelled && findings.count < portfolio.wanted { return .interrupted(findings, effort) }
        if !findings.isEmpty { return .found(findings, effort) }
        return effort.isExhaustive ? .exhausted(effort) : .survived(effort)
    }

    // MARK: Rounds

    /// Most searches end here: known points, a point in every box, a tile each of the first few strategies.
    private func open() {
        let points = portfolio.known.filter { $0.count == objective.space.dimension }
        let once: [any Strategy] = [Given(points), Survey()]
        for (index, strategy) in once.enumerated() {
            guard !isDone, let job = begin(strategy, arm: portfolio.strategies.count + index, turn: 0) else { continue }
            perform(prepare([job], effort: .max))
        }
        for arm in portfolio.strategies.indices.prefix(3) where !isDone {
            guard let job = begin(portfolio.strategies[arm], arm: arm, turn: 0) else { continue }
            turns[arm] += 1
            perform(prepare([job], effort: portfolio.pacing == .frugal ? 160 : arm < 2 ? 1 : 36))
        }
    }

    /// Tries every point of a finite domain, in rounds of jobs of 16 tiles.
    private func exhaust(_ domain: Exhaustion) {
        var first = 0
        var tried = 0
        let share = 16 * objective.space.lanes
        while first < domain.count && !isDone {
            var jobs: [Job] = []
            while jobs.count < 16 && first < domain.count {
                let range = first..<min(first + share, domain.count)
                jobs.append(job(domain.run(range), arm: names.count - 1))
                first = range.upperBound
            }
            perform(prepare(jobs, effort: .max))
            tried += jobs.reduce(0) { $0 + $1.tries }
            guard tried == first else { return }  // the budget, the clock or the last finding cut it short
        }
        // A point that only looked like a violation is not known to be none.
        effort.isExhaustive = tried == domain.count && effort.discrepancies.isEmpty
    }

    /// The jobs of the next round: runs that go on before new ones.
    private func plan(_ count: Int, effort: Int) -> [Job] {
        var jobs: [Job] = []
        var open = resting.map { $0 == 0 }
        resting = resting.map { max($0 - 1, 0) }
        while jobs.count < count, let arm = bandit.choose(among: open) {
            if waiting[arm].isEmpty {
                if let job = begin(portfolio.strategies[arm], arm: arm, turn: turns[arm]) {
                    turns[arm] += 1
                    jobs.append(job)
                } else {
                    open[arm] = false
                    resting[arm] = 4
                }
            } else {
                jobs.append(waiting[arm].removeFirst())
            }
        }
        return prepare(jobs, effort: effort)
    }

    private func begin(_ strategy: any Strategy, arm: Int, turn: Int) -> Job? {
        let outset = Outset(
            space: objective.space, hasGradient: objective.hasGradient, outputCount: objective.outputCount,
            boxes: rota.lanes(), elites: elites.all, turn: turn, whole: whole)
        var random = Random(seed: portfolio.seed, stream: started)
        guard let run = strategy.start(outset, &random) else { return nil }
        return job(run, arm: arm, random.split())
    }

    private func job(_ run: any Run, arm: Int, _ random: Random? = nil) -> Job {
        started += 1
        return Job(
            arm: arm, strategy: names[arm], run: run, random: random ?? Random(seed: portfolio.seed, stream: started))
    }

    /// Shares the tries that are left; jobs beyond them are dropped.
    private func prepare(_ jobs: [Job], effort work: Int) -> [Job] {
        var left = portfolio.budget.tries - effort.tries
        return jobs.filter { job in
            let most =
                work == .max ? left : min(left, portfolio.pacing == .frugal ? work : work * objective.space.lanes)
            let allotment = names[job.arm] == "enumeration" ? min(left, 16 * objective.space.lanes) : most
            left -= allotment
            job.prepare(allotment: allotment, effort: work)
            return allotment > 0
        }
    }

    // MARK: Work

    private func perform(_ jobs: [Job]) {
        // Any thread may take a job, however few there are.
        while desks.count < crew.size { desks.append(Desk(objective)) }
        let desks = desks
        let halt = halt
        let wanted = portfolio.wanted
        let elites = elites
        let isFirst = effort.tries == 0
        // The lowest job that is done with all: those above it need not go on.
        let lowest = Atomic(Int.max)
        crew.perform(jobs.count) { worker, item in
            let isDue = isFirst && item == 0
            jobs[item].work(
                at: desks[worker], wanted: wanted, elites: elites, pace: halt.pace, demand: isDue ? .some : .none
            ) { tried in
                if isDue, tried == 0 { return halt.isCancelled() }
                return halt.isDue() || lowest.load(ordering: .relaxed) < item
            }
            if jobs[item].findings.count >= wanted { lowest.lower(to: item) }
        }
        take(jobs)
    }

    /// Takes the results in job order, up to the job that completed what was wanted.
    private func take(_ jobs: [Job]) {
        for job in jobs {
            let before = effort.tries
            effort.tries += job.tries
            shares[job.arm] += job.tries
            learn(from: job)
            record(job, from: before)
            for finding in job.findings where findings.count < portfolio.wanted {
                if findings.contains(where: { $0.signature == finding.signature }) { continue }
                findings.append(finding.counted(from: before))
            }
            if findings.count >= portfolio.wanted { break }
            if job.arm < waiting.count && !job.isOver { waiting[job.arm].append(job) }
        }
        let last = jobs.last { $0.tries > 0 }
        portfolio.progress?(
            SearchProgress(
                tries: effort.tries, bestMargin: effort.bestMargin, strategy: last?.strategy ?? "",
                findings: findings.count))
    }

    private func learn(from job: Job) {
        let record = effort.bestMargin
        for elite in job.harvest.sorted(by: { $0.key < $1.key }).map(\.value) + job.novelties {
            elites.add(elite)
            if elite.margin < effort.bestMargin { note(elite.margin, elite.point) }
        }
        for finding in job.findings where finding.margin < effort.bestMargin { note(finding.margin, finding.point) }
        for discrepancy in job.discrepancies where effort.discrepancies.count < 4 {
            effort.discrepancies.append(discrepancy)
        }
        for (box, margin) in job.boxMargins { rota.saw(margin, in: box) }
        guard job.arm < portfolio.strategies.count else { return }
        bandit.pay(job.arm, margin: job.bestMargin, isRecord: job.bestMargin < record)
    }

    /// What a job did for the course of the search, in the order of its tries.
    private func record(_ job: Job, from before: Int) {
        let met =
            [(tries: job.bestTry, margin: job.bestMargin)]
            + job.findings.map { (tries: $0.tries, margin: $0.margin) }
        for (tries, margin) in met.sorted(by: { $0.tries < $1.tries }) {
            effort.course.note(.init(tries: before + tries, margin: margin, strategy: job.strategy))
        }
    }

    private func note(_ margin: Double, _ point: [Double]) {
        effort.bestMargin = margin
        effort.bestPoint = point
    }
}

extension Atomic where Value == Int {
    /// Stores `value` unless a lower one is there.
    fileprivate func lower(to value: Int) {
        var known = load(ordering: .relaxed)
        while value < known {
            let result = compareExchange(expected: known, desired: value, ordering: .relaxed)
            if result.exchanged { return }
            known = result.original
        }
    }
}
