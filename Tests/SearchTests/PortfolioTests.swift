import Synchronization
import Testing

@testable import Search

@Suite struct PortfolioTests {
    private func thinBowl() -> Toy {
        Toy(
            .cube(6, -1...1, .real32), slope: { point in point.map { 2 * ($0 - 0.37) } },
            margin: { point in point.reduce(-1e-6) { $0 + ($1 - 0.37) * ($1 - 0.37) } })
    }

    private func never(_ space: Space) -> Toy {
        Toy(space, slope: { $0 }, margin: { point in 1 + point.reduce(0) { $0 + $1 * $1 } })
    }

    @Test(arguments: [1, 2, 3])
    func theNumberOfWorkersChangesNothing(workers: Int) {
        for seed in 1...3 as ClosedRange<UInt64> {
            var portfolio = Portfolio()
            portfolio.seed = seed
            portfolio.budget = Budget(tries: 50_000)
            let alone = portfolio.search(thinBowl())
            portfolio.workers = workers
            let together = portfolio.search(thinBowl())
            #expect(!alone.findings.isEmpty && alone.findings == together.findings)
            #expect(alone.effort.tries == together.effort.tries)
            #expect(alone.effort.shares.map(\.tries) == together.effort.shares.map(\.tries))
            #expect(alone.effort.bestPoint == together.effort.bestPoint)
            #expect(alone.effort.course == together.effort.course)
        }
    }

    /// Any thread may take a job, whatever its number.
    @Test func thereMayBeMoreWorkersThanJobs() {
        for seed in 0..<200 {
            var portfolio = Portfolio()
            portfolio.seed = UInt64(seed)
            portfolio.workers = 8
            portfolio.strategies = [Uniform()]
            portfolio.budget = Budget(tries: 3000)
            #expect(portfolio.search(thinBowl()).effort.tries <= 3000)
        }
    }

