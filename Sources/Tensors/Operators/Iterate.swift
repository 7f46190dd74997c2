/// A body graph, evaluated a fixed number of times, each time on the state that it gave the time before.
///
/// Inputs of the body, and of the operation, in order: the state; one for each scanned input, an input `[times, ...]` of
/// the operation whose row k is given to step k as `[...]`; what is captured, which is the same in each step. The body has
/// one output, the next state. A state is one tensor of real numbers: several are put one behind the other.
///
///     Iterate(body: step, times: 50)                                   // [...]: the state after the last step
///     Iterate(body: step, times: 50, result: .trace)                   // [51, ...]: all states, the first among them
///     Iterate(body: fold, times: n, scanned: 1)                        // inputs: from, over [n, ...]
///
/// Constants belong into the body: there, products with them are faster. Margins may be carried and chosen among; to
/// calculate with them is to calculate with what stands for a sign.
///
/// For the gradient each step is run again from its state, so that only states are kept: (times + 1) · d numbers a lane.
/// At most `maximumWork` operations are run in all, and the states together are no larger than a tensor may be.
package struct Iterate: Repeating {
    package enum Result: Sendable, Hashable { case last, trace }

    package static let maximumWork = 1 << 22

    package let body: Graph
    package let times: Int
    /// How many inputs are given row by row.
    package let scanned: Int
    package let result: Result

    package init(body: Graph, times: Int, scanned: Int = 0, result: Result = .last) {
        self.body = body
        self.times = times
        self.scanned = scanned
        self.result = result
    }

    package var name: String { "iterate" }
    package var repetitions: Int { times }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard scanned >= 0, body.inputs.count > scanned, inputs.count == body.inputs.count else {
            throw ShapeError(
                "\(name) of a body with \(body.inputs.count) inputs takes a state, \(scanned) inputs by rows and what is "
                    + "captured, not \(inputs.count) inputs")
        }
        guard times >= 0 else { throw ShapeError("\(name) cannot be run \(times) times") }
        guard work <= Iterate.maximumWork else {
            throw ShapeError(
                "\(name) of \(body.work) operations, \(times) times, exceeds \(Iterate.maximumWork) operations")
        }
        for (place, input) in body.inputs.enumerated() {
            let (expected, type) = (body.type(of: input.value), try given(inputs[place], place))
            guard type == expected else {
                throw ShapeError("\(name): `\(input.name)` is \(expected), not \(type)")
            }
        }
        return try resultType(of: inputs[0])
    }

    /// What a step is given of an input.
    private func given(_ type: TensorType, _ place: Int) throws(ShapeError) -> TensorType {
        guard place > 0, place <= scanned else { return type }
        guard type.shape.rank > 0, type.shape[0] == times else {
            throw .unfit(name, type.shape, "what is given row by row has \(times) rows, one for each step")
        }
        return try type.row()
    }

    private func resultType(of state: TensorType) throws(ShapeError) -> TensorType {
        guard state.element.isReal else {
            throw .elementType(name, expected: "a state of real numbers", found: state.element)
        }
        guard body.outputs.count == 1 else { throw ShapeError("\(name): the body has \(body.outputs.count) outputs") }
        let next = body.type(of: body.outputs[0].value)
        guard next == state else { throw ShapeError("\(name): the state is \(state), the next \(next)") }
        let states = try Shape([times + 1] + state.shape.dimensions)
        return result == .last ? state : TensorType(state.element, states)
    }
}

extension Iterate {
    package var capturedInputs: [Graph.NamedValue] { Array(body.inputs.dropFirst(1 + scanned)) }

    package func capturing(_ values: [Value]) throws(ShapeError) -> any Operator {
        with(body: try body.taking(body.inputs.map(\.value) + values))
    }

    package func widening() throws(ShapeError) -> any Operator { with(body: try body.widened()) }

    private func with(body: Graph) -> Iterate {
        Iterate(body: body, times: times, scanned: scanned, result: result)
    }

