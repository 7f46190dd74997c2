import Kernels

/// Rows of a tensor chosen while running: `data [n, ...]`, `index` of any shape, result `index shape + [...]`.
///
/// A negative index counts from the back. An index outside -n..<n gives NaN.
/// The gradient goes to the chosen rows.
package struct GatherRows: Operator {
    package init() {}

    package var name: String { "gather" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        let (data, index) = (inputs[0], inputs[1])
        guard index.element == .int64 else {
            throw .elementType(name, expected: "an int64 index", found: index.element)
        }
        guard data.shape.rank > 0 else { throw .unfit(name, data.shape, "a scalar has no rows") }
        return TensorType(
            data.element, try Shape(index.shape.dimensions + data.shape.dimensions.dropFirst()))
    }
}

extension GatherRows {
    package func prepare(_ site: Site) -> any Step {
        let data = site.inputs[0].shape
        return GatherRowsStep(
            rows: data[0], inner: data.strides[0], picks: site.inputs[1].shape.count, storage: site.storage)
    }
}

struct GatherRowsStep: Step {
    let rows, inner, picks: Int
    let storage: LaneStorage

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32:
            gs_pick_f32(1, rows, inner, picks, frame.lanes, frame.input(1), frame.input(0), frame.output())
        case .float64:
            gs_pick_f64(1, rows, inner, picks, frame.lanes, frame.input(1), frame.input(0), frame.output())
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32:
            gs_pick_gradient_f32(
                1, rows, inner, picks, frame.lanes, frame.input(1), frame.outputGradient(), frame.gradient(0))
        case .float64:
            gs_pick_gradient_f64(
                1, rows, inner, picks, frame.lanes, frame.input(1), frame.outputGradient(), frame.gradient(0))
        }
    }
}
