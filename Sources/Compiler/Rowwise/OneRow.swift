import Checker
import Diagnostics
import Tensors

/// One row of data in the place of a binder that goes through all of them.
struct OneRow: Sendable {
    let binder: QuantifiedVariable
    let table: Int
    let row: Int

    /// The row's values are constants, so that what follows from them is folded. The variables of the property, which have an entry
    /// for each row, have the one of this row alone: to them it is row 0.
    func bind(in lowering: Lowering, for property: CheckedProperty) throws(Diagnostic) {
        let term = Term(.variable(id: binder.id), binder.type, at: binder.span)
        var entries: [Value] = []
        for column in lowering.context.tables[table] {
            entries.append(lowering.graph.constant(try entry(of: column, term)))
        }
        try lowering.bind(binder, toRowOf: entries, for: term)
        lowering.bindPlace(of: binder.id, to: lowering.graph.constant(.scalar(Int64(0))))
        for variable in property.variables { try lowering.spread(variable) }
    }

    private func entry(of column: Tensor, _ term: Term) throws(Diagnostic) -> Tensor {
        let size = column.count / max(column.shape[0], 1)
        do throws(ShapeError) {
            return try Tensor(
                Shape(Array(column.shape.dimensions.dropFirst())), column.doubles(in: row * size..<(row + 1) * size))
        } catch { throw .shape(error, at: term.span) }
    }
}
