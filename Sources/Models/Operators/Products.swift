import Tensors

/// Matrix products. One with a constant matrix on the right is a dense layer.
enum Products {
    static let rules: [String: OperatorRule] = [
        "MatMul": { node in [try node.wrapped(product(node, node.input(0), node.input(1)))] },
        "Gemm": { node in [try gemm(node)] },
        "Einsum": einsum,
    ]

    /// a · b, as a dense layer where b is a constant matrix.
    static func product(_ node: Application, _ a: Value, _ b: Value) throws -> Value {
        guard let matrix = node.tensor(b), matrix.shape.rank == 2, node.shape(a).rank > 0, node.element(a).isReal else {
            return try node.add(MatMul(), a, b)
        }
        return try node.add(Dense(weights: matrix.transposed()), a)
    }

    /// alpha · A · B + beta · C.
    static func gemm(_ node: Application) throws -> Value {
        let (a, b) = (try node.input(0), try node.input(1))
        let (alpha, beta) = (try node.float("alpha", default: 1), try node.float("beta", default: 1))
        guard node.shape(a).rank == 2, node.shape(b).rank == 2 else {
            throw ModelError("it takes matrices, not \(node.shape(a)) and \(node.shape(b))")
        }
        let left = try node.flag("transA") ? node.transpose(a, [1, 0]) : a
        let right = try node.flag("transB") ? b : transposed(node, b)
        let scaled = alpha == 1 ? right : try node.binary(.multiply, right, alpha)
        let offset = try node.optional(2).map { beta == 1 ? $0 : try node.binary(.multiply, $0, beta) }
        return try node.wrapped(affine(node, left, scaled, offset))
    }

    private static func transposed(_ node: Application, _ matrix: Value) throws -> Value {
        guard let tensor = node.tensor(matrix) else { return try node.transpose(matrix, [1, 0]) }
        return node.constant(try tensor.transposed())
    }

    /// x · Wᵀ + c, in one dense layer where W is constant and c is a constant row.
    static func affine(_ node: Application, _ x: Value, _ weights: Value, _ offset: Value?) throws -> Value {
        guard let matrix = node.tensor(weights), node.element(x).isReal else {
            let product = try node.add(MatMul(), x, node.transpose(weights, [1, 0]))
            return try offset.map { try node.binary(.add, product, $0) } ?? product
        }
        guard let offset else { return try node.add(Dense(weights: matrix), x) }
        if let bias = try row(node, offset, count: matrix.shape[0]) {
            return try node.add(Dense(weights: matrix, bias: bias), x)
        }
        return try node.binary(.add, node.add(Dense(weights: matrix), x), offset)
    }

    /// A constant that is added to every row alike, as a vector; nil if it is something else.
    private static func row(_ node: Application, _ offset: Value, count: Int) throws -> Tensor? {
        guard let tensor = node.tensor(offset), tensor.shape.rank <= 2,
            tensor.shape.dimensions.dropLast().allSatisfy({ $0 == 1 }),
            [1, count].contains(tensor.shape.dimensions.last ?? 1)
        else { return nil }
        let wide = try node.expand(offset, to: Shape(tensor.shape.rank == 2 ? [1, count] : [count]))
        return node.tensor(try node.reshape(wide, [count]))
    }

    /// Sums of products by Einstein's convention: `ij,jk->ik`. Any number of operands.
    private static let einsum: OperatorRule = { node in
        let equation = try Einsum(node.text("equation", default: ""), shapes: node.allInputs().map(node.shape))
        return [try equation.apply(node)]
    }
}

extension Tensor {
    /// A matrix with rows and columns exchanged.
    fileprivate func transposed() throws -> Tensor {
        let (rows, columns) = (shape[0], shape[1])
        let storage: Tensor.Storage =
            switch self.storage {
            case .float32(let elements): .float32(Self.transposed(elements, rows, columns))
            case .float64(let elements): .float64(Self.transposed(elements, rows, columns))
            case .int64(let elements): .int64(Self.transposed(elements, rows, columns))
            case .bool(let elements): .bool(Self.transposed(elements, rows, columns))
            }
        return try Tensor(Shape([columns, rows]), storage)
    }

    /// In square blocks, so that neither side runs through memory in large steps.
    private static func transposed<Element>(_ elements: [Element], _ rows: Int, _ columns: Int) -> [Element] {
        let block = 32
        return Array(unsafeUninitializedCapacity: elements.count) { result, count in
            elements.withUnsafeBufferPointer { elements in
                for top in stride(from: 0, to: rows, by: block) {
                    for left in stride(from: 0, to: columns, by: block) {
                        for column in left..<min(left + block, columns) {
                            for row in top..<min(top + block, rows) {
                                result.initializeElement(
                                    at: column * rows + row, to: elements[row * columns + column])
                            }
                        }
                    }
                }
            }
            count = elements.count
        }
    }
}
