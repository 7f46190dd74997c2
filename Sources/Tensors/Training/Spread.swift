import Kernels

/// A value that all lanes share, given to each: the way of weights into operators that know nothing of training.
///
/// Its input is a uniform input of the graph; the gradient is the sum over lanes.
package struct Spread: Operator {
    package init() {}

    package var name: String { "spread" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element == .float32 else {
            throw .elementType(name, expected: "float32", found: inputs[0].element)
        }
        return inputs[0]
    }

    package func readsUniform(_ index: Int) -> Bool { true }

    package func prepare(_ site: Site) -> any Step { SpreadStep(count: site.shape.count) }
}

private struct SpreadStep: Step {
    let count: Int

    func forward(_ frame: Frame) { gs_splat_f32(count, frame.lanes, frame.input(0), frame.output()) }

    func backward(_ frame: Frame) {
        guard let sums: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
        let g: UnsafeMutablePointer<Float> = frame.outputGradient()
        gs_lane_sums_f32(count, 1, frame.lanes, g, sums)
    }
}

/// `GatherRows` from a table that changes and that all lanes share: a uniform input of the graph.
package struct TrainableRows: Operator {
    package init() {}

    package var name: String { "trainable rows" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        let type = try GatherRows().resultType(of: inputs)
        guard type.element == .float32 else { throw .elementType(name, expected: "float32", found: type.element) }
        return type
    }

    package func readsUniform(_ index: Int) -> Bool { index == 0 }

    package func prepare(_ site: Site) -> any Step {
        let data = site.inputs[0].shape
        return TrainableRowsStep(
            gather: GatherRowsStep(
                rows: data[0], inner: data.strides[0], picks: site.inputs[1].shape.count, storage: .float32,
                isUniform: true))
    }
}

private struct TrainableRowsStep: Step {
    let gather: GatherRowsStep

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) { gather.forward(frame) }

    func backward(_ frame: Frame) {
        guard let sums: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
        let g: UnsafeMutablePointer<Float> = frame.outputGradient()
        gs_row_sums_f32(gather.rows, gather.inner, gather.picks, frame.lanes, frame.input(1), g, sums)
    }
}
