import Kernels

/// Changes the element type: to float32 rounds to nearest even, to int64 truncates, to bool asks for nonzero.
package struct Cast: Operator {
    package let element: ElementType

    package init(to element: ElementType) { self.element = element }

    package var name: String { "cast to \(element.rawValue)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        return TensorType(element, inputs[0].shape)
    }
}

extension Cast {
    package func prepare(_ site: Site) -> any Step {
        let (from, to) = (site.inputs[0].element, element)
        if from == to || (from.storage == .float64 && to == .float64) || (from == .bool && to == .int64) {
            return Alias()
        }
        return CastStep(from: from.storage, to: to, count: site.shape.count)
    }
}

struct CastStep: Step {
    let from: LaneStorage
    let to: ElementType
    let count: Int

    func forward(_ frame: Frame) {
        let total = count * frame.lanes
        switch (from, to) {
        case (.float32, .int64): gs_cast_f32_integer(total, frame.input(0), frame.output())
        case (.float64, .int64): gs_cast_f64_integer(total, frame.input(0), frame.output())
        case (.float32, .bool): gs_cast_f32_truth(total, frame.input(0), frame.output())
        case (.float64, .bool): gs_cast_f64_truth(total, frame.input(0), frame.output())
        case (.float32, _): gs_cast_f32_f64(total, frame.input(0), frame.output())
        case (.float64, _): gs_cast_f64_f32(total, frame.input(0), frame.output())
        }
    }

    /// The gradient passes through a change of precision, converted; to whole numbers straight through.
    func backward(_ frame: Frame) {
        let (total, lanes) = (count * frame.lanes, frame.lanes)
        switch (from, to) {
        case (.float32, .float64), (.float32, .int64):
            gs_cast_f64_f32(total, frame.outputGradient(), frame.scratch())
            gs_scatter_add_f32(count, lanes, nil, frame.scratch(), frame.gradient(0))
        case (.float64, .float32):
            gs_cast_f32_f64(total, frame.outputGradient(), frame.scratch())
            gs_scatter_add_f64(count, lanes, nil, frame.scratch(), frame.gradient(0))
        case (.float64, .int64): gs_scatter_add_f64(count, lanes, nil, frame.outputGradient(), frame.gradient(0))
        default: break
        }
    }

    var scratch: Int { to != .bool ? count * 8 : 0 }
}
