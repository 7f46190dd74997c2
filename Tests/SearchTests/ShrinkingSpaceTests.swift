import Search
import Testing

/// Points of a space: what is said around a shrunk point, and what the spec's own keys change.
@Suite struct ShrinkingSpaceTests {
    /// Violated where x[0] >= 0.53; x[1] does not matter; y is a label that does not matter.
    static let threshold = FunctionObjective(
        space: Space(
            kinds: [.real32, .real32, .category],
            boxes: [Box(lower: [0, 0, 0], upper: [1, 1, 9])], reference: [0, 0, 0],
            variables: [
                Variable(name: "x", coordinates: 0..<2, shape: [2]), Variable(name: "y", coordinates: 2..<3, shape: []),
            ]),
        value: { $0[0] >= 0.53 ? -$0[0] : 0.53 - $0[0] + 1e-9 }, slope: { _ in [-1, 0, 0] })

    /// The bucket of the nearest violation is 0.5..<0.53125, and 0.53 as a float32 is just below the threshold.
    @Test func findsTheRoundestOfTheNearest() throws {
        let shrunk = try #require(SpaceShrinker(Self.threshold).shrink([0.9371, 0.2, 7]))
        #expect(shrunk.edits.sites == [0])
        #expect(shrunk.point == [Double(Float(0.531)), 0, 0])
        #expect(shrunk.margin == Self.threshold.value(shrunk.point))
        guard case .noStepFails(let checks) = shrunk.minimality else {
            Issue.record("not at a fixed point")
            return
        }
        #expect(checks > 10)
    }

    @Test func tellsWhatDoesNotMatter() throws {
        let shrunk = try #require(SpaceShrinker(Self.threshold).shrink([0.9371, 0.2, 7]))
        let interval = try #require(shrunk.intervals.first)
        #expect(interval.coordinate == 0)
        #expect(interval.values.upperBound == 1)
        #expect(interval.values.lowerBound >= 0.53 && interval.values.lowerBound < 0.531)
        #expect(Self.threshold.value([interval.values.lowerBound, 0, 0]) < 0)
        #expect(shrunk.anyOtherValue == [1])
        #expect(abs(shrunk.nearest - 0.53) < 0.001)
        #expect(shrunk.worstMargin <= -0.9371)
    }

    @Test func aVariableThatMattersIsNotCalledFree() throws {
        var objective = Self.threshold
        objective.value = { $0[0] >= 0.53 && $0[2] < 9 ? -1 : 1 }
        objective.slope = nil
        let shrunk = try #require(SpaceShrinker(objective).shrink([0.9371, 0.2, 7]))
        #expect(shrunk.edits.sites == [0])
        #expect(shrunk.anyOtherValue.isEmpty)
    }

    /// Violated where x is 1 and y and z are both 2, and at (3, 0, 0), from which no single step, and no pair of them, leads there.
    @Test func ofFewCasesTheLeastIsFound() throws {
        let space = Space(
            kinds: [.integer, .integer, .integer], boxes: [Box(lower: [0, 0, 0], upper: [4, 4, 4])],
            reference: [0, 0, 0],
            variables: [Variable(name: "x", coordinates: 0..<3, shape: [3])])
        let objective = FunctionObjective(
            space: space, value: { $0 == [3, 0, 0] || $0 == [1, 2, 2] ? -1 : 1 }, measures: [{ $0[0] }])
        let shrunk = try #require(SpaceShrinker(objective).shrink([3, 0, 0]))
        #expect(shrunk.point == [1, 2, 2])
    }

    /// x + y >= 1: one site at its bound, or two that share the work.
    static func sum(measuredBy measures: [@Sendable ([Double]) -> Double]) -> FunctionObjective {
        FunctionObjective(
            space: Space(count: 2, .real64, in: 0...1, reference: [0, 0]),
            value: { $0[0] + $0[1] >= 1 ? min(1 - $0[0] - $0[1], -Double.leastNonzeroMagnitude) : 1 - $0[0] - $0[1] },
            slope: { _ in [-1, -1] }, measures: measures)
    }

    @Test func withoutKeysFewSitesComeFirst() throws {
        let shrunk = try #require(SpaceShrinker(Self.sum(measuredBy: [])).shrink([0.8, 0.7]))
        #expect(shrunk.point == [1, 0])
    }

    @Test func aNormThatLeadsComesFirst() throws {
        let objective = Self.sum(measuredBy: [{ max($0[0], $0[1]) }])
        let shrunk = try #require(SpaceShrinker(objective, keys: [.norm(.linf, of: 0..<2)]).shrink([0.8, 0.7]))
        #expect(shrunk.point == [0.5, 0.5])
        #expect(shrunk.keys == [0.5])
    }

    @Test func aCountThatLeadsThenANorm() throws {
        let objective = Self.sum(measuredBy: [
            { Double($0.count { $0 != 0 }) }, { max($0[0], $0[1]) },
        ])
        let keys: [KeyMeaning] = [.count(of: 0..<2), .norm(.linf, of: 0..<2)]
        let shrunk = try #require(SpaceShrinker(objective, keys: keys).shrink([0.8, 0.7]))
        #expect(shrunk.keys == [1, 1])
    }

    @Test func refusesWhatDoesNotFail() {
        #expect(SpaceShrinker(Self.threshold).shrink([0.1, 0, 0]) == nil)
        #expect(SpaceShrinker(Self.threshold).shrink([2, 0, 0]) == nil)
    }

    @Test func staysInTheBoxOfTheWitness() throws {
        let space = Space(
            kinds: [.real64], boxes: [Box(lower: [0], upper: [0.4]), Box(lower: [0.6], upper: [1])], reference: [0],
            variables: [])
        let objective = FunctionObjective(space: space, value: { 0.5 - $0[0] }, slope: nil)
        let shrunk = try #require(SpaceShrinker(objective).shrink([0.8]))
        #expect(shrunk.point == [0.6])
        #expect(shrunk.edits.count == 0)
    }

    @Test func aSpentBudgetIsSaidAndTheCaseStillFails() throws {
        let challenge = try #require(TensorChallenge.linear(seed: 0))
        let budget = ShrinkBudget(evaluations: 200)
        let shrunk = try #require(SpaceShrinker(challenge.objective, budget: budget).shrink(challenge.witness))
        #expect(shrunk.minimality == .budgetSpent)
        #expect(shrunk.evaluations <= 200)
        #expect(challenge.objective.value(shrunk.point) < 0)
        for evaluations in stride(from: 1, to: 3000, by: 97) {
            let budget = ShrinkBudget(evaluations: evaluations)
            let shrunk = try #require(SpaceShrinker(challenge.objective, budget: budget).shrink(challenge.witness))
            #expect(shrunk.evaluations <= evaluations && challenge.objective.value(shrunk.point) < 0)
        }
        let late = ShrinkBudget(isExpired: { true })
        #expect(SpaceShrinker(challenge.objective, budget: late).shrink(challenge.witness)?.minimality == .budgetSpent)
    }

    @Test func isDeterministic() throws {
        let challenge = try #require(TensorChallenge.network(seed: 1) ?? TensorChallenge.linear(seed: 1))
        let first = try #require(SpaceShrinker(challenge.objective).shrink(challenge.witness))
        let second = try #require(SpaceShrinker(challenge.objective).shrink(challenge.witness))
        #expect(first.edits == second.edits)
        #expect(first.evaluations == second.evaluations)
        #expect(first.intervals == second.intervals)
    }
}
