import Tensors

/// The blocks of a tensor that the tuples in the last axis of an index point to (ONNX GatherND, ScatterND).
struct IndexTuples {
    /// The place of the first element of each block, in row-major order.
    let starts: [Int]
    /// The shape of the index without its last axis.
    let outer: [Int]
    /// The shape of a block.
    let inner: [Int]
    /// The number of elements of a block.
    let length: Int

    init(_ index: Tensor, in shape: Shape, batchAxes: Int) throws {
        guard let integers = index.integers, index.shape.rank > 0, batchAxes >= 0, batchAxes < index.shape.rank else {
            throw ModelError("indices \(index.type) with \(batchAxes) batch axes")
        }
        let width = index.shape[index.shape.rank - 1]
        let batch = Array(shape.dimensions.prefix(batchAxes))
        guard width > 0, batchAxes + width <= shape.rank, Array(index.shape.dimensions.prefix(batchAxes)) == batch
        else {
            throw ModelError("indices \(index.shape) do not fit \(shape)")
        }
        outer = index.shape.dimensions.dropLast()
        inner = Array(shape.dimensions.dropFirst(batchAxes + width))
        length = inner.reduce(1, *)
        let tuplesPerBatch = max(1, outer.dropFirst(batchAxes).reduce(1, *))
        let batchSize = shape.dimensions.dropFirst(batchAxes).reduce(1, *)
        let strides = shape.strides
        var starts: [Int] = []
        starts.reserveCapacity(integers.count / width)
        for tuple in 0..<integers.count / width {
            var start = tuple / tuplesPerBatch * batchSize
            for place in 0..<width {
                let (axis, value) = (batchAxes + place, integers[tuple * width + place])
                let size = Int64(shape[axis])
                guard value >= -size, value < size else { throw ModelError("index \(value) is outside axis \(axis)") }
                start += Int(value < 0 ? value + size : value) * strides[axis]
            }
            starts.append(start)
        }
        self.starts = starts
    }
}
