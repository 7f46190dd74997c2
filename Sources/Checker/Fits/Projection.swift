/// What is computed for each row of a table, to fit something to it.
package struct Projection: Sendable {
    /// The name of the fit.
    package let name: String
    /// Over the rows of a table.
    package let binder: QuantifiedVariable
    /// Rows in which it does not hold are left out.
    package let filter: Term?
    /// Numbers, truth values or cases, scalar or tensors.
    package let values: [Term]
}

/// The numbers of a projection.
package struct ProjectedRows: Sendable {
    /// Of each term, those of one row after those of another.
    package let columns: [[Double]]
    /// The rows that are left, by their numbers.
    package let rows: [Int]

    package init(columns: [[Double]], rows: [Int]) {
        (self.columns, self.rows) = (columns, rows)
    }
}
