import Compiler
import Diagnostics
import Hashing
import Loading
import Reports
import Search
import Synchronization
import Terminal

/// Decides what a property says of rates over rows whose bodies quantify: row after row, in an order by chance, several at a
/// time, each one proved, contradicted or left open; until the rows that are known decide it, or the time is over.
///
/// A row may take so much time; what is left open is looked at again with more. Where several rows running come to nothing, each
/// may take more. Rows that are proved are kept, where cases are: a later run begins with them.
struct RowRates {
    private let rows: RowTrials
    private let trial: Trial
    private let trying: Trying
    private let start = Clock.seconds()

    init(_ rows: RowTrials, _ trial: Trial, _ trying: Trying) {
        (self.rows, self.trial, self.trying) = (rows, trial, trying)
    }

    /// What all threads see.
    fileprivate struct Board {
        var tallies: [RowTally]
        /// Seconds that one row may take.
        var patience: Double
        /// Rows running that came to nothing.
        var failures = 0
        var tries = 0
        var decision: Verdict.Counted.Decision?
        var failure: Failure?
        var isOver: Bool { decision != nil || failure != nil }
    }

    private static let leastPatience = 0.1
    private static let fairPatience = 0.5
    private static let mostFailures = 8

    private var end: Double { start + trying.settings.budget }

    func verdict() throws(Failure) -> Verdict {
        let claim = claim
        let board = Mutex(Board(tallies: try tallies(claim), patience: 0))
        if board.withLock({ $0.tallies.contains { $0.rows.isEmpty } }) {
            return verdict(.failed("`where` lets no row through: there is nothing to count"), tries: 0)
        }
        board.withLock { board in
            let count = board.tallies.reduce(0) { $0 + $1.open }
            let share = trying.settings.budget * Double(trying.settings.threads) / Double(max(1, count))
            // So that few rows are all looked at in a quarter of the time; of many, those that are looked at are worth it.
            board.patience = max(Self.leastPatience, 0.25 * share, min(Self.fairPatience, 4 * share))
            board.note(decision(board.tallies))
        }
        let line = ProgressLine(trial.name, trying.settings.progress)
        let crew = Crew(size: trying.settings.threads)
        repeat {
            let places = board.withLock { board in
                board.isOver
                    ? []
                    : board.tallies.indices.flatMap { rate in
                        board.tallies[rate].openPlaces.map { (rate: rate, place: $0) }
                    }.sorted { ($0.place, $0.rate) < ($1.place, $1.rate) }
            }
            if places.isEmpty { break }
            crew.performUnchecked(places.count) { _, item in
                look(at: places[item].place, of: places[item].rate, board, claim, line)
            }
            board.withLock { $0.patience *= 4 }
        } while !isOver && trying.settings.tries == .max
        line.clear()
        let (tallies, tries) = try board.withLock { (board) throws(Failure) in
            if let failure = board.failure { throw failure }
            return (board.tallies, board.tries)
        }
        return try told(tallies, board.withLock { $0.decision } ?? .undecided, tries)
    }

    private var isOver: Bool { Interrupt.isRequested || Clock.seconds() >= end }

    /// All rows, with what is known from earlier runs.
    private func tallies(_ claim: String?) throws(Failure) -> [RowTally] {
        var tallies: [RowTally] = []
        for (index, rate) in rows.rates.enumerated() {
            var random = Random(seed: trying.settings.seed &+ UInt64(index))
            var order = try compiled { () throws(Diagnostic) in try rate.rows() }
            random.shuffle(&order)
            var proved: Set<Int> = []
            if let claim { proved = try trying.store?.provedRows(of: "\(claim) \(index)") ?? [] }
            tallies.append(RowTally(rate, rows: order, proved: proved))
        }
        return tallies
    }

    /// Where rows that were proved are kept: under a digest of all that the claim depends on, the program among it. nil where nothing
    /// is kept, or not all that it depends on can be read.
    private var claim: String? {
        guard trying.store != nil, let sources = try? trying.subject.certificateSources(), let rate = rows.rates.first
        else { return nil }
        var hash = SHA256()
        for text in [Release.version, trial.name] + sources.flatMap({ ["\($0.kind)", $0.name, $0.hash] }) {
            hash.add(text.utf8)
            hash.add(CollectionOfOne(0))
        }
        for tensor in rate.contents { tensor.storage.withBytes { hash.add($0) } }
        return hash.text
    }

    private func compiled<Result>(_ body: () throws(Diagnostic) -> Result) throws(Failure) -> Result {
        do throws(Diagnostic) { return try body() } catch {
            throw Failure(rendered: render([error], from: trying.subject.sources, style: .forErrors))
        }
    }

    // MARK: - One row

