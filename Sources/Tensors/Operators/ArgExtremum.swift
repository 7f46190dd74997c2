import Glibc
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

    var keeps: Kept { .inputs }

    func forward(_ frame: Frame) {
        let (outer, axis, inner) = (blocks.outer, blocks.axis, blocks.inner)
        switch storage {
        case .float32:
            gs_arg_f32(extremum, tie, outer, axis, inner, frame.lanes, frame.input(0), frame.output())
        case .float64:
            gs_arg_f64(extremum, tie, outer, axis, inner, frame.lanes, frame.input(0), frame.output())
        }
    }

    /// That of the mean place under a softmax of the numbers.
    func backward(_ frame: Frame) {
        switch storage {
        case .float32: pass(frame, of: Float.self)
        case .float64: pass(frame, of: Double.self)
        }
    }

    private func pass<Number: BinaryFloatingPoint>(_ frame: Frame, of type: Number.Type) {
        guard let gradient: UnsafeMutablePointer<Number> = frame.gradient(0) else { return }
        let (numbers, given): (UnsafePointer<Number>, UnsafeMutablePointer<Double>) = (
            frame.input(0), frame.outputGradient()
        )
        let (lanes, sign) = (frame.lanes, extremum == GS_EXTREMUM_MAX ? 1.0 : -1.0)
        var shares = [Double](repeating: 0, count: blocks.axis)
        for outer in 0..<blocks.outer {
            for inner in 0..<(blocks.inner * lanes) {
                func place(_ index: Int) -> Int { (outer * blocks.axis + index) * blocks.inner * lanes + inner }
                let slope = given[outer * blocks.inner * lanes + inner]
                guard slope != 0 else { continue }
                let largest = (0..<blocks.axis).reduce(-Double.infinity) { max($0, sign * Double(numbers[place($1)])) }
                var (total, mean) = (0.0, 0.0)
                for index in 0..<blocks.axis {
                    shares[index] = exp(sign * Double(numbers[place(index)]) - largest)
                    total += shares[index]
                    mean += shares[index] * Double(index)
                }
                guard total.isFinite, total > 0 else { continue }
                for index in 0..<blocks.axis {
                    let share = shares[index] / total * (Double(index) - mean / total)
                    gradient[place(index)] += Number(slope * sign * share)
                }
            }
        }
    }
}
