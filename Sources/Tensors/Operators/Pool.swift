import Kernels

/// The largest, or the mean, of the elements under a window that slides over `[batch, channels, spatial...]`.
package struct Pool: Operator {
    package enum Kind: Sendable, Hashable {
        case max
        case average(Divisor)
    }

    /// What the sum of an average is divided by.
    package enum Divisor: Sendable, Hashable { case padsIncluded, padsExcluded }

    package let kind: Kind
    package let window: Window
    package let rounding: Window.Rounding

    package init(_ kind: Kind, window: Window, rounding: Window.Rounding = .down) {
        self.kind = kind
        self.window = window
        self.rounding = rounding
    }

    package var name: String { kind == .max ? "max pool" : "average pool" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        guard (3...5).contains(shape.rank) else {
            throw .unfit(name, shape, "takes batch, channels and 1 to 3 spatial axes")
        }
        let positions = try window.positions(over: Array(shape.dimensions.dropFirst(2)), of: name, rounding)
        return TensorType(element, try Shape([shape[0], shape[1]] + positions))
    }
}

extension Pool {
    package func prepare(_ site: Site) -> any Step {
        let (input, output) = (site.inputs[0].shape, site.shape)
        let (from, to) = (Array(input.dimensions.dropFirst(2)), Array(output.dimensions.dropFirst(2)))
        let (size, table) = (window.size.reduce(1, *), table(over: from, to))
        var divisors: Table?
        if kind == .average(.padsIncluded) { divisors = Table(self.divisors(over: from, to)) }
        return PoolStep(
            code: kind == .max ? GS_POOL_MAX : GS_POOL_AVERAGE, storage: site.storage, planes: input[0] * input[1],
            inRows: from.reduce(1, *), outRows: to.reduce(1, *), size: size, table: Table(table),
            divisors: divisors, gradients: Pool.isPartition(table, rows: from.reduce(1, *)) ? .writeOrAdd : .add)
    }

    /// For each position of the window its rows of the plane, -1 outside.
    private func table(over from: [Int], _ to: [Int]) -> [Int32] {
        var table: [Int32] = [0]
        for axis in from.indices {
            var places: [[Int32]] = []
            for position in 0..<to[axis] {
                let start = position * window.strides[axis] - window.before[axis]
                places.append(
                    (0..<window.size[axis]).map { step in
                        let place = start + step * window.dilations[axis]
                        return (0..<from[axis]).contains(place) ? Int32(place) : -1
                    })
            }
            table = Pool.product(table, places, length: from[axis], size: window.size[..<axis].reduce(1, *))
        }
        return table
    }

    /// Windows over some axes, each followed by every place of one more axis.
    private static func product(_ table: [Int32], _ places: [[Int32]], length: Int, size: Int) -> [Int32] {
        var result: [Int32] = []
        for window in stride(from: 0, to: table.count, by: max(size, 1)) {
            for row in places {
                for entry in table[window..<(window + size)] {
                    for place in row { result.append(entry < 0 || place < 0 ? -1 : entry * Int32(length) + place) }
                }
            }
        }
        return result
    }

    /// Whether every row is in one window, and in no other.
    private static func isPartition(_ table: [Int32], rows: Int) -> Bool {
        var isTaken = [Bool](repeating: false, count: rows)
        for row in table where row >= 0 {
            guard !isTaken[Int(row)] else { return false }
            isTaken[Int(row)] = true
        }
        return isTaken.allSatisfy { $0 }
    }

    /// The number of elements under each window that lie in the input or the pads.
    private func divisors(over from: [Int], _ to: [Int]) -> [Int32] {
        var divisors: [Int32] = [1]
        for axis in from.indices {
            let end = from[axis] + window.after[axis]
            let counts = (0..<to[axis]).map { position in
                let start = position * window.strides[axis] - window.before[axis]
                return Int32((0..<window.size[axis]).count { start + $0 * window.dilations[axis] < end })
            }
            divisors = divisors.flatMap { divisor in counts.map { divisor * $0 } }
        }
        return divisors
    }
}

struct PoolStep: Step {
    let code: gs_pool
    let storage: LaneStorage
    let planes, inRows, outRows, size: Int
    let table: Table
    let divisors: Table?
    let gradients: GradientStore

    var keeps: Kept { code == GS_POOL_MAX ? .all : .nothing }

    private var windows: gs_windows {
        gs_windows(
            in_rows: inRows, out_rows: outRows, size: size, table: table.pointer, divisors: divisors?.pointer)
    }

    var work: Int { 8 * planes * outRows * size }

    func forward(_ frame: Frame) {
        let (part, lanes) = (frame.part(of: planes), frame.lanes)
        let (from, to) = (part.lowerBound * inRows * lanes, part.lowerBound * outRows * lanes)
        switch storage {
        case .float32: gs_pool_f32(code, windows, part.count, lanes, frame.input(0) + from, frame.output() + to)
        case .float64: gs_pool_f64(code, windows, part.count, lanes, frame.input(0) + from, frame.output() + to)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32:
            gs_pool_gradient_f32(
                code, windows, planes, frame.lanes, frame.input(0), frame.result(), frame.outputGradient(),
                frame.gradient(0), frame.store)
        case .float64:
            gs_pool_gradient_f64(
                code, windows, planes, frame.lanes, frame.input(0), frame.result(), frame.outputGradient(),
                frame.gradient(0), frame.store)
        }
    }
}
