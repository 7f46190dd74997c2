import Kernels

/// The matrix product over the last two axes; leading axes are broadcast, vectors are taken as ONNX and numpy do.
package struct MatMul: Operator {
    package init() {}

    package var name: String { "matmul" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        guard inputs[0].element == inputs[1].element else {
            throw ShapeError("\(name) of \(inputs[0]) and \(inputs[1]): the element types differ")
        }
        guard inputs[0].element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
        return TensorType(inputs[0].element, try Extents(inputs[0].shape, inputs[1].shape).result)
    }

    /// The sizes of a product: `batch` many `[rows, inner]` by `[inner, columns]`.
    struct Extents: Sendable {
        let rows, inner, columns: Int
        let batch, firstBatch, secondBatch: Shape
        let result: Shape

        init(_ first: Shape, _ second: Shape) throws(ShapeError) {
            guard first.rank > 0, second.rank > 0 else {
                throw .mismatch("matmul", first, second, "a scalar has no matrix product")
            }
            let left = first.rank == 1 ? [1] + first.dimensions : first.dimensions
            let right = second.rank == 1 ? second.dimensions + [1] : second.dimensions
            guard left[left.count - 1] == right[right.count - 2] else {
                throw .mismatch("matmul", first, second, "the inner dimensions differ")
            }
            (rows, inner, columns) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
            firstBatch = try Shape(Array(left.dropLast(2)))
            secondBatch = try Shape(Array(right.dropLast(2)))
            batch = try firstBatch.broadcast(with: secondBatch, in: "matmul")
            result = try Shape(
                batch.dimensions + (first.rank == 1 ? [] : [rows]) + (second.rank == 1 ? [] : [columns]))
        }
    }
}

extension MatMul {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let extents = try Extents(site.inputs[0].shape, site.inputs[1].shape)
        let batch = extents.batch
        return MatMulStep(
            extents: extents, storage: site.storage,
            first: Shape.walk(batch, steps: extents.firstBatch.steps(in: batch)),
            second: Shape.walk(batch, steps: extents.secondBatch.steps(in: batch)))
    }
}

struct MatMulStep: Step {
    let extents: MatMul.Extents
    let storage: LaneStorage
    /// Which matrix of each input meets which in each product.
    let first, second: [Int32]

    var keeps: Kept { .inputs }
    var work: Int { first.count > 1 ? first.count * extents.rows * extents.inner * extents.columns : 0 }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward32(frame)
        case .float64: forward64(frame)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32: backward32(frame)
        case .float64: backward64(frame)
        }
    }

    private func forward32(_ frame: Frame) {
        let (m, k, n, lanes) = (extents.rows, extents.inner, extents.columns, frame.lanes)
        let (a, b): (UnsafePointer<Float>, UnsafePointer<Float>) = (frame.input(0), frame.input(1))
        let output: UnsafeMutablePointer<Float> = frame.output()
        for place in frame.part(of: first.count) {
            gs_matmul_f32(
                m, k, n, lanes, .init(data: a + Int(first[place]) * m * k * lanes, row_stride: k, column_stride: 1),
                .init(data: b + Int(second[place]) * k * n * lanes, row_stride: n, column_stride: 1),
                output + place * m * n * lanes, GS_STORE_REPLACE)
        }
    }

    private func forward64(_ frame: Frame) {
        let (m, k, n, lanes) = (extents.rows, extents.inner, extents.columns, frame.lanes)
        let (a, b): (UnsafePointer<Double>, UnsafePointer<Double>) = (frame.input(0), frame.input(1))
        let output: UnsafeMutablePointer<Double> = frame.output()
        for place in frame.part(of: first.count) {
            gs_matmul_f64(
                m, k, n, lanes, .init(data: a + Int(first[place]) * m * k * lanes, row_stride: k, column_stride: 1),
                .init(data: b + Int(second[place]) * k * n * lanes, row_stride: n, column_stride: 1),
                output + place * m * n * lanes, GS_STORE_REPLACE)
        }
    }

    /// The gradients are G·Bᵀ and Aᵀ·G.
    private func backward32(_ frame: Frame) {
        let (m, k, n, lanes) = (extents.rows, extents.inner, extents.columns, frame.lanes)
        let (a, b): (UnsafePointer<Float>, UnsafePointer<Float>) = (frame.input(0), frame.input(1))
        let cotangent: UnsafeMutablePointer<Float> = frame.outputGradient()
        for place in first.indices {
            let (atA, atB) = (Int(first[place]) * m * k * lanes, Int(second[place]) * k * n * lanes)
            let g = cotangent + place * m * n * lanes
            if let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) {
                gs_matmul_f32(
                    m, n, k, lanes, .init(data: g, row_stride: n, column_stride: 1),
                    .init(data: b + atB, row_stride: 1, column_stride: n), gradient + atA, GS_STORE_ADD)
            }
            if let gradient: UnsafeMutablePointer<Float> = frame.gradient(1) {
                gs_matmul_f32(
                    k, m, n, lanes, .init(data: a + atA, row_stride: 1, column_stride: k),
                    .init(data: g, row_stride: n, column_stride: 1), gradient + atB, GS_STORE_ADD)
            }
        }
    }

    private func backward64(_ frame: Frame) {
        let (m, k, n, lanes) = (extents.rows, extents.inner, extents.columns, frame.lanes)
        let (a, b): (UnsafePointer<Double>, UnsafePointer<Double>) = (frame.input(0), frame.input(1))
        let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
        for place in first.indices {
            let (atA, atB) = (Int(first[place]) * m * k * lanes, Int(second[place]) * k * n * lanes)
            let g = cotangent + place * m * n * lanes
            if let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) {
                gs_matmul_f64(
                    m, n, k, lanes, .init(data: g, row_stride: n, column_stride: 1),
                    .init(data: b + atB, row_stride: 1, column_stride: n), gradient + atA, GS_STORE_ADD)
            }
            if let gradient: UnsafeMutablePointer<Double> = frame.gradient(1) {
                gs_matmul_f64(
                    k, m, n, lanes, .init(data: a + atA, row_stride: 1, column_stride: k),
                    .init(data: g, row_stride: n, column_stride: 1), gradient + atB, GS_STORE_ADD)
            }
        }
    }
}