    @Test func seedsDiffer() {
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 50_000)
        let first = portfolio.search(thinBowl())
        portfolio.seed = 1
        #expect(portfolio.search(thinBowl()).findings != first.findings)
    }

    @Test(arguments: [1, 63, 64, 1000, 20_001])
    func theBudgetIsSpentExactly(tries: Int) {
        var portfolio = Portfolio()
        portfolio.workers = 2
        portfolio.budget = Budget(tries: tries)
        let toy = never(.cube(3, -1...1))
        guard case .survived(let effort) = portfolio.search(toy) else { return #expect(Bool(false), "not survived") }
        #expect(effort.tries == tries && toy.evaluations.load(ordering: .relaxed) == tries)
        #expect(effort.shares.reduce(0) { $0 + $1.tries } == tries)
        #expect(effort.bestMargin >= 1 && effort.bestPoint.map { toy.margin(at: $0) } == effort.bestMargin)
        #expect(toy.strays.load(ordering: .relaxed) == 0)
    }

    /// It falls with the tries, each step by a strategy that ran, to where the search ended.
    @Test func theCourseLeadsToTheBestMargin() throws {
        for (toy, isFound) in [(thinBowl(), true), (never(.cube(6, -1...1)), false)] {
            var portfolio = Portfolio()
            portfolio.budget = Budget(tries: 20_000)
            let outcome = portfolio.search(toy)
            let (effort, steps) = (outcome.effort, outcome.effort.course.steps)
            let last = try #require(steps.last)
            #expect(steps.count > (isFound ? 2 : 0), "\(steps)")
            #expect(last.margin == effort.bestMargin && last.tries <= effort.tries)
            for (step, next) in zip(steps, steps.dropFirst()) {
                #expect(step.tries < next.tries && step.margin > next.margin)
            }
            #expect(
                steps.allSatisfy { step in step.tries > 0 && effort.shares.contains { $0.strategy == step.strategy } })
            #expect(!isFound || last.tries == outcome.findings[0].tries && last.margin < 0)
        }
    }

    @Test func aLongCourseIsThinnedOut() throws {
        var course = Course()
        for tries in 1...10_000 { course.note(.init(tries: tries, margin: -Double(tries), strategy: "s")) }
        #expect(course.steps.count <= Course.capacity && course.steps.last?.tries == 10_000)
        #expect(course.steps.first?.tries == 1)
        // What does no better is no step, in a search that goes on either.
        course.note(.init(tries: 10_001, margin: 5, strategy: "s"))
        #expect(course.steps.last?.tries == 10_000)
        var later = Course()
        later.note(.init(tries: 2, margin: 5, strategy: "s"))
        later.note(.init(tries: 3, margin: -20_000, strategy: "s"))
        let whole = later.after(course, tries: 11_000)
        #expect(whole.steps.last == .init(tries: 11_003, margin: -20_000, strategy: "s"))
        #expect(!whole.steps.contains { $0.margin == 5 })
    }

    @Test func theDeadlineStops() {
        let ticks = Atomic(0)
        var portfolio = Portfolio()
        portfolio.workers = 2
        portfolio.budget = Budget(seconds: 50) { Double(ticks.add(1, ordering: .relaxed).newValue) }
        guard case .survived(let effort) = portfolio.search(never(.cube(2, 0...1))) else {
            return #expect(Bool(false), "not survived")
        }
        #expect((1...60 * Tile.width).contains(effort.tries))
    }

    @Test func cancellationInterrupts() {
        let asked = Atomic(0)
        var portfolio = Portfolio()
        portfolio.isCancelled = { asked.add(1, ordering: .relaxed).newValue > 40 }
        guard case .interrupted(let findings, let effort) = portfolio.search(never(.cube(2, 0...1))) else {
            return #expect(Bool(false), "not interrupted")
        }
        #expect(findings.isEmpty && effort.tries > 0)
    }

    @Test func finiteDomainsAreExhausted() {
        var kinds: [CoordinateKind] = [.integer, .category, .real32]
        kinds.append(.integer)
        let boxes = [
            Box(lower: [0, 0, 0.5, -3], upper: [9, 4, 0.5, 3]), Box(lower: [20, 1, 0.5, 0], upper: [29, 1, 0.5, 99]),
        ]
        let space = Space(kinds: kinds, boxes: boxes, reference: [0, 0, 0.5, 0], variables: [])
        let seen = Visited()
        var portfolio = Portfolio()
        portfolio.workers = 2
        let toy = Toy(space) { point in
            seen.insert(point)
            return 1
        }
        guard case .exhausted(let effort) = portfolio.search(toy) else { return #expect(Bool(false), "not exhausted") }
        #expect(effort.isExhaustive && seen.count == 10 * 5 * 7 + 10 * 100)
        let needle = Toy(space) { $0 == [23, 1, 0.5, 77] ? -1 : 1 }
        #expect(portfolio.search(needle).findings.map(\.point) == [[23, 1, 0.5, 77]])
    }

    /// The budget ends inside the enumeration, one point short of its end at the latest: that proves nothing.
    @Test(arguments: [1, 63, 897, 900, 1000, 1500, 1895], [1, 2])
    func exhaustionNeedsTheBudgetForIt(tries: Int, workers: Int) {
        var portfolio = Portfolio()
        portfolio.workers = workers
        portfolio.budget = Budget(tries: tries)
        let seen = Visited()
        let toy = Toy(
            .cube(3, 0...9, .integer), slope: { $0 },
            margin: { point in
                seen.insert(point)
                return 1
            })
        let outcome = portfolio.search(toy)
        #expect(outcome.effort.tries <= tries)
        guard case .exhausted = outcome else { return #expect(outcome.effort.tries == tries) }
        #expect(seen.count == 1000)
    }

    @Test func aLastPointThatIsCutOffIsNotProved() {
        // 4 rounds of 1,024 and one point: the budget ends exactly before it.
        let space = Space(
            kinds: [.integer], boxes: [Box(lower: [0], upper: [4096])], reference: [0], variables: [])
        for missing in 0...1 {
            var portfolio = Portfolio()
            portfolio.strategies = [Uniform()]  // one tile of it opens the search
            portfolio.budget = Budget(tries: Tile.width + 4097 - missing)
            let outcome = portfolio.search(Toy(space) { _ in 1 })
            #expect(outcome.effort.isExhaustive == (missing == 0))
        }
    }

    @Test func aDiscrepancyIsNoProof() {
        let calls = Atomic(0)
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 5_000)
        let toy = Toy(.cube(1, 0...99, .integer)) { _ in
            calls.add(1, ordering: .relaxed).newValue == 1 ? -1 : 1
        }
        guard case .survived = portfolio.search(toy) else { return #expect(Bool(false), "not survived") }
    }

    @Test func oneBoxOfTwoThousandIsFound() {
        let boxes = (0..<2000).map { Box(lower: [Double($0), 0, 0], upper: [Double($0) + 0.5, 1, 1]) }
        let space = Space(
            kinds: [.real64, .real32, .real64], boxes: boxes, reference: [0, 0, 0], variables: [])
        let toy = Toy(
            space, slope: { [0, $0[1] < 0.9 ? -1 : 1, 0] },
            margin: { point in
                Int(point[0]) == 1234 ? abs(point[1] - 0.9) - 0.001 : 2
            })
        let finding = expectFound(toy, tries: 30_000)
        #expect(finding?.box == 1234)
    }

    @Test func categoriesCombine() {
        let space = Space(
            kinds: Array(repeating: .category, count: 4) + [.real64],
            boxes: [Box(lower: [0, 0, 0, 0, 0], upper: [19, 19, 19, 19, 1])], reference: [0, 0, 0, 0, 0], variables: [])
        let toy = Toy(space) { point in
            Double(zip(point, [3, 17, 8, 11]).filter { $0 != $1 }.count) + abs(point[4] - 0.25) - 0.2
        }
        expectFound(toy, tries: 100_000)
    }

    @Test func aPlateauIsCrossed() {
        let toy = Toy(
            .cube(5, 0...1), slope: { _ in [0, 0, 0, 0, 0] },
            margin: { point in
                point.allSatisfy { $0 > 0.72 } ? -1 : 1
            })
        expectFound(toy, tries: 30_000)
    }

    @Test func cornersInsideAPlateauAreFound() {
        let toy = Toy(.cube(9, -1...1)) { point in point.allSatisfy { abs($0) == 1 } ? -1 : 1 }
        expectFound(toy, tries: 5_000)
    }

    @Test func distinctViolationsAreCollected() {
        var portfolio = Portfolio()
        portfolio.workers = 2
        portfolio.wanted = 4
        portfolio.budget = Budget(tries: 20_000)
        let toy = Toy(
            .cube(2, -1...1), outputCount: 3, answers: { [$0[0], $0[1], 0.1] }, slope: { _ in [1, 1] },
            margin: { max(abs($0[0]), abs($0[1])) > 0.5 ? -0.1 : 1 })
        let findings = portfolio.search(toy).findings
        #expect(findings.count == 4 && Set(findings.map(\.signature)).count == 4)
        #expect(zip(findings, findings.dropFirst()).allSatisfy { $0.tries <= $1.tries })
    }

    @Test func knownPointsComeFirst() {
        var portfolio = Portfolio()
        portfolio.known = [[0.123, 0.456], [1], [0.2, 0.2]]
        let toy = Toy(.cube(2, 0...1)) { $0 == [0.2, 0.2] ? -1 : 1 }
        let finding = portfolio.search(toy).findings.first
        #expect(finding?.tries == 2 && finding?.strategy == "known points")
    }

    @Test func whatFailsOnlyAmongOthersIsADiscrepancy() {
        let calls = Atomic(0)
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 640)
        let toy = Toy(.cube(2, 0...1)) { _ in
            calls.add(1, ordering: .relaxed).newValue == 1 ? -1 : 1
        }
        guard case .survived(let effort) = portfolio.search(toy) else { return #expect(Bool(false), "not survived") }
        #expect(effort.discrepancies.map(\.marginAmongOthers) == [-1])
        #expect(effort.discrepancies.map(\.marginAlone) == [1])
    }

    @Test func nothingIsWorseThanNotANumber() {
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 5_000)
        let toy = Toy(.cube(2, 0...1), slope: { _ in [.nan, .infinity] }, margin: { _ in .nan })
        guard case .survived(let effort) = portfolio.search(toy) else { return #expect(Bool(false), "not survived") }
        #expect(effort.bestPoint == nil)
    }

    @Test func unboundedCoordinatesStayFinite() {
        let huge = Double.greatestFiniteMagnitude
        let toy = Toy(
            .cube(3, -huge...huge, reference: 0), slope: { $0.map { $0 > 0 ? 1 : -1 } },
            margin: { point in
                point.allSatisfy { $0.isFinite && abs($0) < 1e3 && $0 != 0 } ? -1 : 1
            })
        expectFound(toy, tries: 50_000)
    }

    @Test func progressIsTold() {
        let told = Mutex<[SearchProgress]>([])
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 3_000)
        portfolio.progress = { progress in told.withLock { $0.append(progress) } }
        _ = portfolio.search(never(.cube(2, -1...1)))
        let tries = told.withLock { $0.map(\.tries) }
        #expect(tries.last == 3_000 && tries == tries.sorted())
    }
}
