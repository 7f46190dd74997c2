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
        return MatMulStep(
            rows: extents.rows, inner: extents.inner, columns: extents.columns, storage: site.storage,
            first: extents.first(.packed(extents.firstBatch.count, extents.rows, extents.inner)),
            second: extents.second(.packed(extents.secondBatch.count, extents.inner, extents.columns)),
            result: .packed(extents.batch.count, extents.rows, extents.columns))
    }
}

extension MatMul.Extents {
    /// The first factors, product by product, where those of the input lie so.
    func first(_ placement: Placement) -> Placement {
        placement.taking(Shape.walk(batch, steps: firstBatch.steps(in: batch)))
    }
    func second(_ placement: Placement) -> Placement {
        placement.taking(Shape.walk(batch, steps: secondBatch.steps(in: batch)))
    }
}

/// How matrices lie among the elements of a value: where each starts, how far its rows and its columns are apart.
struct Placement: Sendable, Hashable {
    let starts: [Int]
    let row, column: Int

    /// Matrices of `rows` by `columns`, one behind the other.
    static func packed(_ count: Int, _ rows: Int, _ columns: Int) -> Placement {
        Placement(starts: (0..<count).map { $0 * rows * columns }, row: columns, column: 1)
    }

    func taking(_ matrices: [Int32]) -> Placement {
        Placement(starts: matrices.map { starts[Int($0)] }, row: row, column: column)
    }

    func matrix<Number>(_ index: Int, of data: UnsafePointer<Number>, lanes: Int) -> LanedMatrix<Number> {
        LanedMatrix(data: data + starts[index] * lanes, row: row, column: column)
    }
}

/// Element (r, c) is row r·row + c·column of `data`, and has lanes.
struct LanedMatrix<Number> {
    let data: UnsafePointer<Number>
    let row, column: Int

    var transposed: LanedMatrix { LanedMatrix(data: data, row: column, column: row) }
}

struct MatMulStep: Step {
    let rows, inner, columns: Int
    let storage: LaneStorage
    /// Where the matrices of each product lie: elements of a row or of a column are adjacent in a factor, of a row in the result.
    let first, second, result: Placement

    var keeps: Kept { .inputs }
    var work: Int { count > 1 ? count * rows * inner * columns : 0 }
    private var count: Int { result.starts.count }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward(frame, as: Float.self)
        case .float64: forward(frame, as: Double.self)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32: backward(frame, as: Float.self)
        case .float64: backward(frame, as: Double.self)
        }
    }

    private func forward<Number: LaneNumber>(_ frame: Frame, as: Number.Type) {
        let lanes = frame.lanes
        let (a, b): (UnsafePointer<Number>, UnsafePointer<Number>) = (frame.input(0), frame.input(1))
        let output: UnsafeMutablePointer<Number> = frame.output()
        for product in frame.part(of: count) {
            Number.matmul(
                rows, inner, columns, lanes, first.matrix(product, of: a, lanes: lanes),
                second.matrix(product, of: b, lanes: lanes), output + result.starts[product] * lanes, result.row,
                GS_STORE_REPLACE)
        }
    }

    /// The gradients are G·Bᵀ and Aᵀ·G.
    private func backward<Number: LaneNumber>(_ frame: Frame, as: Number.Type) {
        let lanes = frame.lanes
        let (a, b): (UnsafePointer<Number>, UnsafePointer<Number>) = (frame.input(0), frame.input(1))
        let cotangent: UnsafeMutablePointer<Number> = frame.outputGradient()
        for product in 0..<count {
            let g = result.matrix(product, of: cotangent, lanes: lanes)
            if let gradient: UnsafeMutablePointer<Number> = frame.gradient(0) {
                let turned = second.matrix(product, of: b, lanes: lanes).transposed
                add(rows, columns, inner, g, turned, to: gradient, first, product, lanes)
            }
            if let gradient: UnsafeMutablePointer<Number> = frame.gradient(1) {
                let turned = first.matrix(product, of: a, lanes: lanes).transposed
                add(inner, rows, columns, turned, g, to: gradient, second, product, lanes)
            }
        }
    }

    /// Where columns are side by side the product is computed transposed: the same sums.
    private func add<Number: LaneNumber>(
        _ rows: Int, _ inner: Int, _ columns: Int, _ a: LanedMatrix<Number>, _ b: LanedMatrix<Number>,
        to gradient: UnsafeMutablePointer<Number>, _ placement: Placement, _ product: Int, _ lanes: Int
    ) {
        let target = gradient + placement.starts[product] * lanes
        if placement.column == 1 {
            Number.matmul(rows, inner, columns, lanes, a, b, target, placement.row, GS_STORE_ADD)
        } else {
            Number.matmul(
                columns, inner, rows, lanes, b.transposed, a.transposed, target, placement.column, GS_STORE_ADD)
        }
    }
}
