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
        entries = trial.leaves.map { leaf in
            Entry(name: leaf.name, values: leaf.coordinates.map { trial.text(point[$0], of: leaf) })
        }
    }

    /// The point that the values say; nil where they do not fit the trial.
    package func point(of trial: Trial) -> [Double]? {
        guard entries.map(\.name) == trial.leaves.map(\.name) else { return nil }
        var point: [Double] = []
        for (entry, leaf) in zip(entries, trial.leaves) {
            guard entry.values.count == leaf.coordinates.count else { return nil }
            for text in entry.values {
                guard let value = trial.value(text, of: leaf) else { return nil }
                point.append(value)
            }
        }
        return point
    }
}

extension Trial {
    /// How the values of a leaf are written: as float32 only where all of them are.
    package func kind(of leaf: Leaf) -> CoordinateKind {
        let kinds = space.kinds[leaf.coordinates]
        return kinds.contains(.real64) ? .real64 : kinds.first ?? .real64
    }

    package func text(_ value: Double, of leaf: Leaf) -> String {
        guard let values = leaf.values else { return Notation.text(value, kind(of: leaf), leaf.notationType) }
        guard let place = Int(exactly: value), values.indices.contains(place) else { return Notation.text(value) }
        return Notation.text(values[place], .real64, leaf.type)
    }

    /// What `text` wrote; nil for anything else.
    package func value(_ text: String, of leaf: Leaf) -> Double? {
        guard let values = leaf.values else { return Notation.value(text, kind(of: leaf), leaf.notationType) }
        return values.firstIndex { Notation.text($0, .real64, leaf.type) == text }.map(Double.init)
    }
}

extension Leaf {
    /// A row is written as its number.
    fileprivate var notationType: SayType { table == nil ? type : .int }
}
