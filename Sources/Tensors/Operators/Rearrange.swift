import Kernels

/// Moves elements: row i of the result is row `table[i]` of the inputs, which are numbered one after the other.
///
/// Reshape, transpose, slice, gather with a constant index, expand, tile, pad and concatenate are all this; made by the
/// factories of `Rearranging.swift`. Gradients flow back to where elements came from, and add up.
package struct Rearrange: Operator {
    package enum Map: Sendable, Hashable {
        /// The elements of the one input, in order: free.
        case identity
        /// -1 takes the fill value.
        case table([Int32])
    }

    package let name: String
    package let map: Map
    package let shape: Shape
    /// The value of elements that come from nowhere.
    package let fill: Double
    /// The number of elements of each input.
    package let counts: [Int]

    init(_ name: String, _ map: Map, _ shape: Shape, fill: Double = 0, counts: [Int]) {
        self.name = name
        self.map = map
        self.shape = shape
        self.fill = fill
        self.counts = counts
    }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard let first = inputs.first, inputs.count == counts.count else {
            throw .inputCount(name, expected: "\(counts.count)", found: inputs.count)
        }
        for (input, count) in zip(inputs, counts) {
            guard input.element == first.element else {
                throw ShapeError("\(name) of \(first) and \(input): the element types differ")
            }
            guard input.shape.count == count else {
                throw .unfit(name, input.shape, "was made for \(count) elements")
            }
        }
        return TensorType(first.element, shape)
    }
}

extension Rearrange {
    package func readsUniform(_ index: Int) -> Bool { counts.count > 1 }

    package func prepare(_ site: Site) -> any Step {
        guard case .table(let table) = map else { return Alias() }
        if counts.count == 1 { return GatherStep(table: Table(table), fill: fill, storage: site.storage) }
        return AssembleStep(runs: runs(of: table, site.uniform), storage: site.storage, fill: fill)
    }

    /// The stretches of neighbouring rows that come from neighbouring rows of one input.
    private func runs(of table: [Int32], _ uniform: [Bool]) -> [AssembleStep.Run] {
        var starts = [0]
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        var (runs, first) = ([AssembleStep.Run](), 0)
        while first < table.count {
            let row = Int(table[first])
            var end = first + 1
            guard row >= 0 else {
                while end < table.count, table[end] < 0 { end += 1 }
                runs.append(.init(input: -1, spread: GS_SPREAD_UNIFORM, from: 0, to: first, count: end - first))
                first = end
                continue
            }
            let input = Rearrange.place(of: row, in: starts)
            while end < table.count, Int(table[end]) == row + end - first, Int(table[end]) < starts[input + 1] {
                end += 1
            }
            let spread = uniform[input] ? GS_SPREAD_UNIFORM : GS_SPREAD_LANED
            runs.append(.init(input: input, spread: spread, from: row - starts[input], to: first, count: end - first))
            first = end
        }
        return runs
    }

    /// The last input that starts at or before a row.
    private static func place(of row: Int, in starts: [Int]) -> Int {
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle + 1] <= row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

struct GatherStep: Step {
    let table: Table
    let fill: Double
    let storage: LaneStorage

    var work: Int { 8 * table.count }

    func forward(_ frame: Frame) {
        let (part, lanes) = (frame.part(of: table.count), frame.lanes)
        let (count, rows, start) = (part.count, table.pointer + part.lowerBound, part.lowerBound)
        switch storage {
        case .float32: gs_gather_f32(count, lanes, rows, Float(fill), frame.input(0), frame.output() + start)
        case .float64: gs_gather_f64(count, lanes, rows, fill, frame.input(0), frame.output() + start)
        }
    }

    func backward(_ frame: Frame) {
        let (count, lanes) = (table.count, frame.lanes)
        switch storage {
        case .float32:
            gs_scatter_add_f32(count, lanes, table.pointer, frame.outputGradient(), frame.gradient(0))
        case .float64:
            gs_scatter_add_f64(count, lanes, table.pointer, frame.outputGradient(), frame.gradient(0))
        }
    }
}

/// Several inputs put together, stretch by stretch.
struct AssembleStep: Step {
    struct Run: Sendable {
        /// -1 for the fill value.
        let input: Int
        let spread: gs_spread
        let from, to, count: Int
    }

    let runs: [Run]
    let storage: LaneStorage
    let fill: Double

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: assemble(frame, as: Float.self, splat: gs_splat_f32)
        case .float64: assemble(frame, as: Double.self, splat: gs_splat_f64)
        }
    }

    private func assemble<Element: BinaryFloatingPoint>(
        _ frame: Frame, as: Element.Type,
        splat: (Int, Int, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?) -> Void
    ) {
        let (lanes, output): (Int, UnsafeMutablePointer<Element>) = (frame.lanes, frame.output())
        for run in runs {
            let target = output + run.to * lanes
            if run.input < 0 {
                target.update(repeating: Element(fill), count: run.count * lanes)
            } else if run.spread == GS_SPREAD_UNIFORM {
                splat(run.count, lanes, frame.input(run.input) + run.from, target)
            } else {
                target.update(from: frame.input(run.input) + run.from * lanes, count: run.count * lanes)
            }
        }
    }

    func backward(_ frame: Frame) {
        let lanes = frame.lanes
        for run in runs where run.input >= 0 {
            switch storage {
            case .float32:
                guard let gradient: UnsafeMutablePointer<Float> = frame.gradient(run.input) else { continue }
                gs_scatter_add_f32(
                    run.count, lanes, nil, frame.outputGradient() + run.to * lanes, gradient + run.from * lanes)
            case .float64:
                guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(run.input) else { continue }
                gs_scatter_add_f64(
                    run.count, lanes, nil, frame.outputGradient() + run.to * lanes, gradient + run.from * lanes)
            }
        }
    }
}
