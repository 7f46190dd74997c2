/// A body graph, evaluated for each row of constant tables, and its results reduced over the rows, or kept: stacked along a
/// new first axis, one for each row.
///
/// The first inputs of the body are captured: they are the inputs of the operation. Then comes one input per table, which
/// is a row of it: a table `[rows, ...]` gives `[...]`. The body has one output; with `where` a second, scalar bool output,
/// and only rows in which that holds count. What the body computes from rows alone is computed once, rows as lanes.
///
/// Without any row (or any that counts), the sum is 0, the mean NaN, the minimum +infinity, the maximum -infinity.
package struct ForEachRow: Repeating {
    package enum Reduction: Sendable, Hashable { case sum, mean, minimum, maximum, stacked }
    package enum Rows: Sendable, Hashable { case all, filtered }
    /// What of a minimum or a maximum is read: the number, or only whether it is negative. Then, as far as nothing is
    /// differentiated, the row that settles it is the last.
    package enum Wanted: Sendable, Hashable { case value, sign }

    package let body: Graph
    package let tables: [Tensor]
    package let reduction: Reduction
    package let rows: Rows
    package let wanted: Wanted

    /// With `.filtered` the body's second output says which rows count.
    package init(
        body: Graph, tables: [Tensor], reduction: Reduction, rows: Rows = .all, wanted: Wanted = .value
    ) {
        self.body = body
        self.tables = tables
        self.reduction = reduction
        self.rows = rows
        self.wanted = wanted
    }

    package var name: String { "for each row" }
    package var captured: Int { body.inputs.count - tables.count }
    package var repetitions: Int { tables.first?.shape.dimensions.first ?? 0 }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == captured else {
            throw .inputCount(name, expected: "\(captured)", found: inputs.count)
        }
        guard let first = tables.first, first.shape.rank > 0 else { throw ShapeError("\(name) takes tables of rows") }
        for (input, type) in zip(body.inputs, try inputs + rowTypes(first.shape[0])) {
            let expected = body.type(of: input.value)
            guard type == expected else {
                throw ShapeError("\(name): `\(input.name)` is \(expected), not \(type)")
            }
        }
        return try outputType()
    }

    private func rowTypes(_ rows: Int) throws(ShapeError) -> [TensorType] {
        var types: [TensorType] = []
        for table in tables {
            guard table.shape.rank > 0, table.shape[0] == rows else {
                throw .unfit(name, table.shape, "the tables have \(rows) rows")
            }
            types.append(try table.type.row())
        }
        return types
    }

    private func outputType() throws(ShapeError) -> TensorType {
        guard body.outputs.count == (rows == .filtered ? 2 : 1) else {
            throw ShapeError("\(name): the body has \(body.outputs.count) outputs")
        }
        let type = body.type(of: body.outputs[0].value)
        guard type.element == .float64 else { throw .elementType(name, expected: "float64", found: type.element) }
        if rows == .filtered, body.type(of: body.outputs[1].value) != TensorType(.bool, .scalar) {
            throw ShapeError("\(name): the condition is \(body.type(of: body.outputs[1].value)), not a scalar bool")
        }
        guard reduction == .stacked else { return type }
        guard rows == .all else { throw ShapeError("\(name): all rows are kept, or none") }
        return TensorType(type.element, try Shape([tables[0].shape[0]] + type.shape.dimensions))
    }
}

extension ForEachRow {
    package func widening() throws(ShapeError) -> any Operator {
        var wide: [Tensor] = []
        for table in tables { wide.append(try table.widened()) }
        return ForEachRow(body: try body.widened(), tables: wide, reduction: reduction, rows: rows, wanted: wanted)
    }

    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let region = try hoistingRows()
        let captured = region.capturedInputs.map(\.value)
        let reals = captured.indices.filter { site.inputs[$0].element.isReal }
        let gradient = Evaluator.Gradient(of: region.body.outputs[0].value, to: reals.map { captured[$0] })
        let plan = try region.running(site.passes == .forward ? nil : gradient)
        let uniform = region.body.inputs.indices.map { $0 >= captured.count }
        var planner = Planner(plan.graph, outputs: plan.outputs, gradient: plan.gradient, uniform: uniform)
        let rowTypes = region.body.inputs.dropFirst(captured.count).map { region.body.type(of: $0.value) }
        let program = try planner.program(.shared)
        return ForEachRowStep(
            program: program,
            laned: reduction == .stacked || program.tiling == .laneByLane
                ? nil : try LanedRows(plan, region.tables, captured: captured.count, site.inputs),
            tables: region.tables.map(Numbers.init),
            rowBytes: rowTypes.map(\.laneBytes), rowCount: repetitions,
            captured: site.inputs, reals: reals, reduction: reduction, rows: rows,
            wanted: site.passes == .forward ? wanted : .value,
            count: body.type(of: body.outputs[0].value).shape.count)
    }
}

struct ForEachRowStep: Step {
    let program: Program
    /// nil where there are few rows.
    let laned: LanedRows?
    let tables: [Numbers]
    let rowBytes: [Int]
    let rowCount: Int
    let captured: [TensorType]
    /// The captured inputs by which the body is differentiated.
    let reals: [Int]
    let reduction: ForEachRow.Reduction
    let rows: ForEachRow.Rows
    let wanted: ForEachRow.Wanted
    /// The elements that the body computes for a row.
    let count: Int

    var keeps: Kept { .inputs }
    /// The number of rows that count; the rows of extrema; cotangents.
    var scratch: Int { (1 + 2 * count) * 8 }

