import Checker
import Search

/// One point as the values that a person reads and a file keeps: exact, and all that a replay needs.
package struct Witness: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let name: String
        /// Row-major; one for a scalar.
        package let values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package let entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    package init(_ point: [Double], of trial: Trial) {
        let kinds = trial.space.kinds
        entries = trial.leaves.map { leaf in
            Entry(
                name: leaf.name,
                values: leaf.coordinates.map { Notation.text(point[$0], kinds[$0], leaf.notationType) })
        }
    }

    /// The point that the values say; nil where they do not fit the trial.
    package func point(of trial: Trial) -> [Double]? {
        guard entries.map(\.name) == trial.leaves.map(\.name) else { return nil }
        var point: [Double] = []
        let kinds = trial.space.kinds
        for (entry, leaf) in zip(entries, trial.leaves) {
            guard entry.values.count == leaf.coordinates.count else { return nil }
            for (text, place) in zip(entry.values, leaf.coordinates) {
                guard let value = Notation.value(text, kinds[place], leaf.notationType) else { return nil }
                point.append(value)
            }
        }
        return point
    }
}

extension Leaf {
    /// A row is written as its number.
    package var notationType: SayType { table == nil ? type : .int }
}
