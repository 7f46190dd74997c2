import Certificates
import CompactProofs
import Compiler
import Proof
import Reports
import Search
import Statistics
import Terminal

/// Takes one trial to its verdict: search, shrink, replay, keep.
package struct Trying {
    package struct Settings {
        package var budget: Double
        package var tries: Int
        package var seed: UInt64
        package var threads: Int
        /// Questions to black boxes; nil without a limit.
        package var queries: Int?
        /// How many counterexamples that differ are wanted.
        package var wanted: Int
        package var shrinking: Shrinking
        package var progress: ProgressLine.Visibility
        /// Which share of the time proofs may take.
        package var proofShare = 0.5

        package enum Shrinking { case full, none }

        package init(
            budget: Double, tries: Int, seed: UInt64, threads: Int, queries: Int? = nil, wanted: Int,
            shrinking: Shrinking, progress: ProgressLine.Visibility = .shown
        ) {
            self.budget = budget
            self.tries = tries
            self.seed = seed
            self.threads = threads
            self.queries = queries
            self.wanted = wanted
            self.shrinking = shrinking
            self.progress = progress
        }

        /// What is found almost at once, before anything is bounded.
        package var glance: Double { tries < .max ? budget : min(0.03, budget * 0.1) }

        /// What is easy to find is found in no time; what is not may as well be proved.
        package var firstSearch: Double { tries < .max ? budget : max(min(0.2, budget * 0.25), budget * 0.05) }
    }

    package let subject: Subject
    package var settings: Settings
    /// nil where nothing is kept.
    package let store: CaseStore?
    /// nil where no certificate is wanted.
    package let certification: Certification?
    /// nil where nobody else is to be asked.
    package var second: SecondOpinion?
    package let lastWords: LastWords
    /// What is accepted; nil where no baseline was named.
    package var baseline: Baseline?
    private let bounding = BoundingLog()

    package init(
        subject: Subject, settings: Settings, store: CaseStore?, certification: Certification?,
        second: SecondOpinion? = nil, lastWords: LastWords, baseline: Baseline? = nil
    ) {
        self.subject = subject
        self.settings = settings
        self.store = store
        self.certification = certification
        self.second = second
        self.lastWords = lastWords
        self.baseline = baseline
    }

    package func verdict(of trial: Trial) throws(Failure) -> Verdict {
        guard let ledger = subject.ledger else { return try decided(trial) }
        var trying = self
        // Questions are asked one after the other, whoever asks: so that the same ones are asked, one does.
        trying.settings.threads = 1
        let calls = trial.objective.opaque.calls
        let reserve = settings.queries.map {
            min($0 / 4, calls.multipliedReportingOverflow(by: settings.wanted).partialValue)
        }
        ledger.begin(limit: settings.queries, reserve: max(0, reserve ?? 0))
        return try trying.decided(trial).asking(ledger.account)
    }

    /// The same where the questions to black boxes are accounted for already.
    func decided(_ trial: Trial) throws(Failure) -> Verdict {
        lastWords.begin(trial, at: subject.place(trial))
        if let rows = trial.rows { return try RowRates(rows, trial, self).verdict() }
        if let game = trial.game { return try Alternation(game, trial, self).verdict() }
        var cells: [Cells?] = []
        if let counting = trial.counting {
            var rates = CountingRates(counting, trial, self)
            guard trial.estimation != nil else { return try rates.verdict() }
            if let verdict = try rates.proved() { return verdict }
            cells = rates.cells
        }
        if let estimation = trial.estimation { return try Estimating(estimation, trial, self, known: cells).verdict() }
        let line = ProgressLine(trial.name, settings.progress)
        defer { line.clear() }
        let start = Clock.seconds()
        let known = try known(trial)
        var earlier = Effort()
        if let universal = trial.universal, known.isEmpty, !trial.isOpaque, settings.wanted == 1, canConfirm(trial),
            !isPlain(trial, proving(since: start, line))
        {
            var search = UniversalSearch(universal, trial, self, line)
            if let found = try found(by: &search) {
                return try contradicted(trial, universal, found, Account(search.effort, since: start), line)
            }
            earlier = search.effort
        }
        var portfolio = portfolio(for: trial, known: known, line)
        if settings.tries < .max { portfolio.budget.tries = max(1, settings.tries - earlier.tries) }
        var hunt = Hunt(trial.objective, portfolio, since: start, after: earlier)
        let proofStart = earlier.tries > 0 ? Clock.seconds() - 0.1 * settings.budget : start
        if let regions = decide(trial, &hunt, proving(since: proofStart, line)) {
            return admitted(trial, .proved(.regions(regions)), Account(hunt.effort, since: start))
        }
        let seconds = Clock.seconds() - start
        Log.debug(
            "\(trial.name): \(trial.space.dimension) dimensions, \(trial.objective.graph.nodes.count) nodes, searched for "
                + "\(seconds.rounded(toSignificant: 3)) s")
        switch hunt.outcome {
        case .found(let findings, let effort):
            return try contradicted(trial, findings, Account(effort, since: start), line)
        case .exhausted(let effort):
            if !trial.isOpaque { certification?.add(trial, tried: trial.space.pointCount) }
            return admitted(
                trial, .proved(.inputs(trial.space.pointCount ?? effort.tries)), Account(effort, since: start))
        case .survived(let effort): return admitted(trial, .survived, Account(effort, since: start))
        case .interrupted(let findings, let effort):
            var account = Account(effort, since: start)
            account.isInterrupted = true
            return findings.isEmpty
                ? verdict(trial, .survived, account) : try contradicted(trial, findings, account, line)
        }
    }

    private func found(by search: inout UniversalSearch) throws(Failure) -> Finding? {
        do { return try search.search() } catch { throw Failure("\(error)", code: .unfinished) }
    }

    /// Whether there is time to confirm what is found: one input on all rows, some fifty times over.
    private func canConfirm(_ trial: Trial) -> Bool {
        guard settings.budget < .infinity else { return true }
        let start = Clock.seconds()
        _ = trial.objective.margin(at: trial.space.reference)
        return (Clock.seconds() - start) * 50 < settings.budget
    }

    /// Whether intervals show it, so that nothing is to be searched.
    private func isPlain(_ trial: Trial, _ proving: Proving) -> Bool {
        guard settings.tries == .max, let prover = prover(of: trial, proving) else { return false }
        return plainly(trial, prover) != nil
    }

    /// Search and proof by turns, what costs least first; of what is drawn, or what a black box says, nothing is proved. How many regions were bounded
    /// where that proves it.
    private func decide(_ trial: Trial, _ hunt: inout Hunt, _ proving: Proving) -> Int? {
        guard settings.tries == .max, trial.drawer == nil, !trial.isOpaque else {
            hunt.search(for: settings.budget)
            return nil
        }
        let treeProver = trial.objective.graph.hasTrees ? prover(of: trial, proving) : nil
        if let treeProver {
            if let boxes = plainly(trial, treeProver) { return boxes }
            if let regions = prove(trial, by: treeProver, proving, .byCells, &hunt) { return regions }
        }
        let elements = trial.objective.graph.nodes.reduce(0) { $0 + $1.type.shape.count }
        // Bounds cost no more than a few inputs do: they come first then.
        let isSmall = elements <= Self.smallGraph
        // Of a domain that fits into one tile all is tried, as long as that takes.
        let isTiny = (trial.space.pointCount ?? .max) <= trial.space.lanes
        hunt.search(
            for: isTiny ? settings.budget * 0.5 : settings.glance, tries: isSmall ? Self.firstTries : .max)
        guard hunt.isOpen else { return nil }
        let prover = treeProver ?? prover(of: trial, proving)
        if treeProver == nil, let prover, let boxes = plainly(trial, prover) { return boxes }
        if isSmall { hunt.search(for: settings.glance) }
        if let prover, hunt.isOpen, elements <= Prover.greatestAtOnce, let boxes = atOnce(trial, prover, proving) {
            return boxes
        }
        hunt.search(for: settings.firstSearch)
        if let prover, hunt.isOpen, Clock.seconds() < hunt.start + settings.budget {
            if let regions = prove(trial, by: prover, proving, .byRegions, &hunt) { return regions }
        }
        hunt.search(for: settings.budget)
        return nil
    }

    /// How many regions were bounded where that proves it; what it finds instead is followed.
    private func prove(
        _ trial: Trial, by prover: Prover, _ proving: Proving, _ reach: Proving.Reach, _ hunt: inout Hunt
    ) -> Int? {
        switch proving.decide(trial, by: prover, reach) {
        case .proved(let regions): return regions
        case .point(let point): hunt.follow(point)
        case .undecided(let reason): bounding.end(reason)
        }
        return nil
    }

    /// The origin and the corners are among them.
    private static let firstTries = 64
    /// In elements of all values.
    private static let smallGraph = 4096

    /// What a search cost.
    package struct Account {
        package let effort: Effort
        package let start, seconds: Double
        package var isInterrupted = false
        package var admitted: Double?

        package init(_ effort: Effort, since start: Double) {
            self.effort = effort
            self.start = start
            seconds = Clock.seconds() - start
        }
    }

    /// When what was found is to be as small as it gets: the budget, and some of the tenth and the half second that printing
    /// it may take besides. A minute, where there is no budget.
    package func end(of account: Account) -> Double {
        min(account.start + settings.budget * 1.05 + 0.15, account.start + account.seconds + 60)
    }

    /// nil where bounds are not known, or would take too much memory.
    private func prover(of trial: Trial, _ proving: Proving) -> Prover? {
        do { return try proving.prover(of: trial) } catch {
            Log.debug("\(trial.name): not proved: \(error)")
            return nil
        }
    }

    /// What intervals show needs no search; how many boxes. Small domains are tried whole all the same, and the checker of
    /// certificates bounds in its own way.
    private func plainly(_ trial: Trial, _ prover: Prover) -> Int? {
        guard certification == nil, Exhaustion(trial.space, limit: Portfolio().exhaustible) == nil else { return nil }
        return prover.provePlainly()
    }

    /// Before anything is searched, what bounds of the whole domain prove; a small finite domain is tried instead.
    private func atOnce(_ trial: Trial, _ prover: Prover, _ proving: Proving) -> Int? {
        let isFinite = trial.space.pointCount.map { $0 <= 100_000 } ?? false
        var proving = proving
        proving.deadline = Clock.seconds() + settings.budget * 0.1
        guard settings.budget > settings.firstSearch, !isFinite,
            case .proved(let regions) = proving.decide(trial, by: prover, .atOnce)
        else { return nil }
        return regions
    }

    package func portfolio(for trial: Trial, known: [[Double]], _ line: ProgressLine) -> Portfolio {
        var portfolio = Portfolio()
        portfolio.seed = settings.seed
        portfolio.workers = settings.threads
        portfolio.budget = Budget(tries: settings.tries, seconds: settings.budget, clock: Clock.seconds)
        portfolio.wanted = settings.wanted
        if trial.isOpaque { portfolio.ask(within: settings.queries) }
        portfolio.draw(texts: trial.space.texts, of: trial.space.dimension)
        if let drawer = trial.drawer { portfolio.draw(by: drawer) }
        portfolio.known = known
        portfolio.isCancelled = { Interrupt.isRequested }
        portfolio.progress = { [lastWords] in
            lastWords.note($0)
            line.show($0)
        }
        return portfolio
    }

    /// Half of the time at first, since a search that goes on may find what resists proof.
    private func proving(since start: Double, _ line: ProgressLine) -> Proving {
        Proving(
            seed: settings.seed, threads: settings.threads, deadline: start + settings.budget * settings.proofShare,
            progress: { [bounding] in
                bounding.note($0)
                line.show($0)
            }, certification: certification)
    }

    /// The kept counterexamples of the property come first.
    private func known(_ trial: Trial) throws(Failure) -> [[Double]] {
        let kept = try store?.records(spec: subject.path, property: trial.name).map(\.witness) ?? []
        return (kept + accepted(trial).compactMap(\.witness)).compactMap { $0.point(of: trial) }
    }

    package func accepted(_ trial: Trial) -> [Baseline.Accepted] { baseline?.accepted(subject.path, trial.name) ?? [] }

    /// An `assume` that nothing met says nothing: that is an error, not a survival and not a proof.
    private func admitted(_ trial: Trial, _ outcome: Verdict.Outcome, _ account: Account) -> Verdict {
        var account = account
        if let admission = trial.admission, !admission.opaque.functions.isEmpty {
            // What the search has met tells for nothing; whether there is any such input may be left open.
            if let point = account.effort.bestPoint, admission.margin(at: point) < 0 {
                return verdict(trial, outcome, account)
            }
            guard !admission.isOver else {
                return verdict(trial, outcome, account).remarking(
                    "whether any input meets every `assume` is not known: the nearest does not")
            }
        }
        switch admittance(of: trial, until: end(of: account)) {
        case .unconditional: break
        case .share(let share): account.admitted = share
        case .nothing: return verdict(trial, .nothingAdmitted, account)
        case .interrupted:
            account.isInterrupted = true
            return verdict(trial, .survived, account)
        }
        return verdict(trial, outcome, account)
    }

    /// Which inputs meet every `assume` and `where`.
    package enum Admittance {
        /// There are no conditions that bounds cannot say.
        case unconditional
        /// So many of uniform ones; 0 where one had to be searched.
        case share(Double)
        case nothing, interrupted
    }

    /// `end` is when it is to be known, on the scale of `Clock.seconds()`.
    package func admittance(of trial: Trial, until end: Double) -> Admittance {
        guard let admission = trial.admission, let share = Admission(trial).share(until: end) else {
            return .unconditional
        }
        guard share == 0 else { return .share(share) }
        var portfolio = Portfolio()
        portfolio.seed = settings.seed
        portfolio.workers = settings.threads
        portfolio.budget = Budget(
            tries: 200_000, seconds: max(0.1, min(end - Clock.seconds(), max(1, settings.budget / 4))),
            clock: Clock.seconds)
        portfolio.isCancelled = { Interrupt.isRequested }
        if let drawer = trial.drawer { portfolio.draw(by: drawer) }
        if case .found = portfolio.search(admission) { return .share(0) }
        return Interrupt.isRequested ? .interrupted : .nothing
    }

    package func verdict(
        _ trial: Trial, _ outcome: Verdict.Outcome, _ account: Account, boundary: Double? = nil
    ) -> Verdict {
        let effort = account.effort
        var outcome = outcome
        if case .survived = outcome, effort.tries == 0 {
            outcome = .failed("nothing was tried" + (account.isInterrupted ? ": interrupted" : ""))
        }
        return Verdict(
            property: trial.name, title: trial.title, member: trial.member, place: subject.place(trial),
            quantifier: trial.quantifier,
            outcome: outcome, remarks: boundary == nil ? remarks(trial, outcome, effort) : [],
            effort: .init(
                tries: effort.tries, seconds: account.seconds,
                bestMargin: effort.tries > 0 ? bestMargin(trial, effort) : nil,
                strategies: effort.shares.map { .init(strategy: $0.strategy, tries: $0.tries) },
                isInterrupted: account.isInterrupted, admitted: account.admitted, course: effort.course.steps,
                bounding: bounding.told), boundary: boundary)
    }
}