    var nestedBytes: Int { program.laneBytes }

    func makeWorkspace() -> Workspace? {
        let inputs = captured.count + tables.count
        return Workspace(program, inputs: inputs, companion: laned.map { Workspace($0.program, inputs: inputs) })
    }

    func forward(_ frame: Frame) {
        guard let workspace = frame.workspace else { return }
        let (lanes, total) = (frame.lanes, count * frame.lanes)
        let (output, members): (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) = (
            frame.output(), frame.scratch()
        )
        let winners = members + lanes
        members.update(repeating: 0, count: lanes)
        winners.update(repeating: -1, count: total)
        if reduction != .stacked { output.update(repeating: empty, count: total) }
        defer {
            if reduction == .mean { for place in 0..<total { output[place] /= members[place % lanes] } }
        }
        if let laned, let companion = workspace.companion, lanes < Evaluator.maximumLanes {
            for lane in 0..<lanes { forward(lane, laned, companion, frame, output, members, winners) }
            return
        }
        for row in 0..<rowCount where !isSettled(output, total) {
            run(row, workspace, frame)
            guard let values = workspace.output(0)?.assumingMemoryBound(to: Double.self) else { return }
            guard reduction != .stacked else {
                (output + row * total).update(from: values, count: total)
                continue
            }
            let condition = rows == .all ? nil : workspace.output(1)?.assumingMemoryBound(to: Double.self)
            for lane in 0..<lanes where condition?[lane] != 0 {
                members[lane] += 1
                for place in stride(from: lane, to: total, by: lanes) {
                    take(values[place], row, &output[place], &winners[place])
                }
            }
        }
    }

    /// One lane, with rows side by side instead.
    private func forward(
        _ lane: Int, _ laned: LanedRows, _ workspace: Workspace, _ frame: Frame,
        _ output: UnsafeMutablePointer<Double>, _ members: UnsafeMutablePointer<Double>,
        _ winners: UnsafeMutablePointer<Double>
    ) {
        laned.run(workspace, lane: lane, of: frame) { first, values, conditions in
            for offset in 0..<min(Evaluator.maximumLanes, rowCount - first)
            where rows == .all || conditions?[offset] != 0 {
                members[lane] += 1
                for element in 0..<count {
                    let place = element * frame.lanes + lane
                    take(
                        values[element * Evaluator.maximumLanes + offset], first + offset, &output[place],
                        &winners[place])
                }
            }
            return !isSettled(output + lane, 1)
        }
    }

    /// Runs each row again: only one row's values are kept at a time.
    func backward(_ frame: Frame) {
        guard let workspace = frame.workspace else { return }
        let (lanes, total) = (frame.lanes, count * frame.lanes)
        let members: UnsafeMutablePointer<Double> = frame.scratch()
        let (winners, cotangent) = (members + lanes, members + lanes + total)
        let gradient: UnsafeMutablePointer<Double> = frame.outputGradient()
        for row in 0..<rowCount where isExtremum == false || (0..<total).contains(where: { winners[$0] == Double(row) })
        {
            run(row, workspace, frame)
            let given = reduction == .stacked ? gradient + row * total : gradient
            let condition = rows == .all ? nil : workspace.output(1)?.assumingMemoryBound(to: Double.self)
            for place in 0..<total {
                let counts = isExtremum ? winners[place] == Double(row) : condition?[place % lanes] != 0
                let share = reduction == .mean ? given[place] / members[place % lanes] : given[place]
                cotangent[place] = counts ? share : 0
            }
            program.backward(workspace, cotangent: cotangent)
            for (index, input) in reals.enumerated() { add(workspace.gradient(index), input, frame) }
        }
    }

    /// Whether no further row changes what is read of these results.
    private func isSettled(_ results: UnsafePointer<Double>, _ number: Int) -> Bool {
        guard wanted == .sign, count == 1 else { return false }
        return (0..<number).allSatisfy { reduction == .minimum ? results[$0] < 0 : results[$0] >= 0 }
    }

    private var isExtremum: Bool { reduction == .minimum || reduction == .maximum }

    private var empty: Double {
        switch reduction {
        case .sum, .mean, .stacked: 0
        case .minimum: .infinity
        case .maximum: -.infinity
        }
    }

    private func run(_ row: Int, _ workspace: Workspace, _ frame: Frame) {
        let arguments = workspace.arguments
        for index in captured.indices { arguments[index] = UnsafeRawPointer(frame.raw(index)) }
        for (index, table) in tables.enumerated() {
            arguments[captured.count + index] = UnsafeRawPointer(table.raw + row * rowBytes[index])
        }
        program.forward(workspace, UnsafeBufferPointer(arguments), lanes: frame.lanes)
    }

    /// NaN, once met, stays.
    private func take(_ value: Double, _ row: Int, _ result: inout Double, _ winner: inout Double) {
        switch reduction {
        case .sum, .mean: result += value
        case .minimum where value < result || (value.isNaN && !result.isNaN):
            (result, winner) = (value, Double(row))
        case .maximum where value > result || (value.isNaN && !result.isNaN):
            (result, winner) = (value, Double(row))
        case .minimum, .maximum, .stacked: break
        }
    }

    private func add(_ share: UnsafeRawPointer?, _ input: Int, _ frame: Frame) {
        guard let share, let gradient = frame.rawGradient(input) else { return }
        captured[input].add(share, to: gradient, lanes: frame.lanes)
    }
}
