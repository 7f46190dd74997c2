import Kernels

/// A step that leaves out weights of 0, and so does not make NaN of 0 times what is no number.
protocol Scattered: Step {}

/// A matrix of which most elements are 0, row by row, without the zeros.
struct ScatteredMatrix: Sendable {
    struct Entry: Sendable {
        let column: Int32
        let weight: Double
    }

    private let rowCount: Int
    private let starts, columns: Table
    private let weights: Numbers

    init(_ rows: [[Entry]], _ storage: LaneStorage) {
        var starts: [Int32] = [0]
        for row in rows { starts.append(starts[starts.count - 1] + Int32(row.count)) }
        rowCount = rows.count
        self.starts = Table(starts)
        columns = Table(rows.flatMap { $0.map(\.column) })
        weights =
            switch storage {
            case .float32: .float32(Block(rows.flatMap { $0.map { Float($0.weight) } }))
            case .float64: .float64(Block(rows.flatMap { $0.map(\.weight) }))
            }
    }

    /// Rows and columns exchanged; there are `columns` of them.
    static func transpose(_ rows: [[Entry]], columns: Int) -> [[Entry]] {
        var result = [[Entry]](repeating: [], count: columns)
        for (index, row) in rows.enumerated() {
            for entry in row { result[Int(entry.column)].append(Entry(column: Int32(index), weight: entry.weight)) }
        }
        return result
    }

    /// `[row][lane]` from `[column][lane]`, all in the matrix's format.
    func multiply(
        _ input: UnsafeRawPointer, into output: UnsafeMutableRawPointer, lanes: Int, bias: Numbers? = nil,
        _ store: gs_store
    ) {
        switch weights {
        case .float32(let weights):
            gs_scattered_f32(
                rowCount, lanes, starts.pointer, columns.pointer, weights.pointer, bias?.pointer(),
                input.assumingMemoryBound(to: Float.self), output.assumingMemoryBound(to: Float.self), store)
        case .float64(let weights):
            gs_scattered_f64(
                rowCount, lanes, starts.pointer, columns.pointer, weights.pointer, bias?.pointer(),
                input.assumingMemoryBound(to: Double.self), output.assumingMemoryBound(to: Double.self), store)
        }
    }
}
