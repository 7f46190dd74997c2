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
            if let text = leaf.text(at: point) { return Entry(name: leaf.name, values: [text]) }
            let notation = trial.notation(of: leaf)
            return Entry(name: leaf.name, values: leaf.coordinates.map { notation.text(point[$0]) })
        }
    }

    /// The point that the values say; nil where they do not fit the trial.
    package func point(of trial: Trial) -> [Double]? {
        guard entries.map(\.name) == trial.leaves.map(\.name) else { return nil }
        var point: [Double] = []
        for (entry, leaf) in zip(entries, trial.leaves) {
            if leaf.texts != nil {
                guard entry.values.count == 1, let choices = leaf.choices(of: entry.values[0]) else { return nil }
                point += choices
                continue
            }
            guard entry.values.count == leaf.coordinates.count else { return nil }
            let notation = trial.notation(of: leaf)
            for text in entry.values {
                guard let value = notation.value(text) else { return nil }
                point.append(value)
            }
        }
        return point
    }
}

extension Trial {
    /// How the values of a leaf are written: as float32 only where all of them are.
    private func kind(of leaf: Leaf) -> CoordinateKind {
        let kinds = space.kinds[leaf.coordinates]
        return kinds.contains(.real64) ? .real64 : kinds.first ?? .real64
    }

    /// Worked out once for all values of the leaf: it looks at every coordinate.
    package func notation(of leaf: Leaf) -> LeafNotation {
        LeafNotation(kind: kind(of: leaf), type: leaf.notationType, values: leaf.values)
    }
}

/// How the values of one leaf are written down, and read back.
package struct LeafNotation: Sendable {
    package let kind: CoordinateKind
    fileprivate let type: SayType
    /// The values of a set, of which a coordinate is the place of one.
    fileprivate let values: [Double]?

    package func text(_ value: Double) -> String {
        guard let values else { return Notation.text(value, kind, type) }
        guard let place = Int(exactly: value), values.indices.contains(place) else { return Notation.text(value) }
        return Notation.text(values[place], .real64, type)
    }

    /// What `text` wrote; nil for anything else.
    package func value(_ text: String) -> Double? {
        guard let values else { return Notation.value(text, kind, type) }
        return values.firstIndex { Notation.text($0, .real64, type) == text }.map(Double.init)
    }
}

extension Leaf {
    /// A row is written as its number.
    fileprivate var notationType: SayType { table == nil ? type : .int }
}
