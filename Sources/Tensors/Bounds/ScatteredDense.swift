import Kernels

/// A dense layer of which most weights are 0, as bounds run it: the zeros are left out.
///
/// Where inputs are finite it is the dense layer, up to the order of sums.
struct ScatteredDense: Step {
    /// A matrix, row by row.
    private struct Rows: Sendable {
        let starts, columns: Table
        let weights: Numbers

        init(_ tensor: Tensor, rows: Int, count: Int, at place: (_ row: Int, _ index: Int) -> Int) {
            let elements = tensor.doubles
            var (starts, columns, weights): ([Int32], [Int32], [Double]) = ([0], [], [])
            for row in 0..<rows {
                for index in 0..<count where elements[place(row, index)] != 0 {
                    columns.append(Int32(index))
                    weights.append(elements[place(row, index)])
                }
                starts.append(Int32(columns.count))
            }
            (self.starts, self.columns) = (Table(starts), Table(columns))
            self.weights =
                tensor.element == .float32 ? .float32(Block(weights.map(Float.init))) : .float64(Block(weights))
        }
    }

    private let rows, columns, repeats: Int
    private let storage: LaneStorage
    private let forward, backward: Rows
    private let bias: Numbers?

    var gradients: GradientStore { .writeOrAdd }

    /// nil where too many weights are not 0 for this to pay.
    init?(_ dense: Dense, _ site: Site) {
        let (rows, columns) = (dense.weights.shape[0], dense.weights.shape[1])
        guard dense.activation == .none, dense.weights.shape.count >= 4096,
            dense.nonzeroCount <= dense.weights.shape.count / 12
        else { return nil }
        (self.rows, self.columns) = (rows, columns)
        repeats = site.inputs[0].shape.count / max(columns, 1)
        storage = site.storage
        forward = Rows(dense.weights, rows: rows, count: columns) { $0 * columns + $1 }
        backward = Rows(dense.weights, rows: columns, count: rows) { $1 * columns + $0 }
        bias = dense.bias.map(Numbers.init)
    }

    func forward(_ frame: Frame) {
        let lanes = frame.lanes
        for place in 0..<repeats {
            let (from, to) = (place * columns * lanes, place * rows * lanes)
            switch storage {
            case .float32:
                gs_scattered_f32(
                    rows, lanes, forward.starts.pointer, forward.columns.pointer, forward.weights.pointer(),
                    bias?.pointer(), frame.input(0) + from, frame.output() + to, GS_STORE_REPLACE)
            case .float64:
                gs_scattered_f64(
                    rows, lanes, forward.starts.pointer, forward.columns.pointer, forward.weights.pointer(),
                    bias?.pointer(), frame.input(0) + from, frame.output() + to, GS_STORE_REPLACE)
            }
        }
    }

    func backward(_ frame: Frame) {
        let lanes = frame.lanes
        for place in 0..<repeats {
            let (from, to) = (place * columns * lanes, place * rows * lanes)
            switch storage {
            case .float32:
                guard let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
                gs_scattered_f32(
                    columns, lanes, backward.starts.pointer, backward.columns.pointer, backward.weights.pointer(), nil,
                    frame.outputGradient() + to, gradient + from, frame.store)
            case .float64:
                guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
                gs_scattered_f64(
                    columns, lanes, backward.starts.pointer, backward.columns.pointer, backward.weights.pointer(), nil,
                    frame.outputGradient() + to, gradient + from, frame.store)
            }
        }
    }
}

extension Dense {
    var nonzeroCount: Int { weights.doubles.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// The most weights that are not 0 in any row or column.
    var greatestRow: Int {
        let (rows, columns, elements) = (weights.shape[0], weights.shape[1], weights.doubles)
        var (byRow, byColumn) = ([Int](repeating: 0, count: rows), [Int](repeating: 0, count: columns))
        for row in 0..<rows {
            for column in 0..<columns where elements[row * columns + column] != 0 {
                byRow[row] += 1
                byColumn[column] += 1
            }
        }
        return max(byRow.max() ?? 0, byColumn.max() ?? 0)
    }
}

extension Operator {
    /// The step that bounds run: that of the engine, or a faster one.
    func prepareForBounds(_ site: Site) throws(ShapeError) -> any Step {
        if let dense = self as? Dense, let step = ScatteredDense(dense, site) { return step }
        return try prepare(site)
    }
}
