import Foundation
import Testing

@testable import Tensors

/// Random graphs over all operators, with weights and boxes that are hard on floating point. `GAINSAY_ATTACKS=10000` sets
/// how many, and prints a table.
@Suite struct AttackTests {
    @Test func noBoundIsWrong() throws {
        let asked = ProcessInfo.processInfo.environment["GAINSAY_ATTACKS"].flatMap(UInt64.init)
        let first = ProcessInfo.processInfo.environment["GAINSAY_FIRST_ATTACK"].flatMap(UInt64.init) ?? 1
        let count = asked ?? 30
        var total = Attack.Result()
        for seed in first..<(first + count) {
            var attack = try Attack(seed: seed)
            try attack.run()
            total.add(attack.result, seed)
        }
        for violation in total.violations.prefix(10) { Issue.record("\(violation)") }
        #expect(total.violations.isEmpty)
        if asked != nil { print(total.table(networks: count)) }
    }
}

extension Attack.Result {
    fileprivate mutating func add(_ other: Attack.Result, _ seed: UInt64) {
        comparisons += other.comparisons
        known += other.known
        bounds += other.bounds
        violations += other.violations.prefix(3).map { "seed \(seed): \($0)" }
        for (name, count) in other.uses { uses[name, default: 0] += count }
    }

    fileprivate func table(networks: UInt64) -> String {
        let least = uses.values.min() ?? 0
        return """
            | networks | operators | least uses of any | bounds | of them known | comparisons | violations |
            |---|---|---|---|---|---|---|
            | \(networks) | \(uses.count) | \(least) | \(bounds) | \(known) | \(comparisons) | \(violations.count) |

            """ + uses.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