    /// A number for each element serves all lanes, but for the state.
    package func readsUniform(_ index: Int) -> Bool { index > 0 }

    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let isDifferentiated = site.passes == .forwardAndBackward
        let reals = site.inputs.indices.filter { site.inputs[$0].element.isReal && !site.uniform[$0] }
        let gradient = Evaluator.Gradient(of: body.outputs[0].value, to: reals.map { body.inputs[$0].value })
        let plan = try running(isDifferentiated ? gradient : nil)
        var planner = Planner(plan.graph, outputs: plan.outputs, gradient: plan.gradient, uniform: site.uniform)
        var inputs: [IterateStep.Input] = []
        for (place, input) in body.inputs.enumerated() {
            let pace = place > 0 && place <= scanned ? body.type(of: input.value).laneBytes : 0
            inputs.append(
                .init(type: body.type(of: input.value), pace: pace, spread: site.uniform[place] ? .uniform : .laned))
        }
        let states: IterateStep.States = result == .trace ? .traced : isDifferentiated ? .kept : .replaced
        return IterateStep(
            program: try planner.program(.shared), times: times, inputs: inputs, reals: reals, states: states,
            isDifferentiated: isDifferentiated)
    }
}

extension TensorType {
    /// The type of one element of the first axis.
    func row() throws(ShapeError) -> TensorType {
        TensorType(element, try Shape(Array(shape.dimensions.dropFirst())))
    }
}

struct IterateStep: Step {
    struct Input: Sendable {
        enum Spread { case laned, uniform }

        /// What one step is given.
        let type: TensorType
        /// Bytes per lane from one step's to the next.
        let pace: Int
        let spread: Spread
    }

    /// Where the states are: all in the output; in scratch memory, the last in the output; one after the other in the
    /// output.
    enum States { case traced, kept, replaced }

    let program: Program
    let times: Int
    let inputs: [Input]
    /// The inputs by which the body is differentiated; the state is the first.
    let reals: [Int]
    let states: States
    let isDifferentiated: Bool

    private var bytes: Int { inputs[0].type.laneBytes }

    var keeps: Kept { states == .traced ? .all : .inputs }
    /// The cotangent of a state, and the states before the last.
    var scratch: Int {
        guard isDifferentiated else { return 0 }
        return ((states == .kept ? times + 1 : 1) * bytes + 7) / 8 * 8
    }

    func makeWorkspace() -> Workspace? { Workspace(program, inputs: inputs.count) }
    var nestedBytes: Int { program.laneBytes }

    func forward(_ frame: Frame) {
        guard let workspace = frame.workspace else { return }
        let size = bytes * frame.lanes
        state(0, frame).copyMemory(from: frame.raw(0), byteCount: size)
        for step in 0..<times {
            run(step, workspace, frame)
            guard let next = workspace.output(0) else { return }
            state(step + 1, frame).copyMemory(from: next, byteCount: size)
        }
    }

    /// Runs each step again, but for the last, whose values are still there.
    func backward(_ frame: Frame) {
        guard let workspace = frame.workspace else { return }
        let (size, given) = (bytes * frame.lanes, frame.rawOutputGradient)
        let cotangent = frame.rawScratch
        cotangent.copyMemory(from: states == .traced ? given + times * size : given, byteCount: size)
        for step in (0..<times).reversed() {
            if step < times - 1 { run(step, workspace, frame) }
            program.backward(workspace, cotangent: cotangent)
            for (index, input) in reals.enumerated().dropFirst() {
                guard let share = workspace.gradient(index), let sum = frame.rawGradient(input) else { continue }
                inputs[input].type.add(share, to: sum + step * inputs[input].pace * frame.lanes, lanes: frame.lanes)
            }
            guard let own = workspace.gradient(0) else { return }
            cotangent.copyMemory(from: own, byteCount: size)
            if states == .traced { inputs[0].type.add(given + step * size, to: cotangent, lanes: frame.lanes) }
        }
        if let sum = frame.rawGradient(0) { inputs[0].type.add(cotangent, to: sum, lanes: frame.lanes) }
    }

    private func run(_ step: Int, _ workspace: Workspace, _ frame: Frame) {
        let arguments = workspace.arguments
        arguments[0] = UnsafeRawPointer(state(step, frame))
        for index in 1..<inputs.count {
            let lanes = inputs[index].spread == .uniform ? 1 : frame.lanes
            arguments[index] = UnsafeRawPointer(frame.raw(index) + step * inputs[index].pace * lanes)
        }
        program.forward(workspace, UnsafeBufferPointer(arguments), lanes: frame.lanes)
    }

    private func state(_ step: Int, _ frame: Frame) -> UnsafeMutableRawPointer {
        let size = bytes * frame.lanes
        return switch states {
        case .traced: frame.rawOutput + step * size
        case .replaced: frame.rawOutput
        case .kept where step == times: frame.rawOutput
        case .kept: frame.rawScratch + (step + 1) * size
        }
    }
}
