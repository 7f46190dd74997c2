import Kernels

extension Double: Number {
    static var exactBits: (Double) -> UInt64 { { UInt64($0.bitPattern) } }

    static func pack(_ rows: Int, _ columns: Int, _ m: [Double], _ rowStride: Int, _ columnStride: Int) -> [Double] {
        var packed = [Double](repeating: .nan, count: gs_packed_count(rows, columns))
        gs_pack_f64(rows, columns, m, rowStride, columnStride, &packed)
        return packed
    }

    static func dense(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Double], _ bias: [Double]?, _ x: UnsafePointer<Double>,
        _ offsets: [Int32]?, _ y: UnsafeMutablePointer<Double>, _ stride: Int, _ store: gs_store, _ act: gs_activation
    ) {
        withOptional(bias) { bias in
            withOptional(offsets) { offsets in
                gs_dense_f64(rows, columns, lanes, packed, bias, x, offsets, y, stride, store, act)
            }
        }
    }

    static func sparse(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Double], _ bias: [Double]?, _ x: UnsafePointer<Double>,
        _ wanted: [Double]?, _ y: UnsafeMutablePointer<Double>, _ store: gs_store, _ act: gs_activation
    ) {
        withOptional(bias) { bias in
            withOptional(wanted) { wanted in
                gs_sparse_f64(rows, columns, lanes, packed, bias, x, wanted, y, store, act)
            }
        }
    }

    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: UnsafePointer<Double>, _ aStrides: (Int, Int),
        _ b: UnsafePointer<Double>, _ bStrides: (Int, Int), _ out: UnsafeMutablePointer<Double>, _ stride: Int,
        _ store: gs_store
    ) {
        let left = gs_matrix_f64(data: a, row_stride: aStrides.0, column_stride: aStrides.1)
        let right = gs_matrix_f64(data: b, row_stride: bStrides.0, column_stride: bStrides.1)
        gs_matmul_f64(rows, inner, columns, lanes, left, right, out, stride, store)
    }

    static func unary(_ op: gs_unary, _ a: Double, _ b: Double, _ x: [Double]) -> [Double] {
        var y = x
        gs_unary_f64(op, a, b, x.count, x, &y)
        return y
    }

    static func unaryGradient(
        _ op: gs_unary, _ a: Double, _ b: Double, _ x: [Double], _ y: [Double], _ gy: [Double]
    ) -> [Double] {
        var gx = [Double](repeating: 0, count: x.count)
        gs_unary_gradient_f64(op, a, b, x.count, x, y, gy, &gx)
        return gx
    }

    private static func with<R>(_ operand: Operand<Double>, _ body: (gs_operand_f64) -> R) -> R {
        operand.data.withUnsafeBufferPointer { data in
            withOptional(operand.table) {
                body(
                    gs_operand_f64(
                        data: data.baseAddress, table: $0, spread: operand.spread, run: operand.run, step: operand.step)
                )
            }
        }
    }

    static func binary(_ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Double>, _ b: Operand<Double>)
        -> [Double]
    {
        var out = [Double](repeating: .nan, count: count * lanes)
        with(a) { a in with(b) { b in gs_binary_f64(op, count, lanes, a, b, &out) } }
        return out
    }

    static func binaryGradient(
        _ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Double>, _ b: Operand<Double>, _ gout: [Double]
    ) -> ([Double], [Double]) {
        var ga = a.data.map { _ in Double(0) }
        var gb = b.data.map { _ in Double(0) }
        with(a) { a in with(b) { b in gs_binary_gradient_f64(op, count, lanes, a, b, gout, &ga, &gb) } }
        return (ga, gb)
    }

    static func compare(
        _ op: gs_comparison, _ count: Int, _ lanes: Int, _ a: Operand<Double>, _ b: Operand<Double>
    ) -> [Double] {
        var out = [Double](repeating: .nan, count: count * lanes)
        with(a) { a in with(b) { b in gs_compare_f64(op, count, lanes, a, b, &out) } }
        return out
    }

    static func reduce(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Double]
    ) -> [Double] {
        var y = [Double](repeating: .nan, count: outer * inner * lanes)
        withOptional(table) { gs_reduce_f64(kind, outer, axis, inner, lanes, $0, x, &y) }
        return y
    }

    static func reduceGradient(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Double],
        _ y: [Double], _ gout: [Double]
    ) -> [Double] {
        var gx = [Double](repeating: 0, count: x.count)
        withOptional(table) { gs_reduce_gradient_f64(kind, outer, axis, inner, lanes, $0, x, y, gout, &gx) }
        return gx
    }

    static func arg(
        _ extremum: gs_extremum, _ tie: gs_tie, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Double]
    ) -> [Double] {
        var y = [Double](repeating: .nan, count: outer * inner * lanes)
        gs_arg_f64(extremum, tie, outer, axis, inner, lanes, x, &y)
        return y
    }

    static func softmax(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Double]
    ) -> [Double] {
        var y = [Double](repeating: .nan, count: x.count)
        gs_softmax_f64(kind, outer, axis, inner, lanes, x, &y)
        return y
    }

    static func softmaxGradient(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ y: [Double], _ gout: [Double]
    ) -> [Double] {
        var gx = [Double](repeating: 0, count: y.count)
        gs_softmax_gradient_f64(kind, outer, axis, inner, lanes, y, gout, &gx)
        return gx
    }

    static func pool(_ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Double]) -> [Double] {
        var y = [Double](repeating: .nan, count: planes * w.outRows * lanes)
        w.with { gs_pool_f64(kind, $0, planes, lanes, x, &y) }
        return y
    }

    static func poolGradient(
        _ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Double], _ y: [Double], _ gout: [Double],
        _ store: gs_store
    ) -> [Double] {
        var gx = [Double](repeating: store == GS_STORE_ADD ? 0 : .nan, count: x.count)
        w.with { gs_pool_gradient_f64(kind, $0, planes, lanes, x, y, gout, &gx, store) }
        return gx
    }
}
