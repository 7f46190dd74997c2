import Kernels

/// b + Σ W·x over several inputs, each with a matrix of which most is 0. Backward it adds to what is there.
struct ScatteredSum: Scattered {
    private let weights, transposed: [ScatteredMatrix]
    private let bias: Numbers

    /// One matrix for each input, row by row, and the number of elements of each input.
    init(_ matrices: [[[ScatteredMatrix.Entry]]], bias: [Double], columns: [Int], _ storage: LaneStorage) {
        self.bias = storage == .float32 ? .float32(Block(bias.map(Float.init))) : .float64(Block(bias))
        weights = matrices.map { ScatteredMatrix($0, storage) }
        transposed = zip(matrices, columns).map {
            ScatteredMatrix(ScatteredMatrix.transpose($0, columns: $1), storage)
        }
    }

    func forward(_ frame: Frame) {
        for (place, matrix) in weights.enumerated() {
            matrix.multiply(
                frame.raw(place), into: frame.raw(weights.count), lanes: frame.lanes, bias: bias,
                place == 0 ? GS_STORE_REPLACE : GS_STORE_ADD)
        }
    }

    func backward(_ frame: Frame) {
        for (place, matrix) in transposed.enumerated() {
            guard let gradient = frame.rawGradient(place) else { continue }
            matrix.multiply(frame.rawOutputGradient, into: gradient, lanes: frame.lanes, GS_STORE_ADD)
        }
    }
}
