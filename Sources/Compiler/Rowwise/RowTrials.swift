import Checker
import Diagnostics
import Tensors

/// What a property says of rates over rows whose bodies quantify: a trial for each row, and what follows from the rates.
package struct RowTrials: Sendable {
    package struct Rate: Sendable {
        package let span: Span
        package let measure: CountedMeasure
        /// Whether a row counts where its trial is contradicted, and not where it is proved.
        package let isDenied: Bool
        package let tableRows: Int
        private let rate: Rowwise.Rate
        private let context: Lowering.Context

        init(_ rate: Rowwise.Rate, _ context: Lowering.Context) {
            (span, measure, isDenied) = (rate.term.span, rate.measure, rate.isDenied)
            tableRows = context.spec.tables[rate.table].rowCount
            (self.rate, self.context) = (rate, context)
        }

        /// The rows that the rate is about: those that its `where` lets through.
        package func rows() throws(Diagnostic) -> [Int] {
            guard let filter = rate.filter else { return Array(0..<tableRows) }
            let lowering = Lowering(context)
            let value = try lowering.numbers(filter)
            do throws(ShapeError) {
                let numbers = try Evaluator(lowering.graph, outputs: [value]).run([])[0].doubles
                return numbers.indices.filter { numbers[$0] != 0 }
            } catch { throw .shape(error, at: filter.span) }
        }

        /// All numbers that models and data hold, whichever files they come from.
        package var contents: [Tensor] {
            let weights = context.models.flatMap { model in
                model.graph.nodes.compactMap { node in
                    if case .constant(let tensor) = node.source { tensor } else { nil }
                }
            }
            return weights + context.tables.joined()
        }

        /// The property of one row.
        package func trial(of row: Int) throws(Diagnostic) -> Trial {
            var context = context
            context.oneRow = OneRow(binder: rate.binder, table: rate.table, row: row)
            return try TrialBuilder(rate.property, context).build()
        }
    }

    package let rates: [Rate]
    package let claims: NumberClaims
    package let checks: [Span]
}

extension TrialBuilder {
    /// The trial of a property of rates over rows.
    func trial(_ rowwise: Rowwise) throws(Diagnostic) -> Trial {
        let rates = rowwise.rates.map { RowTrials.Rate($0, context) }
        let claims = try TrialBuilder(property, context).claims(of: rowwise.rates.map(\.term), outer: .empty)
        var trial = try trial(of: claims, rates.map { $0.measure == .share ? 1 : Double($0.tableRows) })
        trial.rows = RowTrials(rates: rates, claims: claims, checks: property.checks.map(\.term.span))
        return trial
    }
}
