import Kernels

/// Where, along an axis, the largest (or smallest) element is: int64, ties to the lowest index unless asked otherwise.
///
/// NaN counts as the extremum.
package struct ArgExtremum: Operator {
    package enum Kind: Sendable, Hashable { case max, min }

    /// Which of several equal extrema counts.
    package enum Tie: Sendable, Hashable { case first, last }

    package let kind: Kind
    package let axis: Int
    package let reduced: ReducedAxes
    package let tie: Tie

    package init(_ kind: Kind, axis: Int, _ reduced: ReducedAxes = .dropped, tie: Tie = .first) {
        self.kind = kind
        self.axis = axis
        self.reduced = reduced
        self.tie = tie
    }

    package var name: String { "arg\(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let shape = inputs[0].shape
        guard inputs[0].element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
        let axis = try shape.axis(axis, of: name)
        guard shape[axis] > 0 else { throw .unfit(name, shape, "axis \(axis) is empty") }
        return TensorType(.int64, shape.reduced(over: [axis], reduced))
    }
}

extension ArgExtremum {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let axis = try site.inputs[0].shape.axis(axis, of: name)
        return ArgExtremumStep(
            extremum: kind == .max ? GS_EXTREMUM_MAX : GS_EXTREMUM_MIN,
            tie: tie == .first ? GS_TIE_FIRST : GS_TIE_LAST, blocks: AxisBlocks(site.inputs[0].shape, axis...axis),
            storage: site.inputs[0].element.storage)
    }
}

struct ArgExtremumStep: Step {
    let extremum: gs_extremum
    let tie: gs_tie
    let blocks: AxisBlocks
    let storage: LaneStorage

    func forward(_ frame: Frame) {
        let (outer, axis, inner) = (blocks.outer, blocks.axis, blocks.inner)
        switch storage {
        case .float32:
            gs_arg_f32(extremum, tie, outer, axis, inner, frame.lanes, frame.input(0), frame.output())
        case .float64:
            gs_arg_f64(extremum, tie, outer, axis, inner, frame.lanes, frame.input(0), frame.output())
        }
    }
}
