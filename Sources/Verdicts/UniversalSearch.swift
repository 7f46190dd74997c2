import Compiler
import Search
import Terminal

/// Searches an input that fails for all rows of data by looking at few of them first.
///
/// A round follows the slope of soft rates over some rows, with whole numbers relaxed and assumptions at a price (as Neural
/// Cleanse weighs a mask: Wang et al., S&P 2019), brings what it comes to back onto the whole numbers, and searches the property itself from there, over the same rows. What fails is tried on four times as
/// many rows, and so on: where it no longer fails, the next round looks at as many and begins there. After a round without
/// anything the rows are few again. (Successive halving: Jamieson and Talwalkar, "Non-stochastic best arm identification
/// and hyperparameter optimization", AISTATS 2016.)
package struct UniversalSearch {
    private let universal: Universal
    private let trial: Trial
    private let trying: Trying
    private let line: ProgressLine
    private let start = Clock.seconds()
    package private(set) var effort = Effort()
    private var trials: [Int: Trial] = [:]
    private var excess = 0.0

    package init(_ universal: Universal, _ trial: Trial, _ trying: Trying, _ line: ProgressLine) {
        (self.universal, self.trial, self.trying, self.line) = (universal, trial, trying, line)
        rungs =
            sequence(first: Self.fewestRows) { $0 * 4 }.prefix { $0 < universal.searchedCount } + [
                universal.searchedCount
            ]
    }

    private static let fewestRows = 16
    /// Of the budget, all together and for each half of a round.
    private static let share = 0.6
    private static let slice = 0.05
    /// What an assumption's unit costs, in turn.
    private static let penalties = [0.02, 0.2, 0.002, 2]
    /// How many rows are looked at, ascending.
    private let rungs: [Int]

    /// What fails on all rows that the search may look at, and on all there are; nil where nothing was found. First what fails
    /// by more than chance would lose on other rows, then anything.
    package mutating func search() throws -> Finding? {
        let most = try universal.excesses().last ?? 0
        for (excess, share) in most > 0 ? [(most, 0.6), (0, 1)] : [(0, 1)] {
            (self.excess, trials) = (excess, [:])
            if let found = try search(until: share * Self.share) { return found }
        }
        return nil
    }

    private mutating func search(until share: Double) throws -> Finding? {
        var (rung, known, round) = (0, [[Double]](), 0)
        while !isOver(share) {
            let points = try relaxed(rung, known, round).map { known + [$0] } ?? known
            let found = try whole(rung, points, round)
            Log.debug(
                "\(trial.name): over \(rungs[rung]) rows \(found.finding == nil ? "nothing" : "something") fails by more than "
                    + "\(excess)")
            round += 1
            guard let finding = found.finding else {
                (rung, known) = (0, rung == 0 ? found.best.map { [$0] } ?? [] : [])
                if round.isMultiple(of: 4) { known = [] }
                continue
            }
            guard
                let failed = try rungs.indices.dropFirst(rung + 1).first(where: {
                    try over($0).objective.margin(at: finding.point) >= 0
                })
            else {
                guard trial.objective.margin(at: finding.point) >= 0 else { return finding }
                (rung, known) = (0, [])
                continue
            }
            (rung, known) = (failed, [finding.point])
        }
        return nil
    }

    private mutating func over(_ rung: Int) throws -> Trial {
        if let known = trials[rung] { return known }
        let made = try universal.trial(rows: rungs[rung], excess: excess)
        trials[rung] = made
        return made
    }

    /// Where soft rates and relaxed whole numbers lead, on the grid again.
    private mutating func relaxed(_ rung: Int, _ known: [[Double]], _ round: Int) throws -> [Double]? {
        let guide = try universal.guide(
            rows: rungs[rung], penalty: Self.penalties[round % Self.penalties.count])
        guard guide.hasGradient else { return nil }
        let outcome = portfolio(known, 2 * round).search(guide)
        return note(outcome).map { trial.space.snapped($0) }
    }

    private mutating func whole(
        _ rung: Int, _ known: [[Double]], _ round: Int
    ) throws -> (finding: Finding?, best: [Double]?) {
        let before = effort.tries
        let outcome = portfolio(known, 2 * round + 1).search(try over(rung).objective)
        let best = note(outcome)
        return (outcome.findings.first?.counted(from: before), best)
    }

    /// Adds what a search cost; gives its best point. Margins over other rows are not compared.
    private mutating func note(_ outcome: Outcome) -> [Double]? {
        var own = outcome.effort
        let best = outcome.findings.first?.point ?? own.bestPoint
        (own.bestMargin, own.bestPoint, own.isExhaustive) = (.infinity, nil, false)
        own.course = Course()
        effort = own.after(effort)
        return best
    }

    private func portfolio(_ known: [[Double]], _ number: Int) -> Portfolio {
        let settings = trying.settings
        var portfolio = trying.portfolio(for: trial, known: known, line)
        portfolio.seed = settings.seed &+ UInt64(number)
        portfolio.wanted = 1
        let left = start + settings.budget * Self.share - Clock.seconds()
        portfolio.budget.seconds = max(0, min(left, settings.budget * Self.slice))
        if settings.tries < .max {
            portfolio.budget.seconds = .infinity
            portfolio.budget.tries = max(64, Int(Double(settings.tries) * Self.slice))
        }
        return portfolio
    }

    private func isOver(_ share: Double) -> Bool {
        let settings = trying.settings
        if Interrupt.isRequested { return true }
        if settings.tries < .max { return Double(effort.tries) >= share * Double(settings.tries) }
        return Clock.seconds() >= start + share * settings.budget
    }
}
