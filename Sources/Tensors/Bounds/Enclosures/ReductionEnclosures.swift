import Glibc

// Many numbers made one.

extension Reduce: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (input, shape) = (inputs[0], inputs[0].shape)
        guard let axes = try? positiveAxes(of: shape) else { return output.fill(Enclosure.unknown, lanes: lanes) }
        let order = shape.dimensions.indices.filter { !axes.contains($0) } + axes
        let moved = Shape(trusted: order.map { shape[$0] }, count: shape.count)
        let table = Shape.walk(moved, steps: order.map { shape.strides[$0] })
        let count = axes.reduce(1) { $0 * shape[$1] }
        for element in 0..<output.shape.count {
            for lane in 0..<lanes {
                let elements = (0..<count).map { input[Int(table[element * count + $0]) * lanes + lane] }
                output[element * lanes + lane] = combined(elements)
            }
        }
    }

    private func combined(_ elements: [Ends]) -> Ends {
        if kind == .all || kind == .any {
            return Reduce.extreme(
                elements.map { Enclosure.isKnown($0) ? $0 : Enclosure.either }, greatest: kind == .any)
        }
        guard elements.allSatisfy(Enclosure.isKnown), !elements.isEmpty else { return Enclosure.unknown }
        func each(_ kind: Unary.Kind) -> [Ends] { elements.map { kind.range(lower: $0.lower, upper: $0.upper) } }
        func after(_ kind: Unary.Kind, _ x: Ends) -> Ends { kind.range(lower: x.lower, upper: x.upper) }
        switch kind {
        case .maximum, .minimum: return Reduce.extreme(elements, greatest: kind == .maximum)
        case .linf: return Reduce.extreme(each(.absolute), greatest: true)
        case .l0:
            let certain = elements.count { $0.lower > 0 || $0.upper < 0 }
            let possible = elements.count { $0.lower != 0 || $0.upper != 0 }
            return (Double(certain), Double(possible))
        case .sum: return Reduce.sum(elements)
        case .mean:
            let sum = Reduce.sum(elements)
            return ((sum.lower / Double(elements.count)).nextDown, (sum.upper / Double(elements.count)).nextUp)
        case .l1: return Reduce.sum(each(.absolute))
        case .sumSquare: return Reduce.sum(each(.square))
        case .l2: return after(.squareRoot, Reduce.sum(each(.square)))
        case .logSum: return after(.logarithm, Reduce.sum(elements))
        case .logSumExp: return after(.logarithm, Reduce.sum(each(.exponential)))
        case .product: return Reduce.product(elements)
        case .all, .any: return Enclosure.either
        }
    }

    private static func sum(_ elements: [Ends]) -> Ends { elements.dropFirst().reduce(elements[0], Enclosure.sum) }

    /// In any order, with what underflow in float32 may lose, multiplied by all other factors.
    private static func product(_ elements: [Ends]) -> Ends {
        let product = elements.dropFirst().reduce(elements[0], Interval.product)
        let growth = elements.reduce(1.0) { $0 * max(1, -$1.lower, $1.upper) * (1 + 0x1p-20) }
        let lost = Double(elements.count) * 0x1p-149 * growth
        // In some order it overflows in float32.
        guard growth < 0x1p127 else { return Enclosure.unknown }
        return ((product.lower - lost).nextDown, (product.upper + lost).nextUp)
    }

    private static func extreme(_ elements: [Ends], greatest: Bool) -> Ends {
        guard var range = elements.first else { return greatest ? (0, 0) : (1, 1) }
        for element in elements.dropFirst() {
            range =
                greatest
                ? (max(range.lower, element.lower), max(range.upper, element.upper))
                : (min(range.lower, element.lower), min(range.upper, element.upper))
        }
        return range
    }
}

extension Pool: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let size = window.size.reduce(1, *)
        guard kind == .max, let table = places(from: inputs[0].shape, to: output.shape) else {
            return output.fill(Enclosure.unknown, lanes: lanes)
        }
        let rest = output.shape.count
        for element in 0..<rest {
            for lane in 0..<lanes {
                var range = inputs[0][Int(table[element]) * lanes + lane]
                for place in 1..<max(size, 1) {
                    let next = inputs[0][Int(table[place * rest + element]) * lanes + lane]
                    let isKnown = Enclosure.isKnown(range) && Enclosure.isKnown(next)
                    range =
                        isKnown
                        ? (max(range.lower, next.lower), max(range.upper, next.upper)) : Enclosure.unknown
                }
                output[element * lanes + lane] = range
            }
        }
    }
}

