import Synchronization
import Testing

@testable import Search

/// What is evaluated in a time: whole where it is fast, no more than there is time for where it is not, the same in any case.
@Suite struct PaceTests {
    /// An objective that takes time by a clock of its own: so much for each lane that is filled up, sixteen for more than one.
    private final class Slow: Objective {
        let space = Space.cube(3, -1...1, reference: 1)
        let hasGradient = true
        let (keyCount, outputCount) = (1, 2)
        let perLane: Double
        private let time = Atomic(0)
        /// The lanes of each evaluation.
        let sizes = Mutex([Int]())

        init(perLane: Double) { self.perLane = perLane }

        var now: Double { Double(time.load(ordering: .relaxed)) * 1e-9 }

        func evaluate(_ tile: Tile, _ reading: Reading) {
            let lanes = tile.count == 1 && tile.lanes == 1 ? 1 : (tile.count + 15) / 16 * 16
            time.add(Int(Double(lanes) * perLane * 1e9), ordering: .relaxed)
            sizes.withLock { $0.append(tile.count) }
            for lane in 0..<tile.count {
                let point = tile.point(lane)
                tile.margins[lane] = point[0] - point[1] * point[2]
                tile.keys[lane] = point[2]
                for row in 0..<2 { tile.outputs[row * tile.lanes + lane] = point[row] }
                for row in 0..<3 {
                    let weight = reading == .outputGradient ? tile.cotangents[lane] : 1
                    tile.gradients[row * tile.lanes + lane] = weight * point[2 - row]
                }
            }
        }
    }

    private func filled(_ objective: Slow) -> Tile {
        let tile = Tile(for: objective)
        tile.count = tile.lanes
        for lane in 0..<tile.lanes {
            tile.set([Double(lane) / 64, 0.5, 1 - Double(lane) / 32], lane: lane)
            tile.cotangents[lane] = Double(lane)
        }
        return tile
    }

    @Test(arguments: [Reading.margins, .keys, .outputs, .gradient, .outputGradient])
    func portionsGiveWhatTheWholeGives(reading: Reading) {
        let (whole, slow) = (Slow(perLane: 0), Slow(perLane: 0.1))
        let (expected, tile) = (filled(whole), filled(slow))
        whole.evaluate(expected, reading)
        let pace = Pace(until: 100) { slow.now }
        #expect(pace.evaluate(tile, reading, by: slow, stops: { false }) == 64)
        #expect(slow.sizes.withLock { $0.count } > 1)
        for lane in 0..<64 {
            #expect(tile.margins[lane] == expected.margins[lane])
            if reading == .keys { #expect(tile.keys[lane] == expected.keys[lane]) }
            if reading == .outputs { #expect(tile.outputs[64 + lane] == expected.outputs[64 + lane]) }
            if reading == .gradient || reading == .outputGradient {
                for row in 0..<3 { #expect(tile.gradients[row * 64 + lane] == expected.gradients[row * 64 + lane]) }
            }
        }
    }

    @Test func whatIsFastStaysWhole() {
        let fast = Slow(perLane: 1e-6)
        let pace = Pace(until: 100) { fast.now }
        for _ in 0..<3 { #expect(pace.evaluate(filled(fast), .margins, by: fast, stops: { false }) == 64) }
        #expect(fast.sizes.withLock { $0 } == [1, 64, 64, 64])
        // Without an end nothing has to be measured first.
        let other = Slow(perLane: 1e-6)
        #expect(Pace { other.now }.evaluate(filled(other), .margins, by: other, stops: { false }) == 64)
        #expect(other.sizes.withLock { $0 } == [64])
    }

    /// But for what is not known of sixteen lanes before they were evaluated.
    @Test(arguments: [0.001, 0.01, 0.1, 0.4], [Reading.margins, .gradient])
    func nothingBeginsThatCannotEndInTime(perLane: Double, reading: Reading) {
        let slow = Slow(perLane: perLane)
        let pace = Pace(until: 1) { slow.now }
        var tried = 0
        for _ in 0..<10_000 where slow.now < 1 {
            let count = pace.evaluate(filled(slow), reading, by: slow, stops: { false })
            tried += count
            if count < 64 { break }
        }
        #expect(tried >= 2 && slow.now <= 1.02)
    }

    @Test func oneIsTriedInAnyCaseWhereItIsDemanded() {
        let slow = Slow(perLane: 0.5)
        let pace = Pace(until: -1) { slow.now }
        #expect(pace.evaluate(filled(slow), .margins, by: slow, stops: { false }) == 0)
        #expect(pace.evaluate(filled(slow), .margins, by: slow, demand: .some, stops: { false }) == 1)
        #expect(pace.evaluate(filled(slow), .margins, by: slow, demand: .some, stops: { true }) == 0)
    }

    @Test func stoppingIsAskedForBetweenPortions() {
        let slow = Slow(perLane: 0.1)
        let pace = Pace(until: 1000) { slow.now }
        let count = pace.evaluate(filled(slow), .margins, by: slow) { slow.now > 0.5 }
        #expect(count > 0 && count < 64)
    }

    /// A slow search and shrinking keep to their time, and what they find does not depend on it as long as it suffices.
    @Test func searchAndShrinkingKeepToTheirTime() throws {
        let slow = Slow(perLane: 0.02)
        var portfolio = Portfolio()
        portfolio.strategies = [Uniform()]
        portfolio.budget = Budget(seconds: 5) { slow.now }
        guard case .found(let findings, _) = portfolio.search(slow) else {
            return #expect(Bool(false), "not found")
        }
        #expect(slow.now <= 5)
        let fast = Slow(perLane: 0)
        portfolio.budget = Budget(tries: 100_000)
        #expect(portfolio.search(fast).findings.first?.point == findings.first?.point)

        let point = try #require(findings.first?.point)
        let end = slow.now + 0.5
        let budget = ShrinkBudget(pace: Pace(until: end) { slow.now }) { slow.now >= end }
        let shrunk = try #require(SpaceShrinker(slow, budget: budget).shrink(point))
        #expect(shrunk.minimality == .budgetSpent && shrunk.margin < 0 && slow.now <= end + 0.02)
    }
}
