import Datasets
import Tensors
import Terminal
import Training

/// Rows of a data file: column `x` as a model takes it, and `label`, where there is one.
package enum LabelledRows {
    /// Without labels the target is a number that says nothing.
    package static func read(_ path: String) throws -> Examples {
        let data = try Dataset(reading: try Files.read(path), as: .npz)
        guard let x = data["x"], let rows = x.shape.dimensions.first, rows > 0 else {
            throw Failure("\(path): needs the column x, of a row at least")
        }
        guard let labels = data["label"] else {
            return try Examples(
                inputs: [x], target: .numbers(Array(repeating: 0, count: rows), width: 1))
        }
        guard labels.shape.rank == 1, labels.count == rows else {
            throw Failure("\(path): the column label has \(labels.shape) where x has \(rows) rows")
        }
        let classes = labels.doubles.map { Int32(exactly: $0) ?? -1 }
        return try Examples(
            inputs: [x], target: .classes(classes, count: max(Int(classes.max() ?? 0), 0) + 1))
    }

    /// The same columns.
    package static func npz(_ rows: Examples) throws -> [UInt8] {
        var columns = [Dataset.Column("x", rows.inputs[0])]
        if case .classes(let labels, _) = rows.target {
            columns.append(.init("label", try Tensor(Shape([labels.count]), labels.map(Int64.init))))
        }
        return try Dataset(columns).npz()
    }
}
