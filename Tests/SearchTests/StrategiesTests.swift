import Testing

@testable import Search

@Suite struct StrategiesTests {
    /// Violated only near one corner of a box of many dimensions: random points do not come close.
    private func linear(_ dimension: Int, _ kind: CoordinateKind = .real32) -> Toy {
        let weights = (0..<dimension).map { Double($0 * 7919 % 13) - 6 }
        let reach = weights.reduce(0) { $0 + abs($1) }
        return Toy(
            .cube(dimension, -1...1, kind), slope: { _ in weights },
            margin: { point in
                zip(point, weights).reduce(0.95 * reach) { $0 + $1.0 * $1.1 }
            })
    }

    /// Violated within `radius` of a place of its own.
    private func bowl(_ dimension: Int, radius: Double) -> Toy {
        let centre = (0..<dimension).map { 0.3 + 0.05 * Double($0 % 7) }
        return Toy(
            .cube(dimension, -1...1), slope: { point in zip(point, centre).map { 2 * ($0 - $1) } },
            margin: { point in zip(point, centre).reduce(-radius * radius) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } })
    }

    @Test func everyDescentFindsTheCornerOfALinearMargin() {
        let descents: [any Strategy] = [
            Descent(.sign, from: .random), Descent(.normalised, from: .random), Descent(.sign, from: .corners),
            Adam(from: .random), Newton(),
        ]
        for strategy in descents {
            expectFound(linear(40), tries: 40_000, with: [Corners(), strategy])
        }
    }

    @Test func aLinearMarginOfAnImageIsFoundAtOnce() {
        let finding = expectFound(linear(3072), tries: 5_000)
        #expect((finding?.tries ?? 0) > 0)
    }

    @Test(arguments: [Descent(.sign, from: .random), Descent(.normalised, from: .random)])
    func descentsReachThinRegions(strategy: Descent) {
        expectFound(bowl(10, radius: 0.01), tries: 60_000, with: [strategy])
    }

    @Test func newtonAdamAndEvolutionReachThinRegions() {
        expectFound(bowl(10, radius: 0.001), tries: 60_000, with: [Uniform(), Newton()])
        expectFound(bowl(10, radius: 0.02), tries: 60_000, with: [Adam(from: .random)])
        expectFound(bowl(10, radius: 0.001), tries: 60_000, with: [Evolution()])
        expectFound(bowl(60, radius: 0.05), tries: 120_000, with: [Evolution()])
    }

    /// The margin is flat, so that only what the answers say leads anywhere.
    @Test func diversifiedStartsUseTheAnswers() {
        func flat() -> Toy {
            Toy(
                .cube(6, -1...1), outputCount: 6, answers: { $0 }, slope: { _ in [0, 0, 0, 0, 0, 0] },
                margin: { point in point.filter { $0 < 0.99 }.count < 2 ? -1 : 1 })
        }
        expectFound(flat(), tries: 20_000, with: [Descent(.sign, from: .diversified)])
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 20_000)
        portfolio.strategies = [Descent(.sign, from: .random)]
        #expect(portfolio.search(flat()).findings.isEmpty)
    }

    /// A rate over rows is flat nearly everywhere; what stands in for its slope, that of `Truth`, leads to the violation.
    @Test(arguments: [Descent(.sign, from: .random), Descent(.normalised, from: .random)])
    func aRateIsLoweredAlongItsStandIn(strategy: Descent) {
        expectFound(rate(), tries: 20_000, with: [strategy])
        expectFound(rate(), tries: 20_000)
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 20_000)
        portfolio.strategies = [Uniform()]
        #expect(portfolio.search(rate()).findings.isEmpty)
    }

    /// At least a fifth of 60 rows hold; each fails only far out in its own direction, all of them near one corner.
    private func rate() -> Toy {
        func weight(_ row: Int, _ index: Int) -> Double {
            let sign: Double = (index * 5) % 3 == 0 ? -1 : 1
            return sign + Double((row * 7 + index * 11) % 13 - 6) / 20
        }
        let rows: [[Double]] = (0..<60).map { row in (0..<12).map { weight(row, $0) } }
        @Sendable func room(_ row: [Double], _ point: [Double]) -> Double {
            zip(row, point).reduce(9) { $0 - $1.0 * $1.1 }
        }
        return Toy(
            .cube(12, -1...1),
            slope: { point in
                var slope = [Double](repeating: 0, count: 12)
                for row in rows {
                    let scale = 1 + abs(room(row, point))
                    for index in slope.indices { slope[index] -= row[index] / (scale * scale) / 60 }
                }
                return slope
            },
            margin: { point in Double(rows.filter { room($0, point) >= 0 }.count) / 60 - 0.2 })
    }

    @Test func evolutionNeedsNoGradient() {
        // Rastrigin's function, centred off the middle: many local minima.
        let toy = Toy(.cube(4, -5...5)) { point in
            point.reduce(-0.5) { sum, value in
                let x = value - 1.2
                let wave = (x - x.rounded()) * (x - x.rounded())
                return sum + x * x + 20 * wave
            }
        }
        expectFound(toy, tries: 200_000)
    }

    @Test func sweepsSolveOneCoordinateAtATime() {
        let toy = Toy(.cube(30, 0...255, .integer)) { point in
            point.indices.reduce(-0.5) { $0 + abs(point[$1] - Double($1 * 8)) }
        }
        expectFound(toy, tries: 200_000, with: [Uniform(), Sweep()])
    }

    @Test func mutationClimbsSteps() {
        let toy = Toy(.cube(12, 0...9, .integer)) { point in
            Double(point.indices.filter { point[$0] != Double($0 % 10) }.count) - 0.5
        }
        expectFound(toy, tries: 200_000, with: [Uniform(), Mutation()])
    }

    @Test func flipsFollowTheRanking() {
        // A knapsack of whole numbers: the gradient says which to raise.
        let toy = Toy(
            .cube(50, 0...3, .integer), slope: { point in point.indices.map { $0 % 3 == 0 ? -1 : 1 } },
            margin: { point in point.indices.reduce(50) { $0 + ($1 % 3 == 0 ? -point[$1] : point[$1]) } })
        expectFound(toy, tries: 20_000, with: [Corners(), Flip()])
    }

    @Test func lineSearchReachesTheReference() {
        let toy = Toy(.cube(8, -1...1, reference: 0.5)) { point in
            point.reduce(-0.001) { $0 + abs($1 - 0.51) }
        }
        expectFound(toy, tries: 200_000, with: [Uniform(), Line(), Sweep()])
    }

    @Test func boundaryValuesComeFirst() {
        let space = Space.cube(20, -3...5, reference: 1)
        for value in [-3.0, 5, 0, 1] {
            let toy = Toy(space) { point in point.allSatisfy { $0 == value } ? -1 : 1 }
            let finding = expectFound(toy, tries: 64, with: [Corners()])
            #expect(finding?.point == Array(repeating: value, count: 20))
        }
    }

    @Test func aLatticeLeavesSmallerGapsThanChance() {
        var random = Random(seed: 3)
        let space = Space.cube(1, 0...1)
        let whole = Frame(space, boxes: Array(repeating: 0, count: Tile.width))
        let outset = Outset(
            space: space, hasGradient: false, outputCount: 0, boxes: whole.boxes, elites: [], turn: 0, whole: whole)
        let tile = Tile(dimension: 1, lanes: Tile.width)
        let run = Lattice().start(outset, &random)
        _ = run?.next(tile, &random)
        let sorted = (tile.point(0) + (1..<64).map { tile.points[$0] }).sorted()
        let gap = zip(sorted, sorted.dropFirst()).map { $1 - $0 }.max()
        #expect((gap ?? 1) < 0.04)
    }

    @Test func randomNumbersAreInRangeAndReproducible() {
        var random = Random(seed: 9, stream: 4)
        var again = random
        let rows = Rows(64, lanes: 64)
        random.fillUnit(rows.start, count: 64 * 64)
        let numbers = (0..<4096).map { rows.start[$0] }
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(numbers == (0..<4096).map { _ in again.unit() })
        #expect(abs(numbers.reduce(0, +) / 4096 - 0.5) < 0.03)
        random.fillBell(rows.start, count: 64 * 64)
        let mean = (0..<4096).reduce(0) { $0 + rows.start[$1] } / 4096
        let variance = (0..<4096).reduce(0) { $0 + rows.start[$1] * rows.start[$1] } / 4096
        #expect(abs(mean) < 0.06 && abs(variance - 1) < 0.08)
        #expect((0..<1000).allSatisfy { _ in (0..<7).contains(random.below(7)) })
    }
}
