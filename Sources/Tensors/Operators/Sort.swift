/// The elements along an axis in order, or where they stood.
///
/// NaN is last, and what is equal keeps its order. The gradient goes to the elements as they were chosen; places have none.
/// O(n log n) for each line.
package struct Sort: Operator {
    /// The elements themselves, or the places that they had: int64.
    package enum Wanted: Sendable, Hashable { case elements, places }

    package let order: SortOrder
    package let axis: Int
    package let wanted: Wanted

    package init(_ order: SortOrder = .ascending, axis: Int = -1, _ wanted: Wanted = .elements) {
        self.order = order
        self.axis = axis
        self.wanted = wanted
    }

    package var name: String { wanted == .elements ? "sort" : "argsort" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
        _ = try inputs[0].shape.axis(axis, of: name)
        return wanted == .elements ? inputs[0] : TensorType(.int64, inputs[0].shape)
    }
}

extension Sort {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let axis = try site.shape.axis(axis, of: name)
        let lines = LineOrders(order: order, blocks: AxisBlocks(site.shape, axis...axis))
        return SortStep(lines: lines, wanted: wanted, storage: site.inputs[0].storage)
    }
}

struct SortStep: Step {
    let lines: LineOrders
    let wanted: Sort.Wanted
    let storage: LaneStorage

    var scratch: Int { lines.scratch }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward(frame, of: Float.self)
        case .float64: forward(frame, of: Double.self)
        }
    }

    func backward(_ frame: Frame) {
        guard wanted == .elements else { return }
        switch storage {
        case .float32: backward(frame, of: Float.self)
        case .float64: backward(frame, of: Double.self)
        }
    }

    private func forward<Number: BinaryFloatingPoint>(_ frame: Frame, of: Number.Type) {
        let values: UnsafePointer<Number> = frame.input(0)
        switch wanted {
        case .elements:
            let output: UnsafeMutablePointer<Number> = frame.output()
            lines.sort(values, frame) { _, line, places in
                for (rank, place) in places.enumerated() {
                    output[line.start + rank * line.step] = values[line.start + Int(place) * line.step]
                }
            }
        case .places:
            let output: UnsafeMutablePointer<Double> = frame.output()
            lines.sort(values, frame) { _, line, places in
                for (rank, place) in places.enumerated() { output[line.start + rank * line.step] = Double(place) }
            }
        }
    }

    private func backward<Number: BinaryFloatingPoint>(_ frame: Frame, of: Number.Type) {
        guard let gradient: UnsafeMutablePointer<Number> = frame.gradient(0) else { return }
        let given: UnsafeMutablePointer<Number> = frame.outputGradient()
        lines.forEach(frame) { _, line, places in
            for (rank, place) in places.enumerated() {
                gradient[line.start + Int(place) * line.step] += given[line.start + rank * line.step]
            }
        }
    }
}
