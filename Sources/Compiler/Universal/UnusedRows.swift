import Checker
import Diagnostics
import Search
import Statistics
import Tensors

/// What a rate or a mean is over rows that were not searched.
package struct UnusedAverage: Sendable {
    package let span: Span
    package let measure: Measure
    /// The data sets that the rows are of.
    package let tables: [String]
    /// Whether there are variables beside one row, so that what is told is of rows, or values, drawn together.
    package let isJoint: Bool
    /// Between which numbers all values lie; nil where that is not known.
    package let range: ClosedRange<Double>?
    package let estimate: Double
    package let interval: ClosedRange<Double>
    package let method: String
    /// Of a rate.
    package let successes: Int?
    /// Of so many draws, so many were let through by a `where`.
    package let drawn, count: Int
}

extension Universal {
    /// With what probability an interval may be wrong.
    package static let unusedError = 0.05

    /// The averages at a point, over the rows that no search has seen.
    ///
    /// Each row is taken once. Of several variables rows are taken together, each in one draw alone, and other values are drawn
    /// evenly: the draws are independent then, and intervals are those of independent draws.
    package func unused(at point: [Double]) throws -> [UnusedAverage] {
        try averages.map { try unused($0, at: point) }
    }

    private func unused(_ average: SharedAverage, at point: [Double]) throws -> UnusedAverage {
        let rows = average.rows { table in splits[table].map { ($0.unusedTable, unused(of: $0, at: point)) } }
        let (estimate, values) = try read(average, rows, at: point)
        var running = RunningEstimate(estimate.measure, in: estimate.range, error: Self.unusedError)
        running.add(values)
        let isKnown = estimate.range.upperBound < .infinity && !running.isInvalid
        let names = rows.map { context.spec.tables[$0.table].name }
        return UnusedAverage(
            span: average.term.span, measure: estimate.measure,
            tables: names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] },
            isJoint: average.average.variables.count > 1,
            range: isKnown && estimate.measure == .mean ? estimate.range : nil,
            estimate: values.reduce(0, +) / Double(values.count),
            interval: isKnown ? running.interval(.fixed).interval : -.infinity...(.infinity),
            method: isKnown ? running.method(.fixed) : Self.noInterval,
            successes: estimate.measure == .rate ? running.successes : nil,
            drawn: rows.map(\.places.count).min() ?? 0, count: values.count)
    }

    private static let noInterval =
        "no interval, for no bounds are known of what is averaged: `clamp` it, or bound the columns' types"

    /// Without the rows that the point itself has chosen.
    private func unused(of split: RowSplit, at point: [Double]) -> [Int] {
        let leaves = bounds.leaves.filter { $0.table == split.unusedTable }
        let chosen = Set(leaves.map { point[$0.coordinates.lowerBound] })
        return split.unused.filter { !chosen.contains(Double($0)) }
    }

    /// What an average is made of, at a point, in draws that take these rows.
    func read(
        _ average: SharedAverage, _ rows: [SharedAverage.Rows], at point: [Double]
    ) throws -> (estimate: Estimate, values: [Double]) {
        var average = average
        for row in rows { average.spellOut(row.variable, as: context.spec.tables[row.table]) }
        let taken = rows.map { row in
            TakenRows(
                variable: average.average.variables[row.variable].id, columns: context.tables[row.table],
                places: row.places)
        }
        let builder = TrialBuilder(property, drawing: average.average, context)
        let estimate = try builder.estimate(average.average, average.term, taking: taken, at: point)
        let count = rows.map(\.places.count).min() ?? 0
        return (estimate, try estimate.values(of: 0..<count, key: 0, at: point, Crew(size: 1)))
    }
}

extension SharedAverage {
    /// Makes a variable that is a row the record of its columns.
    fileprivate mutating func spellOut(_ variable: Int, as table: CheckedTable) {
        let row = SayType.Record(origin: nil, fields: table.columns)
        average.variables[variable].domain = .record(row, table.domains.map(\.asDrawn))
    }
}

extension Domain {
    /// The least interval around the values of a set, and a text's code points; others as they are.
    fileprivate var asDrawn: Domain {
        if case .text(let texts) = self {
            return .tensor(.codePoints(texts.most), lower: [-1], upper: [Double(UInt32(0x10FFFF))])
        }
        guard case .set(let type, let values) = self, let low = values.min(), let high = values.max() else {
            return self
        }
        return switch type {
        case .real: .real(lower: low, upper: high)
        case .int: .integer(lower: Int(low), upper: Int(high))
        case .enumeration(let enumeration): .enumeration(enumeration)
        default: self
        }
    }
}
