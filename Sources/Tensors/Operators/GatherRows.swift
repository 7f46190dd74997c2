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
        // Not a stride: of rows of no elements nothing is copied.
        return GatherRowsStep(
            rows: data[0], inner: data.dimensions.dropFirst().reduce(1, *), picks: site.inputs[1].shape.count,
            storage: site.storage,
            isUniform: site.uniform[0])
    }

    /// A table is not repeated for each lane.
    package func readsUniform(_ index: Int) -> Bool { index == 0 }
}

struct GatherRowsStep: Step {
    let rows, inner, picks: Int
    let storage: LaneStorage
    /// Whether the data has one number per element instead of lanes.
    let isUniform: Bool

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) {
        if isUniform {
            switch storage {
            case .float32: pick(frame, .nan as Float)
            case .float64: pick(frame, .nan as Double)
            }
            return
        }
        switch storage {
        case .float32:
            gs_pick_f32(1, rows, inner, picks, frame.lanes, frame.input(1), frame.input(0), frame.output())
        case .float64:
            gs_pick_f64(1, rows, inner, picks, frame.lanes, frame.input(1), frame.input(0), frame.output())
        }
    }

    private func pick<Number: BitwiseCopyable>(_ frame: Frame, _ outside: Number) {
        let (data, index): (UnsafePointer<Number>, UnsafePointer<Double>) = (frame.input(0), frame.input(1))
        let output: UnsafeMutablePointer<Number> = frame.output()
        for pick in 0..<picks {
            for lane in 0..<frame.lanes {
                let number = index[pick * frame.lanes + lane]
                let place = number < 0 ? number + Double(rows) : number
                let row = place >= 0 && place < Double(rows) ? Int(place) : nil
                for element in 0..<inner {
                    output[(pick * inner + element) * frame.lanes + lane] =
                        row.map { data[$0 * inner + element] } ?? outside
                }
            }
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
