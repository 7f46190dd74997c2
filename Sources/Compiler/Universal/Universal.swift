import Checker
import Diagnostics
import Search
import Tensors

/// A property of inputs that all rows of data share, `forall patch: ... check rate(row in test : ...) < 0.5`, read on some of
/// its rows.
///
/// A search over few rows is fast, and what fails on them is tried on more. It never sees the unused rows: the rows of a
/// data set `test` of the same columns, where the spec has one beside the property's own, else every second row in an
/// order that is drawn once and for all. So what the averages are there is no product of the search.
package struct Universal: Sendable {
    let property: CheckedProperty
    let context: Lowering.Context
    /// The property's rates and means over rows, as the terms stand in its checks.
    let averages: [SharedAverage]
    /// By the number of a table.
    let splits: [Int: RowSplit]
    /// Of the property's variables.
    let bounds: LeafBounds

    /// nil where the property is not of this kind.
    init?(_ property: CheckedProperty, _ context: Lowering.Context) {
        guard property.quantifier == .forall, property.inner.isEmpty, property.confidence == nil, !property.isDrawn,
            !property.variables.isEmpty, let averages = SharedAverage.all(in: property),
            (1...Self.mostAverages).contains(averages.count)
        else { return nil }
        (self.property, self.context, self.averages) = (property, context, averages)
        bounds = LeafBounds(property.variables, rowCounts: context.spec.tables.map(\.rowCount))
        var splits: [Int: RowSplit] = [:]
        for table in averages.flatMap(\.tables).compactMap({ $0 }) where splits[table] == nil {
            splits[table] = RowSplit(table, context.spec.tables)
        }
        for table in splits.keys {
            guard let split = splits[table], let other = splits[split.unusedTable] else { continue }
            splits[table]?.exclude(searchedBy: other)
        }
        self.splits = splits
        guard splits.values.allSatisfy({ $0.searched.count >= Self.leastRows && !$0.unused.isEmpty }) else {
            return nil
        }
    }

    /// More are written out for each value of something, and nobody reads as many intervals.
    private static let mostAverages = 16
    /// With fewer rows there is nothing to be saved.
    private static let leastRows = 16

    /// How many rows the search may look at, of the largest table.
    package var searchedCount: Int { splits.values.map(\.searched.count).max() ?? 0 }

    /// By how much something is to fail on the searched rows, so that it does on all: from not at all to one and a half of an
    /// average's greatest deviation. Where all rows of the property are searched there is no need of it.
    package func excesses() throws -> [Double] {
        guard splits.contains(where: { $0.key == $0.value.unusedTable }) else { return [0] }
        let widest = try averages.map { try spread(of: $0) }.max() ?? 0
        let most = widest * min(1.5 / Double(searchedCount).squareRoot(), 0.2)
        return most > 0 ? [0, most / 2, most] : [0]
    }

    /// The greatest standard deviation of a rate's truth values; of a mean's numbers the one that they have on searched rows where
    /// nothing is changed.
    private func spread(of average: SharedAverage) throws -> Double {
        guard average.average.measure == .mean else { return 0.5 }
        let rows = average.rows { splits[$0].map { ($0.table, $0.searched) } }
        let values = try read(average, rows, at: bounds.references(property.variables)).values
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count)).squareRoot()
    }

    /// The names of the tables that are searched, with how many of their rows.
    package var searched: [(table: String, count: Int, of: Int)] {
        splits.sorted { $0.key < $1.key }.map { index, split in
            (context.spec.tables[index].name, split.searched.count, context.spec.tables[index].rowCount)
        }
    }

    /// The property over so many of the searched rows, its checks failing by more than `excess`.
    package func trial(rows: Int, excess: Double) throws -> Trial {
        var context = context
        context.rowChoice = RowChoice(columns: try searched(rows), excess: excess)
        return try TrialBuilder(property, context).build(.partial)
    }

    /// Where to look: rates that count softly over so many rows, whole numbers that may lie between, and assumptions that need
    /// not be met, each unit that lacks being paid for. Its margin says nothing of the property.
    package func guide(rows: Int, penalty: Double) throws -> GraphObjective {
        var context = context
        context.rowChoice = RowChoice(columns: try searched(rows), counting: .soft, penalty: penalty)
        let objective = try TrialBuilder(property, context).build(.partial).objective
        let space = objective.space
        let relaxed = Space(
            kinds: space.kinds.map { $0 == .integer ? .real64 : $0 }, boxes: space.boxes, reference: space.reference,
            variables: space.variables)
        return try GraphObjective(space: relaxed, graph: objective.graph, margin: objective.margin)
    }

    private func searched(_ rows: Int) throws -> [Int: [Tensor]] {
        try Dictionary(
            uniqueKeysWithValues: splits.map { table, split in
                let places = Array(split.searched.prefix(rows))
                return (table, try context.tables[table].map { try $0.rows(places) })
            })
    }
}
