import Kernels

/// Combines the elements along some axes into one.
package struct Reduce: Operator {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case sum, mean, maximum, minimum, product
        /// The number of elements that are not zero; its gradient is zero.
        case l0
        case l1, l2, linf
        case sumSquare, logSum, logSumExp
        /// Of truth values.
        case all, any
    }

    package let kind: Kind
    /// nil for all; negative ones count from the back.
    package let axes: [Int]?
    package let reduced: ReducedAxes

    package init(_ kind: Kind, axes: [Int]? = nil, _ reduced: ReducedAxes = .dropped) {
        self.kind = kind
        self.axes = axes
        self.reduced = reduced
    }

    package var name: String { "reduce \(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        let axes = try positiveAxes(of: shape)
        switch kind {
        case .all, .any:
            guard element == .bool else { throw .elementType(name, expected: "bool", found: element) }
        case .sum, .product, .maximum, .minimum, .l1, .sumSquare:
            guard element != .bool else { throw .elementType(name, expected: "numbers", found: element) }
        default:
            guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        }
        if kind == .maximum || kind == .minimum || kind == .mean, axes.contains(where: { shape[$0] == 0 }) {
            throw .unfit(name, shape, "there is nothing to reduce")
        }
        return TensorType(element, shape.reduced(over: axes, reduced))
    }

    func positiveAxes(of shape: Shape) throws(ShapeError) -> [Int] {
        guard let axes else { return Array(0..<shape.rank) }
        var positive: [Int] = []
        for axis in axes {
            let axis = try shape.axis(axis, of: name)
            guard !positive.contains(axis) else { throw .unfit(name, shape, "axis \(axis) is listed twice") }
            positive.append(axis)
        }
        return positive.sorted()
    }
}

extension Reduce {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let shape = site.inputs[0].shape
        let axes = try positiveAxes(of: shape)
        let (blocks, table) = Reduce.blocks(shape, axes)
        return ReduceStep(
            code: code, before: before, after: kind == .logSum ? GS_UNARY_LOG : nil, blocks: blocks, table: table,
            storage: site.storage, inputCount: shape.count)
    }

    /// The elements of a shape that are reduced to one of the result, in row-major order.
    func members(of element: Int, from shape: Shape) throws(ShapeError) -> [Int] {
        let (blocks, table) = Reduce.blocks(shape, try positiveAxes(of: shape))
        return ReduceStep.members(of: element, blocks, table)
    }

    /// Neighbouring axes are reduced in place; others are brought together by a table.
    private static func blocks(_ shape: Shape, _ axes: [Int]) -> (AxisBlocks, Table?) {
        guard let first = axes.first, let last = axes.last else {
            return (AxisBlocks(outer: shape.count, axis: 1, inner: 1), nil)
        }
        if last - first + 1 == axes.count { return (AxisBlocks(shape, first...last), nil) }
        let order = shape.dimensions.indices.filter { !axes.contains($0) } + axes
        let moved = Shape(trusted: order.map { shape[$0] }, count: shape.count)
        let axis = axes.reduce(1) { $0 * shape[$1] }
        let table = Table(Shape.walk(moved, steps: order.map { shape.strides[$0] }))
        return (AxisBlocks(outer: shape.count / max(axis, 1), axis: axis, inner: 1), table)
    }

    private var code: gs_reduction {
        switch kind {
        case .sum, .l0, .logSum: GS_REDUCTION_SUM
        case .mean: GS_REDUCTION_MEAN
        case .maximum, .linf, .any: GS_REDUCTION_MAX
        case .minimum, .all: GS_REDUCTION_MIN
        case .product: GS_REDUCTION_PRODUCT
        case .l1: GS_REDUCTION_L1
        case .l2: GS_REDUCTION_L2
        case .sumSquare: GS_REDUCTION_SUM_SQUARES
        case .logSumExp: GS_REDUCTION_LOG_SUM_EXP
        }
    }

    private var before: ReduceStep.Before {
        switch kind {
        case .l0: .nonzero
        case .linf: .absolute
        default: .nothing
        }
    }
}

struct ReduceStep: Step {
    /// What is done to each element first, into scratch memory.
    enum Before: Sendable { case nothing, absolute, nonzero }

    let code: gs_reduction
    let before: Before
    let after: gs_unary?
    let blocks: AxisBlocks
    let table: Table?
    let storage: LaneStorage
    let inputCount: Int

    var keeps: Kept { .all }
    private var prepared: Int { before == .nothing ? 0 : inputCount * 8 }
    private var reduced: Int { after == nil ? 0 : blocks.outer * blocks.inner * 8 }
    /// The elements as prepared, their gradients, and the result before it was finished, its gradient.
    var scratch: Int { 2 * prepared + 2 * reduced }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward32(frame)
        case .float64: forward64(frame)
        }
    }

    func backward(_ frame: Frame) {
        guard before != .nonzero else { return }
        switch storage {
        case .float32: backward32(frame)
        case .float64: backward64(frame)
        }
    }
}

