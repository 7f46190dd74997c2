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
            operands: Operand.all(site), storage: site.storage, count: site.shape.count)
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
        if frame.rawGradient(1) == nil, frame.rawGradient(2) == nil { return passToCondition(frame) }
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

    /// Where only the condition depends on what is varied: the slope of a blend of the two.
    private func passToCondition(_ frame: Frame) {
        guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
        switch storage {
        case .float32: pass(to: gradient, frame, of: Float.self)
        case .float64: pass(to: gradient, frame, of: Double.self)
        }
    }

    private func pass<Number: BinaryFloatingPoint>(
        to gradient: UnsafeMutablePointer<Double>, _ frame: Frame, of type: Number.Type
    ) {
        let (first, second): (UnsafePointer<Number>, UnsafePointer<Number>) = (frame.input(1), frame.input(2))
        let given: UnsafeMutablePointer<Number> = frame.outputGradient()
        for element in 0..<count {
            for lane in 0..<frame.lanes {
                let a = first[operands[1].place(element, lane, frame.lanes)]
                let b = second[operands[2].place(element, lane, frame.lanes)]
                let slope = Double(given[element * frame.lanes + lane]) * Double(a - b)
                if slope.isFinite { gradient[operands[0].place(element, lane, frame.lanes)] += slope }
            }
        }
    }
}
