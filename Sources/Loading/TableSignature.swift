import Checker
import Datasets
import Tensors

extension TableSignature {
    /// nil where the columns do not make a table.
    init?(_ dataset: Dataset) {
        guard let rowCount = dataset.rowCount else { return nil }
        let columns = dataset.columns.map { column in
            let element: Element =
                switch column.tensor.element {
                case .int64: column.texts == nil ? .integer : .text
                case .bool: .bool
                case .float32, .float64: .real
                }
            return Column(
                column.name, element, shape: Array(column.tensor.shape.dimensions.dropFirst()),
                values: column.texts == nil ? column.tensor.range : nil, missing: column.missing,
                stranger: column.stranger.flatMap { row in column.text(row).map { (row, $0) } },
                longest: column.words.map { $0.reduce(0) { max($0, $1.unicodeScalars.count) } })
        }
        self.init(columns: columns, rowCount: rowCount)
    }
}

extension Tensor {
    /// Of all entries; nil where there are none, or one is not finite.
    fileprivate var range: ClosedRange<Double>? {
        func range<Number: BinaryFloatingPoint>(of numbers: [Number]) -> ClosedRange<Double>? {
            guard let first = numbers.first else { return nil }
            var (low, high) = (first, first)
            for number in numbers {
                guard number.isFinite else { return nil }
                (low, high) = (min(low, number), max(high, number))
            }
            return Double(low)...Double(high)
        }
        return if case .float32(let numbers) = storage { range(of: numbers) } else { range(of: doubles) }
    }
}
