import CompactProofs
import Compiler
import Proof
import Reports
import Search
import Statistics
import Tensors
import Terminal

/// Decides what a property says of estimates: draws until the check holds, or fails, whatever the numbers in their intervals.
///
/// With a fixed number of draws (`--tries`) it is decided once, at the end; else from time to time, by intervals that hold at
/// all times. With variables around, a point where the check fails of a fixed sample is searched, and drawn anew there.
package struct Estimating {
    private var estimation: Estimation
    private let trial: Trial
    private let trying: Trying
    /// After so many draws at a point no more are made.
    private let mostDraws: Int
    /// Of each estimate the inputs that are proved to count: only others are drawn.
    private let known: [Cells?]
    private let start = Clock.seconds()

    package init(
        _ estimation: Estimation, _ trial: Trial, _ trying: Trying, mostDraws: Int = .max, known: [Cells?] = []
    ) {
        (self.estimation, self.trial, self.trying, self.mostDraws) = (estimation, trial, trying, mostDraws)
        self.known = known
        for (index, cells) in known.enumerated() {
            if let cells { self.estimation.estimates[index].isKnown = { cells.contains($0) } }
        }
    }

    /// Draws at first, and how many more, as a share of those so far, until the next decision.
    private static let firstDraws = 256
    private static let growth = 0.25
    /// The draws of the first sample that stands for a distribution.
    private static let firstSample = 256

    private var settings: Trying.Settings { trying.settings }
    private var end: Double { start + settings.budget }
    private var seed: UInt64 { settings.seed }

    package func verdict() throws(Failure) -> Verdict {
        guard trial.leaves.isEmpty else { return try worst() }
        let outcome = try decide(at: [], error: 1 - estimation.confidence, key: key(0), until: end)
        return verdict(outcome, at: nil, tries: outcome.drawn * estimation.estimates.count)
    }

    /// Where all draws of a purpose begin.
    private func key(_ purpose: Int) -> UInt64 {
        var random = Random(seed: seed, stream: purpose)
        return random.next()
    }

    // MARK: - At a point

    private struct Decided {
        var decision = Verdict.Estimated.Decision.undecided
        var quantities: [Verdict.Quantity] = []
        var drawn = 0
        /// Why nothing is known of an estimate; nil where something is.
        var failure: String?
    }

    private func decide(
        at point: [Double], error: Double, key: UInt64, until end: Double
    ) throws(Failure) -> Decided {
        let estimates = estimation.estimates
        var running = estimates.map {
            RunningEstimate($0.measure, in: $0.range, error: error / Double(estimates.count))
        }
        let crew = Crew(size: settings.threads)
        let limit = settings.tries < .max ? max(1, settings.tries / estimates.count) : Int.max
        var (decided, target) = (Decided(), min(limit, Self.firstDraws))
        if limit < .max { target = limit }
        while true {
            let isWhole = try draw(&running, from: decided.drawn, to: target, at: point, key, crew, until: end) {
                decided.drawn = $0
            }
            let stopping: RunningEstimate.Stopping = limit < .max && isWhole ? .fixed : .anytime
            decided.quantities = estimates.indices.map { quantity($0, running[$0], stopping, decided.drawn) }
            if let invalid = zip(estimates, running).first(where: { $1.isInvalid }) {
                decided.failure =
                    "a draw gave what is not a number, or not in bounds, for `\(trying.subject.words(invalid.0.span))`"
                return decided
            }
            decided.decision = try decision(at: point, decided.quantities)
            guard decided.decision == .undecided, isWhole, decided.drawn < min(limit, mostDraws),
                !running.contains(where: \.isFull)
            else { break }
            let more = max(Self.firstDraws, Int(Double(decided.drawn) * Self.growth) / 64 * 64)
            target = min(limit, mostDraws, decided.drawn + more)
        }
        if let empty = decided.quantities.first(where: { $0.count == 0 }) {
            decided.failure = "none of \(empty.drawn) draws met the `where` of `\(empty.words)`"
        }
        return decided
    }

    /// Draws up to a number, in parts that take about a tenth of a second; whether it came so far.
    private func draw(
        _ running: inout [RunningEstimate], from first: Int, to target: Int, at point: [Double], _ key: UInt64,
        _ crew: Crew, until end: Double, _ note: (Int) -> Void
    ) throws(Failure) -> Bool {
        var (drawn, part) = (first, first == 0 ? 1 : 64)
        while drawn < target {
            let begin = Clock.seconds()
            let next = drawn..<min(target, drawn + part)
            for index in running.indices {
                var random = Random(seed: key, stream: index)
                do throws(ShapeError) {
                    running[index].add(
                        try estimation.estimates[index].values(of: next, key: random.next(), at: point, crew))
                } catch { throw Failure("\(error)", code: .unfinished) }
            }
            drawn = next.upperBound
            note(drawn)
            let now = Clock.seconds()
            guard now < end, !Interrupt.isRequested else { return drawn >= target }
            part = now - begin < 0.05 ? min(part * 2, 1 << 16) : max(1, part / 2)
        }
        return true
    }

    private func quantity(
        _ index: Int, _ running: RunningEstimate, _ stopping: RunningEstimate.Stopping, _ drawn: Int
    ) -> Verdict.Quantity {
        let estimate = estimation.estimates[index]
        var (value, interval) = running.interval(stopping)
        let certain = known.indices.contains(index) ? known[index]?.share : nil
        if let certain {
            // What is drawn is the rate of all that is left.
            func whole(_ rate: Double) -> Double { certain + (1 - certain) * rate }
            value = whole(value)
            interval = (whole(interval.lowerBound) * (1 - 0x1p-48))...min(1, whole(interval.upperBound) * (1 + 0x1p-48))
        }
        return Verdict.Quantity(
            words: trying.subject.words(estimate.span), estimate: value, interval: interval, certain: certain,
            count: running.count,
            drawn: drawn, successes: estimate.measure == .rate ? running.successes : nil,
            range: estimate.measure == .mean ? estimate.range : nil, method: running.method(stopping))
    }

    /// Whether the check holds, or fails, for all numbers in the intervals, by bounds.
    private func decision(
        at point: [Double], _ quantities: [Verdict.Quantity]
    ) throws(Failure) -> Verdict.Estimated.Decision {
        let intervals = quantities.map { $0.lower...$0.upper }
        guard intervals.allSatisfy({ $0.lowerBound.isFinite && $0.upperBound.isFinite }) else { return .undecided }
        // Where it holds somewhere in the box it does not fail in all of it.
        let holds = try holds(at: point, intervals.map(\.lowerBound))
        if holds { return try isProved(.holds, at: point, intervals) ? .holds : .undecided }
        return try isProved(.fails, at: point, intervals) ? .fails : .undecided
    }

    private func holds(at point: [Double], _ numbers: [Double]) throws(Failure) -> Bool {
        do {
            return try estimation.claims.objective(.holds, at: point, numbers.map { $0...$0 }).margin(
                at: point + numbers) >= 0
        } catch { throw Failure("\(error)", code: .unfinished) }
    }

    private func isProved(
        _ claim: NumberClaims.Claim, at point: [Double], _ intervals: [ClosedRange<Double>]
    ) throws(Failure) -> Bool {
        do { return try NumberDecision(estimation.claims).isProved(claim, at: point, intervals) } catch {
            throw Failure("\(error)", code: .unfinished)
        }
    }

    // MARK: - The worst point

    /// Searches a point with the same draws at all points, and decides there with others; the error that is allowed is
    /// halved from one point to the next, so that all of them together keep to it.
    private func worst() throws(Failure) -> Verdict {
        var (effort, error, attempt) = (Effort(), 1 - estimation.confidence, 1)
        let largest = estimation.largestSample
        var sample = min(Self.firstSample, largest)
        var doubt: (point: [Double], decided: Decided)?
        while Clock.seconds() < end, !Interrupt.isRequested, !trial.objective.isOver {
            let (found, isDone) = try search(Sample(key: key(-attempt), count: sample), attempt, &effort)
            if let found {
                error /= 2
                let left = end - Clock.seconds()
                let decided = try decide(
                    at: found, error: error, key: key(attempt), until: Clock.seconds() + max(0.1, left / 2))
                effort.tries += decided.drawn * estimation.estimates.count
                if decided.decision == .fails || decided.failure != nil {
                    return verdict(decided, at: found, tries: effort.tries)
                }
                doubt = (found, decided)
            }
            attempt += 1
            if isDone, found == nil, sample >= largest || settings.tries < .max { break }
            if settings.tries < .max, effort.tries >= settings.tries { break }
            sample = min(sample * 2, largest)
        }
        return survived(effort, doubt)
    }

    /// A point that fails of a sample, and whether more time would find no more.
    private func search(
        _ sample: Sample, _ attempt: Int, _ effort: inout Effort
    ) throws(Failure) -> (point: [Double]?, isDone: Bool) {
        let objective: GraphObjective
        do { objective = try estimation.empirical(sample) } catch { throw Failure("\(error)", code: .unfinished) }
        var portfolio = Portfolio()
        portfolio.seed = seed &+ UInt64(attempt)
        portfolio.workers = settings.threads
        portfolio.budget = Budget(
            tries: settings.tries < .max ? max(1, settings.tries - effort.tries) : .max,
            seconds: max(0.01, min(end - Clock.seconds(), settings.budget / 4)), clock: Clock.seconds)
        portfolio.isCancelled = { Interrupt.isRequested }
        let outcome = portfolio.search(objective)
        effort = outcome.effort.after(effort)
        return switch outcome {
        case .found(let findings, _), .interrupted(let findings, _): (findings.first?.point, false)
        case .exhausted: (nil, true)
        case .survived: (nil, false)
        }
    }

    private func survived(_ effort: Effort, _ doubt: (point: [Double], decided: Decided)?) -> Verdict {
        var remarks = ["every input was tried with the same draws; one that fails is drawn anew before it counts"]
        if let doubt {
            let numbers = doubt.decided.quantities.map {
                "\($0.words) between \($0.lower.rounded(toSignificant: 5)) and \($0.upper.rounded(toSignificant: 5))"
            }
            remarks.append(
                "the last suspect did not fail with confidence when drawn anew: \(numbers.joined(separator: "; "))")
        }
        switch trying.admittance(of: trial, until: end + 0.1) {
        case .nothing: return verdict(.nothingAdmitted, tries: effort.tries)
        case .unconditional, .share, .interrupted: break
        }
        return verdict(.survived, tries: effort.tries, best: effort.tries > 0 ? effort.bestMargin : nil, remarks)
    }

    // MARK: - What is told

    private func verdict(_ decided: Decided, at point: [Double]?, tries: Int) -> Verdict {
        if let failure = decided.failure { return verdict(.failed(failure), tries: tries) }
        let presentation = Presentation(trying.subject, trial, nil)
        return verdict(
            .estimated(
                Verdict.Estimated(
                    decided.decision, confidence: estimation.confidence, check: presentation.checks,
                    quantities: decided.quantities,
                    example: point.map { presentation.choice($0, of: trial.leaves, tries) })), tries: tries)
    }

    private func verdict(
        _ outcome: Verdict.Outcome, tries: Int, best: Double? = nil, _ remarks: [String] = []
    ) -> Verdict {
        Verdict(
            property: trial.name, title: trial.title, member: trial.member, place: trying.subject.place(trial),
            quantifier: trial.quantifier, outcome: outcome, remarks: remarks,
            effort: .init(
                tries: tries, seconds: Clock.seconds() - start, bestMargin: best, strategies: [],
                isInterrupted: Interrupt.isRequested, admitted: nil))
    }
}
