import Checker
import Diagnostics
import Search
import Tensors

/// A property of inputs that all rows of data share, `forall patch: ... check rate(row in test : ...) < 0.5`, read on some of
/// its rows.
///
/// A search over few rows is fast, and what fails on them is tried on more. It never sees the unused rows: the rows of a
/// data set `test` of the same columns, where the spec has one beside the property's own, else every second row in an
/// order that is drawn once and for all. So what the rates are there is no product of the search.
package struct Universal: Sendable {
    /// A rate over rows that were not searched.
    package struct UnusedRate: Sendable, Hashable {
        package let span: Span
        /// The data set that the rows are of.
        package let table: String
        package let successes, count: Int
    }

    private let property: CheckedProperty
    private let context: Lowering.Context
    /// The property's rates, as the terms stand in its checks.
    private let rates: [SharedRate]
    private let splits: [Int: RowSplit]

    /// nil where the property is not of this kind.
    init?(_ property: CheckedProperty, _ context: Lowering.Context) {
        guard property.quantifier == .forall, property.inner.isEmpty, property.confidence == nil, !property.isDrawn,
            !property.variables.isEmpty, !property.variables.contains(where: { $0.domain.hasRows }),
            let rates = SharedRate.all(in: property), !rates.isEmpty
        else { return nil }
        (self.property, self.context, self.rates) = (property, context, rates)
        var splits: [Int: RowSplit] = [:]
        for rate in rates { splits[rate.table] = RowSplit(rate.table, context.spec.tables) }
        self.splits = splits
        guard splits.values.allSatisfy({ $0.searched.count >= Self.leastRows && !$0.unused.isEmpty }) else {
            return nil
        }
    }

    /// With fewer rows there is nothing to be saved.
    private static let leastRows = 16

    /// How many rows the search may look at, of the largest table.
    package var searchedCount: Int { splits.values.map(\.searched.count).max() ?? 0 }

    /// By how much something is to fail on the searched rows, so that it does on all: from not at all to one and a half of a rate's
    /// greatest deviation. Where all rows of the property are searched there is no need of it.
    package var excesses: [Double] {
        guard splits.contains(where: { $0.key == $0.value.unusedTable }) else { return [0] }
        let most = min(1.5 * (0.25 / Double(searchedCount)).squareRoot(), 0.1)
        return [0, most / 2, most]
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

    /// The rates at a point, over the rows that no search has seen.
    package func unused(at point: [Double]) throws -> [UnusedRate] {
        var context = context
        context.rowChoice = RowChoice(columns: try splits.mapValues { try $0.unusedColumns(context.tables) })
        let builder = TrialBuilder(property, context)
        let outputs = try builder.rates(rates)
        let leaves = builder.bounds.leaves
        let inputs = try leaves.map { try Tensor(Shape([1] + $0.shape), Array(point[$0.coordinates])) }
        let numbers = try Evaluator(builder.lowering.graph, outputs: outputs).run(inputs).map { $0.doubles[0] }
        return rates.enumerated().map { index, rate in
            let split = splits[rate.table]
            let count = (numbers[2 * index + 1] * Double(split?.unused.count ?? 0)).rounded()
            return UnusedRate(
                span: rate.term.span, table: context.spec.tables[split?.unusedTable ?? rate.table].name,
                successes: count > 0 ? Int((numbers[2 * index] * count).rounded()) : 0, count: Int(count))
        }
    }

    private func searched(_ rows: Int) throws -> [Int: [Tensor]] {
        try Dictionary(
            uniqueKeysWithValues: splits.map { table, split in
                let places = Array(split.searched.prefix(rows))
                return (table, try context.tables[table].map { try $0.rows(places) })
            })
    }
}

extension TrialBuilder {
    /// For each rate its value, and the share of rows that its filter lets through.
    fileprivate func rates(_ rates: [SharedRate]) throws(Diagnostic) -> [Value] {
        narrow()
        try bindVariables()
        var outputs: [Value] = []
        for rate in rates {
            outputs.append(try lowering.numbers(rate.term))
            outputs.append(try lowering.numbers(rate.counted))
        }
        return outputs
    }
}

extension Domain {
    /// Whether a row of data is chosen in it.
    fileprivate var hasRows: Bool {
        switch self {
        case .row: true
        case .record(_, let fields): fields.contains { $0.hasRows }
        default: false
        }
    }
}
