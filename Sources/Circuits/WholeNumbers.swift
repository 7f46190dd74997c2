/// Sums, products and quotients of whole numbers.
extension Circuit {
    func sum(_ first: Wire, _ second: Wire) -> Wire {
        Wire(node("Add", [first.name, second.name]), first.shape, zip(first.ranges, second.ranges).map { $0 + $1 })
    }

    func difference(_ first: Wire, _ second: Wire) -> Wire {
        Wire(
            node("Sub", [first.name, second.name]), first.shape,
            zip(first.ranges, second.ranges).map { $0 + $1 * -1 })
    }

    /// Constants added along the last axis.
    func sum(_ wire: Wire, _ numbers: [Double]) -> Wire {
        Wire(
            node("Add", [wire.name, constant([numbers.count], numbers)]), wire.shape,
            zip(wire.ranges, numbers).map { $0 + ($1...$1) })
    }

    func scaled(_ wire: Wire, by factor: Double) -> Wire {
        Wire(node("Mul", [wire.name, constant([], [factor])]), wire.shape, wire.ranges.map { $0 * factor })
    }

    /// Times constants along the last axis.
    func scaled(_ wire: Wire, by factors: [Double]) -> Wire {
        Wire(
            node("Mul", [wire.name, constant([factors.count], factors)]), wire.shape,
            zip(wire.ranges, factors).map { $0 * $1 })
    }

    /// Without the last `bits` bits, rounded down.
    package func shifted(_ wire: Wire, by bits: Int) -> Wire {
        let unit = constant([], [Double(sign: .plus, exponent: -bits, significand: 1)])
        return Wire(
            node("Floor", [node("Mul", [wire.name, unit])]), wire.shape, wire.ranges.map { $0.shifted(by: bits) })
    }

    /// The last `bits` bits, where `shifted` is without them.
    func rest(_ wire: Wire, _ shifted: Wire, bits: Int) -> Wire {
        let unit = Double(sign: .plus, exponent: bits, significand: 1)
        return Wire(
            node("Sub", [wire.name, node("Mul", [shifted.name, constant([], [unit])])]), wire.shape,
            wire.ranges.map { $0.lowerBound >= 0 && $0.upperBound < unit ? $0 : 0...unit - 1 })
    }

    /// The last axis times a constant matrix [entries, results], row-major.
    package func mapped(_ wire: Wire, _ matrix: [Double], results: Int) -> Wire {
        let ranges = (0..<results).map { column in
            wire.ranges.indices.reduce(0.0...0.0) { $0 + wire.ranges[$1] * matrix[$1 * results + column] }
        }
        return Wire(
            node("MatMul", [wire.name, constant([wire.ranges.count, results], matrix)]),
            wire.shape.dropLast() + [results], ranges)
    }

    /// Rows of the axis before the last one mixed: each row of `mixture` makes one.
    func mixed(_ wire: Wire, _ mixture: [[Double]]) -> Wire {
        let ranges = wire.ranges.map { range in
            ClosedRange.around(mixture.map { $0.reduce(0.0...0.0) { $0 + range * $1 } })
        }
        let matrix = constant([mixture.count, mixture[0].count], mixture.flatMap { $0 })
        var shape = wire.shape
        shape[shape.count - 2] = mixture.count
        return Wire(node("MatMul", [matrix, wire.name]), shape, ranges)
    }

    /// Matrix products of two wires, over all axes before the last two.
    func product(_ first: Wire, _ second: Wire) -> Wire {
        let ranges = second.ranges.map { column in first.ranges.reduce(0.0...0.0) { $0 + $1 * column } }
        return Wire(
            node("MatMul", [first.name, second.name]), first.shape.dropLast() + [second.ranges.count], ranges)
    }

    /// Kept between two bounds.
    package func clamped(_ name: String, _ shape: [Int], _ range: ClosedRange<Double>) -> Wire {
        let above = node("Max", [name, constant([], [range.lowerBound])])
        return Wire(
            node("Min", [above, constant([], [range.upperBound])]), shape,
            Array(repeating: range, count: shape.last ?? 1))
    }
}