extension Trying {
    /// What draws say that were all in vain: how rare at most it is that one is not.
    private func remarks(_ trial: Trial, _ outcome: Verdict.Outcome, _ effort: Effort) -> [String] {
        guard case .survived = outcome, trial.drawer != nil,
            let draws = effort.shares.first(where: { $0.strategy == Drawing.title })?.tries, draws > 0
        else { return [] }
        let most = RateEstimate(successes: 0, count: draws).clopperPearson(error: 1 - Self.drawnConfidence).upperBound
        let verb = trial.quantifier == .forall ? "fails" : "works"
        return [
            "of what is drawn at most \(most.rounded(toSignificant: 5, .up)) \(verb), with confidence "
                + "\(Self.drawnConfidence): none of \("\(draws)".grouped) draws does; Clopper-Pearson interval"
        ]
    }

    private static let drawnConfidence = 0.999

    /// Of the checks where the nearest miss meets every `assume`; nil where it does not, for then it says how far from them it
    /// lies.
    private func bestMargin(_ trial: Trial, _ effort: Effort) -> Double? {
        guard let admission = trial.admission, let point = effort.bestPoint else { return effort.bestMargin }
        guard admission.margin(at: point) < 0 else { return nil }
        let reading = try? trial.exhibits.read(at: point, leaves: trial.leaves)
        return reading.flatMap { trial.checkMargin($0) } ?? effort.bestMargin
    }
}

extension Verdict.Outcome {
    package static var nothingAdmitted: Self {
        .failed("no input was found that meets every `assume` and `where`: nothing was checked")
    }
}

extension Trial {
    /// Whether a black box takes part in it.
    package var isOpaque: Bool { !objective.opaque.functions.isEmpty }
}

extension Portfolio {
    /// Asks a black box. A domain is tried whole only where its inputs are few: each may cost a question.
    fileprivate mutating func ask(within queries: Int?) {
        (strategies, pacing) = (Portfolio.frugal, .frugal)
        exhaustible = min(exhaustible, queries ?? 1 << 14)
    }

    /// Tries what is drawn, and nothing else. A domain that was tried whole would be taken for a proof, so none is.
    fileprivate mutating func draw(by drawer: Drawer) {
        strategies = [Drawing(drawer.distributions)]
        exhaustible = 0
    }
}
