import Kernels

/// The body of a region with rows as lanes: for tiles of few lanes, in which most of the time goes to what a step costs
/// whatever its lanes.
///
/// Results are those of row after row, bit by bit, since a lane's results do not depend on what lane it is.
struct LanedRows: Sendable {
    let program: Program
    private let captured: [TensorType]
    /// Of each table, 64 rows at a time, `[element][row]`; the last row fills what is left.
    private let blocks: [Numbers]
    private let blockBytes: [Int]
    private let blockCount: Int

    /// nil where the rows do not fill a tile. `plan` is of the body, whose first inputs are captured.
    init?(_ plan: Plan, _ tables: [Tensor], captured count: Int, _ captured: [TensorType]) throws(ShapeError) {
        let rows = tables.first?.shape[0] ?? 0
        guard rows >= Evaluator.maximumLanes else { return nil }
        let uniform = plan.graph.inputs.indices.map { $0 < count }
        var planner = Planner(plan.graph, outputs: plan.outputs, gradient: nil, uniform: uniform)
        program = try planner.program(.shared)
        self.captured = captured
        blocks = tables.map { LanedRows.blocks(of: $0, rows) }
        blockBytes = plan.graph.inputs.dropFirst(count).map {
            plan.graph.type(of: $0.value).laneBytes * Evaluator.maximumLanes
        }
        blockCount = (rows + Evaluator.maximumLanes - 1) / Evaluator.maximumLanes
    }

    private static func blocks(of table: Tensor, _ rows: Int) -> Numbers {
        table.element == .float32
            ? .float32(blocks(table.floats, rows)) : .float64(blocks(table.doubles, rows))
    }

    private static func blocks<Number>(_ numbers: [Number], _ rows: Int) -> Block<Number> {
        let (lanes, size) = (Evaluator.maximumLanes, numbers.count / rows)
        let count = (rows + lanes - 1) / lanes
        return Block(count: count * size * lanes) { target in
            for block in 0..<count {
                for lane in 0..<lanes {
                    let row = min(block * lanes + lane, rows - 1)
                    for element in 0..<size {
                        target[(block * size + element) * lanes + lane] = numbers[row * size + element]
                    }
                }
            }
        }
    }

    /// Gives the results of 64 rows at a time, until no more are wanted: the first row's number, the values and the conditions, if
    /// there are any.
    func run(
        _ workspace: Workspace, lane: Int, of frame: Frame,
        _ take: (_ first: Int, _ values: UnsafePointer<Double>, _ conditions: UnsafePointer<Double>?) -> Bool
    ) {
        let columns = captured.indices.map { column($0, lane, frame) }
        defer { for column in columns { column.deallocate() } }
        let arguments = workspace.arguments
        for (index, column) in columns.enumerated() { arguments[index] = UnsafeRawPointer(column) }
        for block in 0..<blockCount {
            for (index, rows) in blocks.enumerated() {
                arguments[columns.count + index] = UnsafeRawPointer(rows.raw + block * blockBytes[index])
            }
            program.forward(workspace, UnsafeBufferPointer(arguments), lanes: Evaluator.maximumLanes)
            guard let values = workspace.output(0)?.assumingMemoryBound(to: Double.self) else { return }
            let conditions =
                program.outputs.count > 1 ? workspace.output(1)?.assumingMemoryBound(to: Double.self) : nil
            guard take(block * Evaluator.maximumLanes, values, conditions) else { return }
        }
    }

    /// One lane of a captured input, to be given back.
    private func column(_ index: Int, _ lane: Int, _ frame: Frame) -> UnsafeMutableRawPointer {
        let (count, stride) = (captured[index].shape.count, captured[index].storage.stride)
        let column = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * stride, alignment: 64)
        let source = frame.raw(index)
        for element in 0..<count {
            (column + element * stride).copyMemory(
                from: source + (element * frame.lanes + lane) * stride, byteCount: stride)
        }
        return column
    }
}