extension MatMul: Enclosing {
    /// With the rounding of float32 sums in any order: it is in proportion to the terms, not to the result.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        guard let extents = try? Extents(inputs[0].shape, inputs[1].shape) else {
            return output.fill(Enclosure.unknown, lanes: lanes)
        }
        let (rows, inner, columns, batch) = (extents.rows, extents.inner, extents.columns, extents.batch)
        let first = Shape.walk(batch, steps: extents.firstBatch.steps(in: batch))
        let second = Shape.walk(batch, steps: extents.secondBatch.steps(in: batch))
        let rounding = Rounding.sum(terms: inner + 1, .float32)
        for element in 0..<output.shape.count {
            let (matrix, row, column) = (element / (rows * columns), element / columns % rows, element % columns)
            let (left, right) = (Int(first[matrix]) * rows + row, Int(second[matrix]) * inner)
            for lane in 0..<lanes {
                var (sum, size): (Ends, Double) = ((0, 0), 0)
                for term in 0..<inner {
                    let product = Interval.product(
                        inputs[0][(left * inner + term) * lanes + lane],
                        inputs[1][((right + term) * columns + column) * lanes + lane])
                    sum = Enclosure.sum(sum, product)
                    size = (size + max(-product.lower, product.upper)).nextUp
                }
                let error = (size * rounding.relative).nextUp + rounding.absolute
                output[element * lanes + lane] =
                    size < 0x1p127 ? ((sum.lower - error).nextDown, (sum.upper + error).nextUp) : Enclosure.unknown
            }
        }
    }
}

extension Softmax: Enclosing {
    /// Each share is least where its own exponent is least and all others greatest, and the other way round.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (input, axis) = (inputs[0], self.axis < 0 ? self.axis + inputs[0].shape.rank : self.axis)
        let blocks = AxisBlocks(input.shape, axis...axis)
        for outer in 0..<blocks.outer {
            for inner in 0..<blocks.inner {
                for lane in 0..<lanes {
                    let places = (0..<blocks.axis).map {
                        ((outer * blocks.axis + $0) * blocks.inner + inner) * lanes + lane
                    }
                    shares(input, output, places)
                }
            }
        }
    }

    private func shares(_ input: LanedBounds, _ output: LanedBounds, _ places: [Int]) {
        guard places.allSatisfy({ Enclosure.isKnown(input[$0]) }) else {
            for place in places { output[place] = Enclosure.unknown }
            return
        }
        let peak = places.map { input.upper[$0] }.max() ?? 0
        // Of all exponentials, which are at most 1, and how far off their sums may be.
        let low = places.reduce(0.0) { $0 + exp(input.lower[$1] - peak) }
        let high = places.reduce(0.0) { $0 + exp(input.upper[$1] - peak) }
        let error = Double(places.count + 8) * 0x1p-50 * high
        for place in places {
            let (least, most) = (input.lower[place] - peak, input.upper[place] - peak)
            let others: Ends = (max(low - exp(least) - error, 0), max(high - exp(most), 0) + error)
            output[place] = kind == .plain ? share(least, most, others) : logarithm(least, most, others)
        }
    }

    /// A difference of d is off by d / 2^53, and its exponential by as much of itself; beyond 745 that is nothing.
    private func share(_ least: Double, _ most: Double, _ others: Ends) -> Ends {
        let (own, greatest) = (exp(least), exp(most))
        let (low, high) = (own / (own + others.upper), greatest / (greatest + others.lower))
        return (max(low * (1 - 0x1p-42) - 0x1p-1000, 0), high.isNaN ? 1 : min(high * (1 + 0x1p-42) + 0x1p-1000, 1))
    }

    private func logarithm(_ least: Double, _ most: Double, _ others: Ends) -> Ends {
        let (first, last) = (log(exp(least) + others.upper), log(exp(most) + others.lower))
        let low = least - first - (least.magnitude + first.magnitude + 1) * 0x1p-46
        guard last.isFinite else { return (low, 0) }
        return (low, min(most - last + (most.magnitude + last.magnitude + 1) * 0x1p-46, 0))
    }
}
