import Kernels

/// Chooses between two tensors, element by element: `a` where the condition holds, else `b` (ONNX Where).
package struct Select: Operator {
    package init() {}

    package var name: String { "select" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 3 else { throw .inputCount(name, expected: "3", found: inputs.count) }
        guard inputs[0].element == .bool else { throw .elementType(name, expected: "bool", found: inputs[0].element) }
        guard inputs[1].element == inputs[2].element else {
            throw ShapeError("\(name) between \(inputs[1]) and \(inputs[2]): the element types differ")
        }
        let branches = try inputs[1].shape.broadcast(with: inputs[2].shape, in: name)
        return TensorType(inputs[1].element, try inputs[0].shape.broadcast(with: branches, in: name))
    }
}

extension Select {
    package func readsUniform(_ index: Int) -> Bool { true }

    package func prepare(_ site: Site) -> any Step {
        SelectStep(
            operands: site.inputs.indices.map { Operand(site, $0) }, storage: site.storage, count: site.shape.count)
    }
}

struct SelectStep: Step {
    let operands: [Operand]
    let storage: LaneStorage
    let count: Int

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) {
        let condition = operands[0].float64(frame, 0)
        switch storage {
        case .float32:
            gs_select_f32(
                count, frame.lanes, condition, operands[1].float32(frame, 1), operands[2].float32(frame, 2),
                frame.output())
        case .float64:
            gs_select_f64(
                count, frame.lanes, condition, operands[1].float64(frame, 1), operands[2].float64(frame, 2),
                frame.output())
        }
    }

    func backward(_ frame: Frame) {
        let condition = operands[0].float64(frame, 0)
        switch storage {
        case .float32:
            gs_select_gradient_f32(
                count, frame.lanes, condition, operands[1].float32(frame, 1), operands[2].float32(frame, 2),
                frame.outputGradient(), frame.gradient(1), frame.gradient(2))
        case .float64:
            gs_select_gradient_f64(
                count, frame.lanes, condition, operands[1].float64(frame, 1), operands[2].float64(frame, 2),
                frame.outputGradient(), frame.gradient(1), frame.gradient(2))
        }
    }
}
