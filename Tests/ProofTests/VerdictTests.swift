import Foundation
import Search
import Tensors
import Testing

@testable import Proof

/// Verdicts held against all points of small spaces. The bounds of claims are the very extremes, so that margins are exactly
/// zero, or the least that there is below it. `GAINSAY_VERDICTS=10000` sets how many.
@Suite struct VerdictTests {
    @Test func verdictsAreThoseOfTryingEverything() throws {
        let asked = ProcessInfo.processInfo.environment["GAINSAY_VERDICTS"].flatMap(UInt64.init)
        var tally = Tally()
        for seed in 1...(asked ?? 20) { try judge(seed, &tally) }
        #expect(tally.decided * 2 > tally.claims)
        if asked != nil { print(tally.table) }
    }

    private struct Tally {
        var properties = 0
        var claims = 0
        var proved = 0
        var found = 0
        var decided: Int { proved + found }

        var table: String {
            """
            | properties | claims | proved | contradicted | undecided | wrong |
            |---|---|---|---|---|---|
            | \(properties) | \(claims) | \(proved) | \(found) | \(claims - decided) | 0 |
            """
        }
    }

    private func judge(_ seed: UInt64, _ tally: inout Tally) throws {
        var property = try RandomProperty(seed: seed)
        var graph = property.graph
        let (first, second) = (try property.number(), try property.number())
        graph = property.graph
        let values = try margins(property.space, graph, first, property.points)
        let others = try margins(property.space, graph, second, property.points)
        guard (values + others).allSatisfy(\.isFinite), let most = values.max(), let least = values.min(),
            let top = others.max(), let pick = values.dropFirst(values.count / 2).first
        else { return }
        tally.properties += 1
        func number(_ number: Double) -> Value { graph.constant(.scalar(number)) }
        func margin(_ relation: Compare.Relation, _ a: Value, _ b: Value) throws -> Value {
            try graph.add(Compare(relation), [a, b])
        }
        let parts = [
            try margin(.lessOrEqual, first, number(most)), try margin(.less, first, number(most)),
            try margin(.lessOrEqual, first, number(most.nextDown)), try margin(.less, first, number(most.nextUp)),
            try margin(.lessOrEqual, number(least), first), try margin(.less, number(least), first),
            try margin(.lessOrEqual, second, number(top)), try margin(.less, number(pick), second),
            try margin(.lessOrEqual, first, second), try margin(.lessOrEqual, first, number(most + 0.1)),
        ]
        var claims = parts
        for (index, part) in parts.enumerated() {
            let other = parts[(index * 7 + 3) % parts.count]
            claims.append(try graph.add(Binary(.minimum), [part, other]))
            claims.append(try graph.add(Binary(.maximum), [part, other]))
            // not (a and b)
            let joined = try graph.add(Reduce(.minimum), [graph.joined(part, other)])
            claims.append(try margin(.less, joined, number(0)))
        }
        for (index, claim) in claims.enumerated() {
            try judge(claim, graph, property, "seed \(seed), claim \(index)", &tally)
        }
    }

    private func judge(
        _ margin: Value, _ graph: Graph, _ property: RandomProperty, _ name: String, _ tally: inout Tally
    ) throws {
        let holds = try margins(property.space, graph, margin, property.points).allSatisfy { $0 >= 0 }
        let objective = try MarginObjective(property.space, graph, margin)
        var prover = try Prover(objective, graph: graph, margin: margin)
        let start = ContinuousClock.now
        prover.clock = { Double((ContinuousClock.now - start) / .seconds(1)) }
        prover.seconds = 1
        prover.regionLimit = 300
        tally.claims += 1
        switch prover.prove() {
        case .proved:
            tally.proved += 1
            #expect(holds, "\(name): proved, but it does not hold")
        case .found(let point, _):
            tally.found += 1
            #expect(!holds, "\(name): contradicted, but it holds")
            #expect(property.space.contains(point) && objective.margin(at: point) < 0, "\(name): \(point)")
        case .undecided(let reason, _): #expect(!reason.isEmpty)
        }
    }

    /// A scalar at each of some points.
    private func margins(_ space: Space, _ graph: Graph, _ value: Value, _ points: [[Double]]) throws -> [Double] {
        let objective = try MarginObjective(space, graph, value)
        let tile = Tile(for: objective)
        var results: [Double] = []
        for start in stride(from: 0, to: points.count, by: tile.lanes) {
            let batch = points[start..<min(start + tile.lanes, points.count)]
            for (lane, point) in batch.enumerated() { tile.set(point, lane: lane) }
            tile.count = batch.count
            objective.evaluate(tile, .margins)
            results += (0..<batch.count).map { tile.margins[$0] }
        }
        return results
    }
}

extension Graph {
    /// Two scalars as a vector.
    fileprivate mutating func joined(_ a: Value, _ b: Value) throws -> Value {
        let parts = try [a, b].map { try add(Rearrange.reshape([], to: Shape([1])), [$0]) }
        return try add(Rearrange.concatenate([[1], [1]], axis: 0), parts)
    }
}
