/// A body graph, evaluated for each row of constant tables, and its results reduced over the rows.
///
/// The first inputs of the body are captured: they are the inputs of the operation. Then comes one input per table, which
/// is a row of it: a table `[rows, ...]` gives `[...]`. The body has one output; with `where` a second, scalar bool output,
/// and only rows in which that holds count. What the body computes from rows alone is computed once, rows as lanes.
///
/// Without any row (or any that counts), the sum is 0, the mean NaN, the minimum +infinity, the maximum -infinity.
package struct ForEachRow: Operator {
    package enum Reduction: Sendable, Hashable { case sum, mean, minimum, maximum }
    package enum Rows: Sendable, Hashable { case all, filtered }

    package let body: Graph
    package let tables: [Tensor]
    package let reduction: Reduction
    package let rows: Rows

    /// With `.filtered` the body's second output says which rows count.
    package init(body: Graph, tables: [Tensor], reduction: Reduction, rows: Rows = .all) {
        self.body = body
        self.tables = tables
        self.reduction = reduction
        self.rows = rows
    }

    package var name: String { "for each row" }
    package var captured: Int { body.inputs.count - tables.count }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == captured else {
            throw .inputCount(name, expected: "\(captured)", found: inputs.count)
        }
        guard let first = tables.first, first.shape.rank > 0 else { throw ShapeError("\(name) takes tables of rows") }
        for (input, type) in zip(body.inputs, try inputs + rowTypes(first.shape[0])) {
            let expected = body.type(of: input.value)
            guard type == expected else {
                throw ShapeError("\(name): `\(input.name)` is \(expected), not \(type)")
            }
        }
        return try outputType()
    }

    private func rowTypes(_ rows: Int) throws(ShapeError) -> [TensorType] {
        var types: [TensorType] = []
        for table in tables {
            guard table.shape.rank > 0, table.shape[0] == rows else {
                throw .unfit(name, table.shape, "the tables have \(rows) rows")
            }
            types.append(TensorType(table.element, try Shape(Array(table.shape.dimensions.dropFirst()))))
        }
        return types
    }

    private func outputType() throws(ShapeError) -> TensorType {
        guard body.outputs.count == (rows == .filtered ? 2 : 1) else {
            throw ShapeError("\(name): the body has \(body.outputs.count) outputs")
        }
        let type = body.type(of: body.outputs[0].value)
        guard type.element == .float64 else { throw .elementType(name, expected: "float64", found: type.element) }
        if rows == .filtered, body.type(of: body.outputs[1].value) != TensorType(.bool, .scalar) {
            throw ShapeError("\(name): the condition is \(body.type(of: body.outputs[1].value)), not a scalar bool")
        }
        return type
    }
}
