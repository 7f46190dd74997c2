/// The number below which a share of the elements lies, of all or along one axis: of n sorted elements what stands at
/// `share * (n - 1)`, between two of them in proportion (Hyndman and Fan 1996, type 7; NumPy's default).
///
/// It never lies outside of those two. NaN where an element is NaN. The gradient goes to the two, by their weights.
/// Inputs: `x` float64, not empty.
package struct Quantile: Operator {
    /// From 0, the least, to 1, the greatest.
    package let share: Double
    /// nil for all; a negative one counts from the back.
    package let axis: Int?

    package init(_ share: Double, axis: Int? = nil) {
        self.share = share
        self.axis = axis
    }

    package var name: String { "quantile" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        guard element == .float64 else { throw .elementType(name, expected: "float64", found: element) }
        guard (0...1).contains(share) else { throw ShapeError("\(name): \(share) is no share from 0 to 1") }
        guard let axis else {
            guard shape.count > 0 else { throw .unfit(name, shape, "there is nothing to sort") }
            return TensorType(element, .scalar)
        }
        let positive = try shape.axis(axis, of: name)
        guard shape[positive] > 0 else { throw .unfit(name, shape, "axis \(axis) is empty") }
        return TensorType(element, shape.reduced(over: [positive], .dropped))
    }

    func blocks(_ shape: Shape) throws(ShapeError) -> AxisBlocks {
        guard let axis else { return AxisBlocks(outer: 1, axis: shape.count, inner: 1) }
        let positive = try shape.axis(axis, of: name)
        return AxisBlocks(shape, positive...positive)
    }
}

extension Quantile {
    /// Where among sorted numbers it lies: from `rank` the part `weight` of the way to the next.
    struct Position {
        let rank: Int
        let weight: Double

        init(_ share: Double, of count: Int) {
            let place = share * Double(count - 1)
            rank = min(Int(place), max(count - 2, 0))
            weight = place - Double(rank)
        }

        /// `next` is not read where there is none.
        func value(_ own: Double, _ next: @autoclosure () -> Double) -> Double {
            guard weight > 0 else { return own }
            let next = next()
            let between = (1 - weight) * own + weight * next
            return between < own ? own : between > next ? next : between
        }
    }

    /// Of some numbers, at least one.
    package static func value(_ share: Double, of numbers: [Double]) -> Double {
        let sorted = SortOrder.ascending.places(of: numbers).map { numbers[$0] }
        guard let greatest = sorted.last, !greatest.isNaN else { return .nan }
        let position = Position(share, of: sorted.count)
        return position.value(sorted[position.rank], sorted[position.rank + 1])
    }

    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let blocks = try blocks(site.inputs[0].shape)
        return QuantileStep(
            lines: LineOrders(order: .ascending, blocks: blocks), position: Position(share, of: blocks.axis))
    }
}

struct QuantileStep: Step {
    let lines: LineOrders
    let position: Quantile.Position

    var scratch: Int { lines.scratch }

    func forward(_ frame: Frame) {
        let (values, output): (UnsafePointer<Double>, UnsafeMutablePointer<Double>) = (frame.input(0), frame.output())
        lines.sort(values, frame) { number, line, places in
            func sorted(_ rank: Int) -> Double { values[line.start + Int(places[rank]) * line.step] }
            let isKnown = !sorted(places.count - 1).isNaN
            output[number] = isKnown ? position.value(sorted(position.rank), sorted(position.rank + 1)) : .nan
        }
    }

    func backward(_ frame: Frame) {
        guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
        let given: UnsafeMutablePointer<Double> = frame.outputGradient()
        lines.forEach(frame) { number, line, places in
            func add(_ share: Double, _ rank: Int) {
                gradient[line.start + Int(places[rank]) * line.step] += share * given[number]
            }
            add(1 - position.weight, position.rank)
            if position.weight > 0 { add(position.weight, position.rank + 1) }
        }
    }
}
