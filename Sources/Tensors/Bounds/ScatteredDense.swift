import Kernels

/// A dense layer of which most weights are 0, as bounds run it: the zeros are left out.
///
/// Where inputs are finite it is the dense layer, up to the order of sums.
struct ScatteredDense: Scattered {
    private let rows, columns, repeats: Int
    private let storage: LaneStorage
    private let weights, transposed: ScatteredMatrix
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
        let entries = dense.nonzeros
        weights = ScatteredMatrix(entries, storage)
        transposed = ScatteredMatrix(ScatteredMatrix.transpose(entries, columns: columns), storage)
        bias = dense.bias.map(Numbers.init)
    }

    func forward(_ frame: Frame) {
        for place in 0..<repeats {
            weights.multiply(
                frame.raw(0) + bytes(place * columns, frame), into: frame.raw(1) + bytes(place * rows, frame),
                lanes: frame.lanes, bias: bias, GS_STORE_REPLACE)
        }
    }

    func backward(_ frame: Frame) {
        guard let gradient = frame.rawGradient(0) else { return }
        for place in 0..<repeats {
            transposed.multiply(
                frame.rawOutputGradient + bytes(place * rows, frame),
                into: gradient + bytes(place * columns, frame), lanes: frame.lanes, frame.store)
        }
    }

    private func bytes(_ elements: Int, _ frame: Frame) -> Int { elements * frame.lanes * storage.stride }
}

extension Dense {
    var nonzeroCount: Int { weights.doubles.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// The weights that are not 0, row by row.
    fileprivate var nonzeros: [[ScatteredMatrix.Entry]] {
        let (columns, elements) = (weights.shape[1], weights.doubles)
        return (0..<weights.shape[0]).map { row in
            (0..<columns).filter { elements[row * columns + $0] != 0 }.map {
                ScatteredMatrix.Entry(column: Int32($0), weight: elements[row * columns + $0])
            }
        }
    }
}

extension Operator {
    /// The step that bounds run: that of the engine, or a faster one.
    func prepareForBounds(_ site: Site) throws(ShapeError) -> any Step {
        if let dense = self as? Dense, let step = ScatteredDense(dense, site) { return step }
        return try prepare(site)
    }
}
