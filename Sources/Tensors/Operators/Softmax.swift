import Kernels

/// exp(x) over the sum of exp(x) along one axis, computed from x - max(x); or the logarithm of it.
package struct Softmax: Operator {
    package enum Kind: Sendable, Hashable { case plain, logarithm }

    package let axis: Int
    package let kind: Kind

    package init(axis: Int, _ kind: Kind = .plain) {
        self.axis = axis
        self.kind = kind
    }

    package var name: String { kind == .plain ? "softmax" : "log softmax" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element.isReal else {
            throw .elementType(name, expected: "real numbers", found: inputs[0].element)
        }
        _ = try inputs[0].shape.axis(axis, of: name)
        return inputs[0]
    }
}

extension Softmax {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let axis = try site.shape.axis(axis, of: name)
        return SoftmaxStep(
            code: kind == .plain ? GS_SOFTMAX_PLAIN : GS_SOFTMAX_LOG, blocks: AxisBlocks(site.shape, axis...axis),
            storage: site.storage)
    }
}

struct SoftmaxStep: Step {
    let code: gs_softmax
    let blocks: AxisBlocks
    let storage: LaneStorage

    var keeps: Kept { .output }

    var work: Int { 16 * blocks.outer * blocks.axis * blocks.inner }

    func forward(_ frame: Frame) {
        let (axis, inner, part) = (blocks.axis, blocks.inner, frame.part(of: blocks.outer))
        let (outer, start) = (part.count, part.lowerBound * axis * inner)
        switch storage {
        case .float32:
            gs_softmax_f32(code, outer, axis, inner, frame.lanes, frame.input(0) + start, frame.output() + start)
        case .float64:
            gs_softmax_f64(code, outer, axis, inner, frame.lanes, frame.input(0) + start, frame.output() + start)
        }
    }

    func backward(_ frame: Frame) {
        let (outer, axis, inner) = (blocks.outer, blocks.axis, blocks.inner)
        switch storage {
        case .float32:
            gs_softmax_gradient_f32(
                code, outer, axis, inner, frame.lanes, frame.result(), frame.outputGradient(), frame.gradient(0))
        case .float64:
            gs_softmax_gradient_f64(
                code, outer, axis, inner, frame.lanes, frame.result(), frame.outputGradient(), frame.gradient(0))
        }
    }
}
