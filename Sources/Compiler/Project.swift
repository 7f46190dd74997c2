import Checker
import Diagnostics
import Tensors

/// The numbers of a projection: its terms on all rows of a table, in order, in tiles.
///
/// `models` and `tables` are those of `spec`, in order. Whatever the number of threads, the numbers are the same.
package func project(
    _ projection: Projection, in spec: CheckedSpec, models: [Graph], tables: [[Tensor]], threads: Int
) -> Result<ProjectedRows, Diagnostic> {
    let lowering = Lowering(.init(spec: spec, models: models.map { CalledModel($0) }, tables: tables))
    do throws(Diagnostic) {
        return .success(try lowering.project(projection, threads: threads))
    } catch { return .failure(error) }
}

extension Lowering {
    fileprivate func project(_ projection: Projection, threads: Int) throws(Diagnostic) -> ProjectedRows {
        let first = projection.values[0]
        guard case .row(let table, _) = projection.binder.domain else { throw .unlowered(first, "without rows") }
        let columns = try bindInputs(of: projection.binder, toRowsOf: table, for: first)
        var outputs: [Value] = []
        for term in projection.values + (projection.filter.map { [$0] } ?? []) { outputs.append(try numbers(term)) }
        do {
            let evaluator = try Evaluator(graph, outputs: outputs)
            var results = try evaluator.run(columns, threads: threads).map(\.doubles)
            guard projection.filter != nil, let counts = results.popLast() else {
                return ProjectedRows(columns: results, rows: Array(0..<(columns.first?.shape[0] ?? 0)))
            }
            let rows = counts.indices.filter { counts[$0] != 0 }
            let kept = results.map { column in
                let width = column.count / max(1, counts.count)
                return rows.flatMap { column[$0 * width..<($0 + 1) * width] }
            }
            return ProjectedRows(columns: kept, rows: rows)
        } catch { throw .shape(error, at: first.span) }
    }
}
