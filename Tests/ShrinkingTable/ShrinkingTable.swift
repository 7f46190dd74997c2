import FoundationEssentials

/// How the tables of SHRINKING.md are made, by several test targets.
package enum ShrinkingTable {
    /// `GAINSAY_SEEDS=100` runs the whole table.
    package static let seeds = ProcessInfo.processInfo.environment["GAINSAY_SEEDS"].flatMap { UInt64($0) } ?? 20
    /// `GAINSAY_TABLE=1` prints it.
    package static let prints = ProcessInfo.processInfo.environment["GAINSAY_TABLE"] != nil

    package static func median(_ values: [Int]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
