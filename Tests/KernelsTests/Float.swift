import Kernels

extension Float: Number {
    static var exactBits: (Float) -> UInt64 { { UInt64($0.bitPattern) } }

    static func pack(_ rows: Int, _ columns: Int, _ m: [Float], _ rowStride: Int, _ columnStride: Int) -> [Float] {
        var packed = [Float](repeating: .nan, count: gs_packed_count(rows, columns))
        gs_pack_f32(rows, columns, m, rowStride, columnStride, &packed)
        return packed
    }

    static func dense(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Float], _ bias: [Float]?, _ x: UnsafePointer<Float>,
        _ offsets: [Int32]?, _ y: UnsafeMutablePointer<Float>, _ stride: Int, _ store: gs_store, _ act: gs_activation
    ) {
        withOptional(bias) { bias in
            withOptional(offsets) { offsets in
                gs_dense_f32(rows, columns, lanes, packed, bias, x, offsets, y, stride, store, act)
            }
        }
    }

    static func sparse(
        _ rows: Int, _ columns: Int, _ lanes: Int, _ packed: [Float], _ bias: [Float]?, _ x: UnsafePointer<Float>,
        _ wanted: [Float]?, _ y: UnsafeMutablePointer<Float>, _ store: gs_store, _ act: gs_activation
    ) {
        withOptional(bias) { bias in
            withOptional(wanted) { wanted in
                gs_sparse_f32(rows, columns, lanes, packed, bias, x, wanted, y, store, act)
            }
        }
    }

    static func matmul(
        _ rows: Int, _ inner: Int, _ columns: Int, _ lanes: Int, _ a: UnsafePointer<Float>, _ aStrides: (Int, Int),
        _ b: UnsafePointer<Float>, _ bStrides: (Int, Int), _ out: UnsafeMutablePointer<Float>, _ stride: Int,
        _ store: gs_store
    ) {
        let left = gs_matrix_f32(data: a, row_stride: aStrides.0, column_stride: aStrides.1)
        let right = gs_matrix_f32(data: b, row_stride: bStrides.0, column_stride: bStrides.1)
        gs_matmul_f32(rows, inner, columns, lanes, left, right, out, stride, store)
    }

    static func unary(_ op: gs_unary, _ a: Double, _ b: Double, _ x: [Float]) -> [Float] {
        var y = x
        gs_unary_f32(op, a, b, x.count, x, &y)
        return y
    }

    static func unaryGradient(
        _ op: gs_unary, _ a: Double, _ b: Double, _ x: [Float], _ y: [Float], _ gy: [Float]
    ) -> [Float] {
        var gx = [Float](repeating: 0, count: x.count)
        gs_unary_gradient_f32(op, a, b, x.count, x, y, gy, &gx)
        return gx
    }

    private static func with<R>(_ operand: Operand<Float>, _ body: (gs_operand_f32) -> R) -> R {
        operand.data.withUnsafeBufferPointer { data in
            withOptional(operand.table) {
                body(
                    gs_operand_f32(
                        data: data.baseAddress, table: $0, spread: operand.spread, run: operand.run, step: operand.step)
                )
            }
        }
    }

    static func binary(_ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Float>, _ b: Operand<Float>) -> [Float]
    {
        var out = [Float](repeating: .nan, count: count * lanes)
        with(a) { a in with(b) { b in gs_binary_f32(op, count, lanes, a, b, &out) } }
        return out
    }

    static func binaryGradient(
        _ op: gs_binary, _ count: Int, _ lanes: Int, _ a: Operand<Float>, _ b: Operand<Float>, _ gout: [Float]
    ) -> ([Float], [Float]) {
        var ga = a.data.map { _ in Float(0) }
        var gb = b.data.map { _ in Float(0) }
        with(a) { a in with(b) { b in gs_binary_gradient_f32(op, count, lanes, a, b, gout, &ga, &gb) } }
        return (ga, gb)
    }

    static func compare(
        _ op: gs_comparison, _ count: Int, _ lanes: Int, _ a: Operand<Float>, _ b: Operand<Float>
    ) -> [Double] {
        var out = [Double](repeating: .nan, count: count * lanes)
        with(a) { a in with(b) { b in gs_compare_f32(op, count, lanes, a, b, &out) } }
        return out
    }

    static func reduce(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Float]
    ) -> [Float] {
        var y = [Float](repeating: .nan, count: outer * inner * lanes)
        withOptional(table) { gs_reduce_f32(kind, outer, axis, inner, lanes, $0, x, &y) }
        return y
    }

    static func reduceGradient(
        _ kind: gs_reduction, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ table: [Int32]?, _ x: [Float],
        _ y: [Float], _ gout: [Float]
    ) -> [Float] {
        var gx = [Float](repeating: 0, count: x.count)
        withOptional(table) { gs_reduce_gradient_f32(kind, outer, axis, inner, lanes, $0, x, y, gout, &gx) }
        return gx
    }

    static func arg(
        _ extremum: gs_extremum, _ tie: gs_tie, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Float]
    ) -> [Double] {
        var y = [Double](repeating: .nan, count: outer * inner * lanes)
        gs_arg_f32(extremum, tie, outer, axis, inner, lanes, x, &y)
        return y
    }

    static func softmax(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ x: [Float]
    ) -> [Float] {
        var y = [Float](repeating: .nan, count: x.count)
        gs_softmax_f32(kind, outer, axis, inner, lanes, x, &y)
        return y
    }

    static func softmaxGradient(
        _ kind: gs_softmax, _ outer: Int, _ axis: Int, _ inner: Int, _ lanes: Int, _ y: [Float], _ gout: [Float]
    ) -> [Float] {
        var gx = [Float](repeating: 0, count: y.count)
        gs_softmax_gradient_f32(kind, outer, axis, inner, lanes, y, gout, &gx)
        return gx
    }

    static func pool(_ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Float]) -> [Float] {
        var y = [Float](repeating: .nan, count: planes * w.outRows * lanes)
        w.with { gs_pool_f32(kind, $0, planes, lanes, x, &y) }
        return y
    }

    static func poolGradient(
        _ kind: gs_pool, _ w: Windows, _ planes: Int, _ lanes: Int, _ x: [Float], _ y: [Float], _ gout: [Float],
        _ store: gs_store
    ) -> [Float] {
        var gx = [Float](repeating: store == GS_STORE_ADD ? 0 : .nan, count: x.count)
        w.with { gs_pool_gradient_f32(kind, $0, planes, lanes, x, y, gout, &gx, store) }
        return gx
    }
}
