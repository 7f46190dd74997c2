import Datasets
import Search
import Tensors
import Training

/// Examples from the columns of a data file.
package enum TabledExamples {
    /// `inputs` has, for each input of the model, the columns that make it up, side by side; `target` the columns of what the
    /// output ought to be: with cross-entropy one column of classes, or one of their numbers for each class.
    ///
    /// Throws where a column is missing or does not fit.
    package static func make(
        _ data: Dataset, inputs: [[String]], target: [String], types: [TensorType], outputs: Int, loss: Loss
    ) throws(TrainingError) -> Examples {
        guard inputs.count == types.count else {
            throw TrainingError("the model has \(types.count) inputs, and columns are named for \(inputs.count)")
        }
        guard let rows = data[inputs.first?.first ?? ""]?.shape.dimensions.first, rows > 0 else {
            throw unknown(inputs.first?.first ?? "", data)
        }
        return try TrainingError.only {
            var tensors: [Tensor] = []
            for (names, type) in zip(inputs, types) {
                let numbers = try joined(data, names, rows: rows)
                guard numbers.count == rows * type.shape.count else {
                    throw TrainingError(
                        "\(names.map { "`\($0)`" }.joined(separator: ", ")) has \(numbers.count / rows) numbers in each "
                            + "row, and the model's input \(type.shape) takes \(type.shape.count)")
                }
                let shape = try Shape([rows] + type.shape.dimensions)
                tensors.append(try Tensor(TensorType(type.element, shape), rounding: numbers))
            }
            let numbers = try joined(data, target, rows: rows)
            let width = numbers.count / rows
            if loss == .crossEntropy, width == 1 {
                let classes = try numbers.map { number -> Int32 in
                    guard let value = Int32(exactly: number), value >= 0, Int(value) < outputs else {
                        throw TrainingError("`\(target[0])` holds \(number), which is none of the \(outputs) classes")
                    }
                    return value
                }
                return try Examples(inputs: tensors, target: .classes(classes, count: outputs))
            }
            return try Examples(inputs: tensors, target: .numbers(numbers.map { Float($0) }, width: width))
        }
    }

    /// Row-major, columns side by side.
    private static func joined(_ data: Dataset, _ names: [String], rows: Int) throws -> [Double] {
        let columns = try names.map { name -> (numbers: [Double], width: Int) in
            guard let tensor = data[name] else { throw unknown(name, data) }
            guard tensor.shape.dimensions.first == rows else {
                throw TrainingError("`\(name)` has \(tensor.shape), and another column \(rows) rows")
            }
            let numbers = tensor.doubles
            guard numbers.allSatisfy(\.isFinite) else { throw TrainingError("`\(name)` holds what is no number") }
            return (numbers, numbers.count / rows)
        }
        if columns.count == 1 { return columns[0].numbers }
        var result: [Double] = []
        for row in 0..<rows {
            for column in columns { result += column.numbers[row * column.width..<(row + 1) * column.width] }
        }
        return result
    }

    private static func unknown(_ name: String, _ data: Dataset) -> TrainingError {
        TrainingError(
            "the data have no column `\(name)`; there are "
                + data.columns.prefix(20).map { "`\($0.name)`" }.joined(separator: ", "))
    }

    /// Takes a share of the rows away, chosen by the seed: what is left, and what was taken.
    package static func split(
        _ examples: Examples, share: Double, seed: UInt64
    ) throws(TrainingError) -> (Examples, Examples) {
        var random = Random(seed: seed, stream: 1 << 33)
        var order = Array(0..<examples.rows)
        random.shuffle(&order)
        let count = Int((Double(examples.rows) * share).rounded())
        guard count > 0, count < examples.rows else {
            throw TrainingError("a share of \(share) of \(examples.rows) rows leaves none on one side")
        }
        return (
            try examples.picked(order[count...].sorted()), try examples.picked(order[..<count].sorted())
        )
    }
}
