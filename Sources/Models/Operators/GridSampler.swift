import Tensors

/// Values between the elements of `[batch, channels, spatial...]`, at computed places.
struct GridSampler {
    enum Interpolation { case nearest, linear, cubic }
    /// What lies beyond the edges.
    enum Padding: String {
        case zeros, border
        /// The mirror image, about the outermost elements or half an element beyond them.
        case reflection
    }

    let interpolation: Interpolation
    let padding: Padding
    /// Whether a mirror stands on the outermost elements.
    var reflectsAtCentres = false

    /// Along one axis: which elements a value is made of, and what each weighs; nil where it is 1.
    private struct Tap {
        let index: Value
        let weight: Value?
        let isInside: Value?
    }

    /// `coordinates` has, for each spatial axis, the places `[batch, points]` in elements; gives `[batch, points, channels]`.
    func sample(_ node: Application, _ x: Value, at coordinates: [Value]) throws -> Value {
        let shape = node.shape(x)
        let spatial = Array(shape.dimensions.dropFirst(2))
        let (batch, channels, area) = (shape[0], shape[1], spatial.reduce(1, *))
        let points = node.shape(coordinates[0])[1]
        let rank = shape.rank
        let rows = try node.reshape(
            node.transpose(x, [0] + Array(2..<rank) + [1]), [batch * area, channels])
        let starts = node.constant(try Tensor(Shape([batch, 1]), (0..<batch).map { Int64($0 * area) }))
        var corners: [Tap] = [Tap(index: starts, weight: nil, isInside: nil)]
        for (axis, coordinate) in coordinates.enumerated() {
            let stride = Double(spatial.dropFirst(axis + 1).reduce(1, *))
            let taps = try taps(node, coordinate, size: spatial[axis])
            corners = try corners.flatMap { corner in
                try taps.map { tap in
                    Tap(
                        index: try node.binary(.add, corner.index, node.binary(.multiply, tap.index, stride)),
                        weight: try combined(corner.weight, tap.weight) { try node.binary(.multiply, $0, $1) },
                        isInside: try combined(corner.isInside, tap.isInside) { try node.binary(.and, $0, $1) })
                }
            }
        }
        try node.allow(elements: corners.count * batch * points * channels)
        var sum: Value?
        for corner in corners {
            var value = try node.add(GatherRows(), rows, node.expand(corner.index, to: Shape([batch, points])))
            if let isInside = corner.isInside {
                let column = try node.reshape(isInside, [batch, points, 1])
                value = try node.add(Select(), column, value, node.scalar(0, like: value))
            }
            if let weight = corner.weight {
                let column = try node.cast(node.reshape(weight, [batch, points, 1]), to: node.element(value))
                value = try node.binary(.multiply, value, column)
            }
            sum = try sum.map { try node.binary(.add, $0, value) } ?? value
        }
        guard let sum else { throw ModelError("nothing to sample") }
        return sum
    }

    private func combined(_ first: Value?, _ second: Value?, _ body: (Value, Value) throws -> Value) rethrows -> Value?
    {
        guard let first, let second else { return first ?? second }
        return try body(first, second)
    }

    private func taps(_ node: Application, _ coordinate: Value, size: Int) throws -> [Tap] {
        if interpolation == .nearest {
            return [try tap(node, node.unary(.round, coordinate), weight: nil, size)]
        }
        let base = try node.unary(.floor, coordinate)
        let fraction = try node.binary(.subtract, coordinate, base)
        func at(_ offset: Double, _ weight: Value) throws -> Tap {
            try tap(node, offset == 0 ? base : node.binary(.add, base, offset), weight: weight, size)
        }
        if interpolation == .linear {
            let one = try node.scalar(1, like: fraction)
            return [try at(0, node.binary(.subtract, one, fraction)), try at(1, fraction)]
        }
        return try [-1, 0, 1, 2].map { try at($0, cubic(node, fraction, $0)) }
    }

    /// Keys' cubic kernel with a = -0.75, at the distance of an element from the place.
    private func cubic(_ node: Application, _ fraction: Value, _ offset: Double) throws -> Value {
        let a = -0.75
        let distance = try node.unary(.absolute, node.binary(.subtract, fraction, offset))
        let isNear = offset == 0 || offset == 1
        let coefficients = isNear ? [a + 2, -(a + 3), 0, 1] : [a, -5 * a, 8 * a, -4 * a]
        var result = try node.scalar(coefficients[0], like: fraction)
        for coefficient in coefficients.dropFirst() {
            result = try node.binary(.multiply, result, distance)
            if coefficient != 0 { result = try node.binary(.add, result, coefficient) }
        }
        return result
    }

    private func tap(_ node: Application, _ place: Value, weight: Value?, _ size: Int) throws -> Tap {
        let last = Double(size - 1)
        var inside: Value?
        var index = place
        switch padding {
        case .border: break
        case .zeros:
            inside = try node.binary(
                .and, node.binary(.greaterOrEqual, place, 0), node.binary(.lessOrEqual, place, last))
        case .reflection:
            let period = reflectsAtCentres ? 2 * last : 2 * Double(size)
            if period > 0 {
                let wrapped = try node.binary(.modulo, place, period)
                let mirrored = try node.binary(
                    .subtract, node.scalar(reflectsAtCentres ? period : period - 1, like: wrapped), wrapped)
                index = try node.binary(.minimum, wrapped, mirrored)
            }
        }
        let clipped = try node.unary(.clip(lower: 0, upper: last), index)
        return Tap(index: try node.cast(clipped, to: .int64), weight: weight, isInside: inside)
    }
}