extension ReduceStep {
    /// The elements that are reduced to one.
    static func members(of element: Int, _ blocks: AxisBlocks, _ table: Table?) -> [Int] {
        let (outer, inner) = (element / blocks.inner, element % blocks.inner)
        return (0..<blocks.axis).map { place in
            let row = (outer * blocks.axis + place) * blocks.inner + inner
            return table.map { Int($0.pointer[row]) } ?? row
        }
    }

    fileprivate func forward32(_ frame: Frame) {
        let (count, total, lanes) = (blocks.outer * blocks.inner, inputCount * frame.lanes, frame.lanes)
        let scratch: UnsafeMutablePointer<Float> = frame.scratch()
        var input: UnsafePointer<Float> = frame.input(0)
        switch before {
        case .nothing: break
        case .absolute: gs_unary_f32(GS_UNARY_ABS, 0, 0, total, input, scratch)
        case .nonzero:
            // The upper half of the scratch is as large as doubles need.
            let truth = UnsafeMutableRawPointer(scratch + prepared / 4 * lanes).assumingMemoryBound(to: Double.self)
            gs_cast_f32_truth(total, input, truth)
            gs_cast_f64_f32(total, truth, scratch)
        }
        if before != .nothing { input = UnsafePointer(scratch) }
        let result = after == nil ? frame.output() : scratch + 2 * prepared / 4 * lanes
        gs_reduce_f32(code, blocks.outer, blocks.axis, blocks.inner, lanes, table?.pointer, input, result)
        if let after { gs_unary_f32(after, 0, 0, count * lanes, result, frame.output()) }
    }

    fileprivate func backward32(_ frame: Frame) {
        let (count, total, lanes) = (blocks.outer * blocks.inner, inputCount * frame.lanes, frame.lanes)
        let scratch: UnsafeMutablePointer<Float> = frame.scratch()
        let (elements, changes) = (scratch, scratch + prepared / 4 * lanes)
        let result = scratch + 2 * prepared / 4 * lanes
        var (output, cotangent): (UnsafePointer<Float>, UnsafePointer<Float>) = (
            frame.result(), UnsafePointer(frame.outputGradient())
        )
        if let after {
            let change = result + reduced / 4 * lanes
            change.update(repeating: 0, count: count * lanes)
            gs_unary_gradient_f32(after, 0, 0, count * lanes, result, output, cotangent, change)
            (output, cotangent) = (UnsafePointer(result), UnsafePointer(change))
        }
        let isPlain = before == .nothing
        if !isPlain { changes.update(repeating: 0, count: total) }
        gs_reduce_gradient_f32(
            code, blocks.outer, blocks.axis, blocks.inner, lanes, table?.pointer,
            isPlain ? frame.input(0) : UnsafePointer(elements), output, cotangent, isPlain ? frame.gradient(0) : changes
        )
        if !isPlain {
            gs_unary_gradient_f32(GS_UNARY_ABS, 0, 0, total, frame.input(0), elements, changes, frame.gradient(0))
        }
    }
}

extension ReduceStep {
    fileprivate func forward64(_ frame: Frame) {
        let (count, total, lanes) = (blocks.outer * blocks.inner, inputCount * frame.lanes, frame.lanes)
        let scratch: UnsafeMutablePointer<Double> = frame.scratch()
        var input: UnsafePointer<Double> = frame.input(0)
        switch before {
        case .nothing: break
        case .absolute: gs_unary_f64(GS_UNARY_ABS, 0, 0, total, input, scratch)
        case .nonzero: gs_cast_f64_truth(total, input, scratch)
        }
        if before != .nothing { input = UnsafePointer(scratch) }
        let result = after == nil ? frame.output() : scratch + 2 * prepared / 8 * lanes
        gs_reduce_f64(code, blocks.outer, blocks.axis, blocks.inner, lanes, table?.pointer, input, result)
        if let after { gs_unary_f64(after, 0, 0, count * lanes, result, frame.output()) }
    }

    fileprivate func backward64(_ frame: Frame) {
        let (count, total, lanes) = (blocks.outer * blocks.inner, inputCount * frame.lanes, frame.lanes)
        let scratch: UnsafeMutablePointer<Double> = frame.scratch()
        let (elements, changes) = (scratch, scratch + prepared / 8 * lanes)
        let result = scratch + 2 * prepared / 8 * lanes
        var (output, cotangent): (UnsafePointer<Double>, UnsafePointer<Double>) = (
            frame.result(), UnsafePointer(frame.outputGradient())
        )
        if let after {
            let change = result + reduced / 8 * lanes
            change.update(repeating: 0, count: count * lanes)
            gs_unary_gradient_f64(after, 0, 0, count * lanes, result, output, cotangent, change)
            (output, cotangent) = (UnsafePointer(result), UnsafePointer(change))
        }
        let isPlain = before == .nothing
        if !isPlain { changes.update(repeating: 0, count: total) }
        gs_reduce_gradient_f64(
            code, blocks.outer, blocks.axis, blocks.inner, lanes, table?.pointer,
            isPlain ? frame.input(0) : UnsafePointer(elements), output, cotangent, isPlain ? frame.gradient(0) : changes
        )
        if !isPlain {
            gs_unary_gradient_f64(GS_UNARY_ABS, 0, 0, total, frame.input(0), elements, changes, frame.gradient(0))
        }
    }
}
