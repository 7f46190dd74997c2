import Kernels

/// The two number types that lanes hold, with the kernels for each, so that a step is written once.
protocol LaneNumber: BitwiseCopyable, Sendable {
    static var dense: DenseKernel { get }
    static var sparse: SparseKernel { get }
    static var denseRows: DenseRowsKernel { get }
    static var activationGradient: ActivationGradientKernel { get }
    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: LanedMatrix<Self>, _ b: LanedMatrix<Self>,
        _ output: UnsafeMutablePointer<Self>, _ stride: Int, _ store: gs_store)
}

extension LaneNumber {
    typealias DenseKernel = (
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: UnsafePointer<Self>?, _ bias: UnsafePointer<Self>?,
        _ input: UnsafePointer<Self>?, _ offsets: UnsafePointer<Int32>?, _ output: UnsafeMutablePointer<Self>?,
        _ stride: Int, _ store: gs_store, _ activation: gs_activation
    ) -> Void
    typealias SparseKernel = (
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: UnsafePointer<Self>?, _ bias: UnsafePointer<Self>?,
        _ input: UnsafePointer<Self>?, _ wanted: UnsafePointer<Self>?, _ output: UnsafeMutablePointer<Self>?,
        _ store: gs_store, _ activation: gs_activation
    ) -> Void
    typealias DenseRowsKernel = (
        _ count: Int, _ rows: Int, _ columns: Int, _ packed: UnsafePointer<Self>?, _ bias: UnsafePointer<Self>?,
        _ input: UnsafePointer<Self>?, _ output: UnsafeMutablePointer<Self>?, _ zeros: gs_zeros, _ store: gs_store,
        _ activation: gs_activation, _ share: gs_share
    ) -> Void
    typealias ActivationGradientKernel = (
        _ activation: gs_activation, _ count: Int, _ result: UnsafePointer<Self>?, _ cotangent: UnsafePointer<Self>?,
        _ gradient: UnsafeMutablePointer<Self>?
    ) -> Void
}

extension Float: LaneNumber {
    static var dense: DenseKernel { gs_dense_f32 }
    static var sparse: SparseKernel { gs_sparse_f32 }
    static var denseRows: DenseRowsKernel { gs_dense_rows_f32 }
    static var activationGradient: ActivationGradientKernel { gs_activation_gradient_f32 }

    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: LanedMatrix<Float>, _ b: LanedMatrix<Float>,
        _ output: UnsafeMutablePointer<Float>, _ stride: Int, _ store: gs_store
    ) {
        gs_matmul_f32(
            rows, inner, columns, lanes, .init(data: a.data, row_stride: a.row, column_stride: a.column),
            .init(data: b.data, row_stride: b.row, column_stride: b.column), output, stride, store)
    }
}

extension Double: LaneNumber {
    static var dense: DenseKernel { gs_dense_f64 }
    static var sparse: SparseKernel { gs_sparse_f64 }
    static var denseRows: DenseRowsKernel { gs_dense_rows_f64 }
    static var activationGradient: ActivationGradientKernel { gs_activation_gradient_f64 }

    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: LanedMatrix<Double>, _ b: LanedMatrix<Double>,
        _ output: UnsafeMutablePointer<Double>, _ stride: Int, _ store: gs_store
    ) {
        gs_matmul_f64(
            rows, inner, columns, lanes, .init(data: a.data, row_stride: a.row, column_stride: a.column),
            .init(data: b.data, row_stride: b.row, column_stride: b.column), output, stride, store)
    }
}
