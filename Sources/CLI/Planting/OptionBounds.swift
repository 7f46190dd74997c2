import ArgumentParser

/// Numbers that options take.
enum OptionBounds {
    static func check<Number: Comparable>(_ name: String, _ number: Number, in range: ClosedRange<Number>) throws {
        guard range.contains(number) else {
            throw ValidationError("--\(name) takes \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
