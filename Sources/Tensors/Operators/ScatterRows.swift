/// Rows put at places chosen while running: `data [n, ...]`, `index [k]`, `updates [k, ...]`, result as the data.
///
/// Updates are applied in order: each replaces the row that the index names, or is combined with it. A negative index counts
/// from the back. One outside -n..<n makes everything NaN. The gradient goes to what is left of each row and update; for
/// the greatest and the least to whichever it is, an update where both are equal.
package struct ScatterRows: Operator {
    package enum Combination: String, Sendable, Hashable { case none, add, mul, min, max }

    package let combination: Combination

    package init(_ combination: Combination = .none) { self.combination = combination }

    package var name: String { "scatter" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 3 else { throw .inputCount(name, expected: "3", found: inputs.count) }
        let (data, index, updates) = (inputs[0], inputs[1], inputs[2])
        guard index.element == .int64 else {
            throw .elementType(name, expected: "an int64 index", found: index.element)
        }
        guard data.element == updates.element else {
            throw ShapeError("\(name) of \(updates) into \(data): the element types differ")
        }
        guard data.shape.rank > 0, index.shape.rank == 1,
            updates.shape.dimensions == index.shape.dimensions + data.shape.dimensions.dropFirst()
        else {
            throw .mismatch(name, data.shape, updates.shape, "an update is a row, and there are \(index.shape) of them")
        }
        return data
    }
}

extension ScatterRows {
    package func prepare(_ site: Site) -> any Step {
        let data = site.shape
        return ScatterRowsStep(
            combination: combination, rows: data[0], inner: data.count / max(data[0], 1),
            updates: site.inputs[1].shape.count, storage: site.storage, passes: site.passes)
    }
}

struct ScatterRowsStep: Step {
    let combination: ScatterRows.Combination
    let rows, inner, updates: Int
    let storage: LaneStorage
    let passes: Site.Passes

    var keeps: Kept { .inputs }
    /// What each update met, for the gradient.
    var scratch: Int { passes == .forward ? 0 : updates * inner * 8 }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward(frame, of: Float.self)
        case .float64: forward(frame, of: Double.self)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32: backward(frame, of: Float.self)
        case .float64: backward(frame, of: Double.self)
        }
    }

    private func forward<Number: BinaryFloatingPoint>(_ frame: Frame, of: Number.Type) {
        let lanes = frame.lanes
        let (data, given): (UnsafePointer<Number>, UnsafePointer<Number>) = (frame.input(0), frame.input(2))
        let output: UnsafeMutablePointer<Number> = frame.output()
        let met: UnsafeMutablePointer<Number>? = passes == .forward ? nil : frame.scratch()
        output.update(from: data, count: rows * inner * lanes)
        forEachUpdate(frame) { update, row, lane in
            guard let row else { return fill(output, lane, lanes) }
            for element in 0..<inner {
                let target = (row * inner + element) * lanes + lane
                let source = (update * inner + element) * lanes + lane
                met?[source] = output[target]
                output[target] = combined(output[target], given[source])
            }
        }
    }

    private func fill<Number: BinaryFloatingPoint>(_ output: UnsafeMutablePointer<Number>, _ lane: Int, _ lanes: Int) {
        for element in 0..<(rows * inner) { output[element * lanes + lane] = .nan }
    }

    private func combined<Number: BinaryFloatingPoint>(_ old: Number, _ new: Number) -> Number {
        switch combination {
        case .none: new
        case .add: old + new
        case .mul: old * new
        case .min: old.isNaN || old < new ? old : new
        case .max: old.isNaN || old > new ? old : new
        }
    }

    /// The updates in reverse, each taking its share of what is left of the gradient of its row.
    private func backward<Number: BinaryFloatingPoint>(_ frame: Frame, of: Number.Type) {
        let lanes = frame.lanes
        let (met, given): (UnsafeMutablePointer<Number>, UnsafePointer<Number>) = (frame.scratch(), frame.input(2))
        let rest: UnsafeMutablePointer<Number> = frame.outputGradient()
        let share: UnsafeMutablePointer<Number>? = frame.gradient(2)
        forEachUpdate(frame, isReversed: true) { update, row, lane in
            guard let row else { return }
            for element in 0..<inner {
                let target = (row * inner + element) * lanes + lane
                let source = (update * inner + element) * lanes + lane
                let (toOld, toNew) = slopes(met[source], given[source])
                share?[source] += rest[target] * toNew
                rest[target] *= toOld
            }
        }
        guard let gradient: UnsafeMutablePointer<Number> = frame.gradient(0) else { return }
        for place in 0..<(rows * inner * lanes) { gradient[place] += rest[place] }
    }

    private func slopes<Number: BinaryFloatingPoint>(_ old: Number, _ new: Number) -> (old: Number, new: Number) {
        switch combination {
        case .none: (0, 1)
        case .add: (1, 1)
        case .mul: (new, old)
        case .min: old < new ? (1, 0) : (0, 1)
        case .max: old > new ? (1, 0) : (0, 1)
        }
    }

    /// Calls with the number of an update, its row, nil where there is none such, and the lane.
    private func forEachUpdate(_ frame: Frame, isReversed: Bool = false, _ body: (Int, Int?, Int) -> Void) {
        let index: UnsafePointer<Double> = frame.input(1)
        for step in 0..<updates {
            let update = isReversed ? updates - 1 - step : step
            for lane in 0..<frame.lanes {
                let number = index[update * frame.lanes + lane]
                let place = number < 0 ? number + Double(rows) : number
                body(update, place >= 0 && place < Double(rows) ? Int(place) : nil, lane)
            }
        }
    }
}