    /// Looks at a row for as long as one may take, unless all is decided.
    private func look(
        at place: Int, of rate: Int, _ board: borrowing Mutex<Board>, _ claim: String?, _ line: ProgressLine
    ) {
        let (row, patience) = board.withLock { board in
            (board.tallies[rate].rows[place], board.isOver ? nil : board.patience)
        }
        guard let patience, !isOver else { return }
        do throws(Failure) {
            let (standing, tries) = try standing(
                of: compiled { () throws(Diagnostic) in try rows.rates[rate].trial(of: row) },
                within: min(patience, end - Clock.seconds()))
            // What cannot be kept is proved anew another time.
            if standing == .proved, let claim { try? trying.store?.keep(provedRow: row, of: "\(claim) \(rate)") }
            board.withLock { board in
                board.tries += tries
                board.tallies[rate].note(standing, at: place)
                board.failures = standing == .open ? board.failures + 1 : 0
                if board.failures == Self.mostFailures {
                    board.patience = min(board.patience * 2, max(board.patience, end - Clock.seconds()))
                    board.failures = 0
                }
                if standing != .open { board.note(decision(board.tallies)) }
                let known = board.tallies.reduce(0) { $0 + $1.proved + $1.contradicted }
                line.show(known, of: UInt128(board.tallies.reduce(0) { $0 + $1.rows.count }))
            }
        } catch {
            board.withLock { $0.failure = $0.failure ?? error }
        }
    }

    private func standing(of row: Trial, within seconds: Double) throws(Failure) -> (RowTally.Standing, tries: Int) {
        var settings = trying.settings
        (settings.budget, settings.threads, settings.proofShare) = (max(seconds, 0), 1, 0.9)
        (settings.shrinking, settings.wanted, settings.progress) = (.none, 1, .hidden)
        if settings.tries < .max {
            settings.tries = max(1, settings.tries / rows.rates.reduce(0) { $0 + $1.tableRows })
        }
        let verdict = try alone(settings).decided(row)
        switch verdict.outcome {
        case .proved: return (.proved, verdict.effort.tries)
        case .contradicted: return (.contradicted, verdict.effort.tries)
        case .survived, .estimated, .counted, .failed, .mistaken: return (.open, verdict.effort.tries)
        }
    }

    /// What tries a row by itself: nothing is kept of it.
    private func alone(_ settings: Trying.Settings) -> Trying {
        var subject = trying.subject
        subject.counterexamples = nil
        return Trying(
            subject: subject, settings: settings, store: nil, certification: nil, lastWords: LastWords())
    }

    // MARK: - What follows

    private func decision(_ tallies: [RowTally]) -> Result<Verdict.Counted.Decision?, Failure> {
        let (numbers, intervals) = (NumberDecision(rows.claims), tallies.map(\.interval))
        do {
            if try numbers.isProved(.holds, at: [], intervals) { return .success(.holds) }
            return .success(try numbers.isProved(.fails, at: [], intervals) ? .fails : nil)
        } catch { return .failure(Failure("\(error)", code: .unfinished)) }
    }

    private func told(
        _ tallies: [RowTally], _ decision: Verdict.Counted.Decision, _ tries: Int
    ) throws(Failure) -> Verdict {
        var rates: [Verdict.Rate] = []
        for tally in tallies {
            var example: Counterexample?
            if let row = tally.firstContradicted { example = try self.example(row, of: tally.rate) }
            rates.append(tally.told(as: trying.subject.words(tally.rate.span), example: example))
        }
        if decision == .holds { trying.certification?.add(trial, missing: "its rows are proved one by one") }
        let check = rows.checks.map { trying.subject.words($0) }.joined(separator: "; ")
        return verdict(.counted(Verdict.Counted(decision, check: check, rates: rates)), tries: tries)
    }

    /// Where a row fails, made small as far as there is time.
    private func example(_ row: Int, of rate: RowTrials.Rate) throws(Failure) -> Counterexample? {
        var settings = trying.settings
        (settings.budget, settings.wanted) = (max(0.2, end - Clock.seconds()), 1)
        let verdict = try alone(settings).decided(compiled { () throws(Diagnostic) in try rate.trial(of: row) })
        if case .contradicted(let examples) = verdict.outcome { return examples.first }
        return nil
    }

    private func verdict(_ outcome: Verdict.Outcome, tries: Int) -> Verdict {
        Verdict(
            property: trial.name, title: trial.title, member: trial.member, place: trying.subject.place(trial),
            quantifier: trial.quantifier, outcome: outcome,
            effort: .init(
                tries: tries, seconds: Clock.seconds() - start, bestMargin: nil, strategies: [],
                isInterrupted: Interrupt.isRequested, admitted: nil))
    }
}

extension RowRates.Board {
    fileprivate mutating func note(_ found: Result<Verdict.Counted.Decision?, Failure>) {
        switch found {
        case .success(let decision): self.decision = self.decision ?? decision
        case .failure(let failure): self.failure = self.failure ?? failure
        }
    }
}
