import Compiler
import OrderedCollections
import Search
import Terminal
import Verdicts

/// Answers a query: searches every case for an assignment, has the prover close the others, and searches what is left.
struct Verification {
    enum Answer {
        case satisfied(QueryAssignment)
        case unsatisfiable
        case unknown
        case timedOut
    }

    struct Settings {
        var seed: UInt64
        var threads: Int
        /// On the scale of `Clock.seconds()`.
        var deadline: Double
        /// What is answered where the deadline passes.
        var atDeadline: Answer
    }

    private let trials: [QueryTrial]
    private let settings: Settings
    /// Cases that are not settled, by their index.
    private var open: [Int]
    /// Why cases stay open, in words for standard error.
    private var reasons: OrderedDictionary<String, [Int]> = [:]

    init(_ trials: [QueryTrial], _ settings: Settings) {
        (self.trials, self.settings) = (trials, settings)
        open = Array(trials.indices)
    }

    /// `3 of 5 cases are settled`, or nothing where there is only one.
    var progress: String? {
        trials.count > 1
            ? "\(trials.count - open.count) of \(trials.count) cases are settled: no input meets them" : nil
    }

    mutating func answer() throws(Failure) -> Answer {
        // What is easy to find is found at once; what is not is more often proved than found.
        let share = remaining / 10 / Double(trials.count)
        for index in open {
            if let found = try search(index, round: 0, seconds: min(share, firstSearch(index))) {
                return .satisfied(found)
            }
        }
        var (round, longest) = (0, 0.0)
        while !open.isEmpty && !isOver {
            // What resisted is tried again where others have left it several times as long.
            let share = remaining / Double(open.count)
            if share > 3 * longest {
                longest = share
                if let found = try proveAll() { return .satisfied(found) }
            }
            round += 1
            let seconds = max(0.1, min(remaining, Double(round)) / Double(max(1, open.count)))
            for index in open where !isOver {
                if let found = try search(index, round: round, seconds: seconds) { return .satisfied(found) }
            }
        }
        if open.isEmpty { return .unsatisfiable }
        return Interrupt.isRequested ? .unknown : settings.atDeadline
    }

    /// Each open case has an even share of what is left.
    private mutating func proveAll() throws(Failure) -> QueryAssignment? {
        let cases = open
        for (place, index) in cases.enumerated() where !isOver {
            let share = remaining / Double(cases.count - place)
            if let found = try prove(index, seconds: share * 0.95) { return found }
        }
        return nil
    }

    /// Seconds for what is easy to find: with few coordinates a tenth is enough. The prover searches on.
    private func firstSearch(_ index: Int) -> Double {
        let isSmall = trials[index].trial.space.kinds.count <= 32
        return (isSmall ? 0.1 : 0.5) / Double(trials.count)
    }

    private var remaining: Double { max(0, settings.deadline - Clock.seconds()) }
    private var isOver: Bool { Interrupt.isRequested || remaining == 0 }

    // MARK: - One case

    private mutating func search(_ index: Int, round: Int, seconds: Double) throws(Failure) -> QueryAssignment? {
        let trial = trials[index]
        switch portfolio(round, seconds).search(trial.trial.objective) {
        case .found(let findings, _): return try confirm(findings.map(\.point), of: index, round, seconds)
        case .interrupted(let findings, _): return try confirm(findings.map(\.point), of: index, round, seconds)
        case .exhausted:
            close(index)
            return nil
        case .survived: return nil
        }
    }

    private mutating func prove(_ index: Int, seconds: Double) throws(Failure) -> QueryAssignment? {
        let proving = Proving(
            seed: settings.seed, threads: settings.threads,
            deadline: min(settings.deadline, Clock.seconds() + seconds))
        switch proving.decide(trials[index].trial) {
        case .proved:
            close(index)
            return nil
        case .point(let point): return try confirm([point], of: index, 0, 1)
        case .undecided(let reason):
            note(reason, of: index)
            return nil
        }
    }

    private mutating func close(_ index: Int) {
        if case .part(let input) = trials[index].coverage {
            note("`\(input)` has no bound, and not all of its values were tried", of: index)
        } else {
            open.removeAll { $0 == index }
        }
    }

    /// An assignment that holds whatever rounding makes of the models' answers; where the points are none, near them.
    private mutating func confirm(
        _ points: [[Double]], of index: Int, _ round: Int, _ seconds: Double
    ) throws(Failure) -> QueryAssignment? {
        guard !points.isEmpty else { return nil }
        let sturdy: any Objective
        do { sturdy = try trials[index].trial.sturdiness.makeObjective() } catch {
            throw Failure("\(error)", code: .unfinished)
        }
        for point in points where sturdy.margin(at: point) < 0 {
            if let assignment = try assignment(at: point, of: index) { return assignment }
        }
        var portfolio = portfolio(round, seconds)
        portfolio.known = points
        if case .found(let findings, _) = portfolio.search(sturdy) {
            for finding in findings {
                if let assignment = try assignment(at: finding.point, of: index) { return assignment }
            }
        }
        note("an input was found that meets the conditions as computed, but rounding alone may undo it", of: index)
        return nil
    }

    private func assignment(at point: [Double], of index: Int) throws(Failure) -> QueryAssignment? {
        do { return try trials[index].assignment(at: point) } catch { throw Failure("\(error)", code: .unfinished) }
    }

    private func portfolio(_ round: Int, _ seconds: Double) -> Portfolio {
        var portfolio = Portfolio()
        portfolio.seed = settings.seed &+ UInt64(round)
        portfolio.workers = settings.threads
        portfolio.budget = Budget(seconds: min(remaining, seconds), clock: Clock.seconds)
        portfolio.isCancelled = { Interrupt.isRequested }
        return portfolio
    }

    private mutating func note(_ reason: String, of index: Int) {
        if !reasons[reason, default: []].contains(index) { reasons[reason, default: []].append(index) }
    }

    /// Why what is open was not settled, a line for each reason.
    var notes: [String] {
        reasons.map { reason, cases in
            guard trials.count > 1 else { return reason }
            let others = cases.count > 1 ? " and \(cases.count - 1) more" : ""
            return "\(trials[cases[0]].trial.name)\(others): \(reason)"
        }
    }
}
