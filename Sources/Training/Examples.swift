import Tensors

/// Rows to learn from: for each input of a model a number of each of its elements, and what the output ought to be.
package struct Examples: Sendable {
    package enum Target: Sendable {
        /// A class for each row, of so many.
        case classes([Int32], count: Int)
        /// `width` numbers for each row.
        case numbers([Float], width: Int)
        /// A class at each of `positions` of a row, of so many; -1 where none is asked.
        case sequences([Int32], positions: Int, count: Int)

        /// Numbers that a row's target takes in the graph.
        var width: Int {
            switch self {
            case .classes(_, let count): count
            case .numbers(_, let width): width
            case .sequences(_, let positions, let count): positions * count
            }
        }
    }

    /// Row-major, `rows` rows of one input's elements each: whole numbers are kept as float64, others as float32.
    package let inputs: [Tensor]
    package let target: Target
    package let rows: Int

    /// Each tensor has `rows` rows, and so has the target. Throws where they differ.
    package init(inputs: [Tensor], target: Target) throws(TrainingError) {
        let rows = inputs.first?.shape.dimensions.first ?? 0
        for input in inputs where input.shape.dimensions.first != rows || rows == 0 {
            throw TrainingError("an input has \(input.shape) where another has \(rows) rows")
        }
        let count =
            switch target {
            case .classes(let classes, _): classes.count
            case .numbers(let numbers, let width): width > 0 ? numbers.count / width : 0
            case .sequences(let classes, let positions, _): positions > 0 ? classes.count / positions : 0
            }
        guard count == rows else { throw TrainingError("\(rows) rows of inputs have \(count) targets") }
        if case .classes(let classes, let limit) = target,
            let wrong = classes.first(where: { $0 < 0 || Int($0) >= limit })
        {
            throw TrainingError("class \(wrong) is none of the \(limit) that the model tells apart")
        }
        if case .sequences(let classes, _, let limit) = target,
            let wrong = classes.first(where: { $0 < -1 || Int($0) >= limit })
        {
            throw TrainingError("class \(wrong) is none of the \(limit) that the model tells apart")
        }
        (self.inputs, self.target, self.rows) = (inputs, target, rows)
    }

    /// The rows with these numbers, in this order.
    package func picked(_ places: [Int]) throws(TrainingError) -> Examples {
        try TrainingError.only {
            let inputs = try self.inputs.map { tensor in
                let width = tensor.count / max(rows, 1)
                let shape = try Shape([places.count] + tensor.shape.dimensions.dropFirst())
                switch tensor.storage {
                case .float32(let all):
                    return try Tensor(shape, places.flatMap { all[$0 * width..<($0 + 1) * width] })
                default:
                    let all = tensor.doubles
                    return try Tensor(
                        TensorType(tensor.element, shape),
                        rounding: places.flatMap { all[$0 * width..<($0 + 1) * width] })
                }
            }
            switch target {
            case .classes(let all, let count):
                return try Examples(inputs: inputs, target: .classes(places.map { all[$0] }, count: count))
            case .numbers(let all, let width):
                let numbers = places.flatMap { all[$0 * width..<($0 + 1) * width] }
                return try Examples(inputs: inputs, target: .numbers(numbers, width: width))
            case .sequences(let all, let positions, let count):
                let classes = places.flatMap { all[$0 * positions..<($0 + 1) * positions] }
                return try Examples(inputs: inputs, target: .sequences(classes, positions: positions, count: count))
            }
        }
    }
}
