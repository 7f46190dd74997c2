@testable import Tensors

/// What specs are made of: margins of comparisons, and regions over rows.
extension AttackGraph {
    mutating func margin() throws {
        if margins.count > 1, random.chance(0.5) { return try join() }
        switch random.below(3) {
        case 0:
            let scores = try shaped(some(.float64), [1 + random.below(4)])
            let chosen: Value =
                random.chance(0.7)
                ? graph.constant(.scalar(Int64(random.below(5)))) : try shaped(some(.int64), [])
            keep(
                margin: try add(
                    ArgIs(random.pick([.max, .min]), random.pick([.positive, .negative])), [scores, chosen]))
        default:
            let x = try some(.float64)
            keep(margin: try add(Compare(random.chance(0.5) ? .less : .lessOrEqual), [x, partner(of: x)]))
        }
    }

    /// Margins joined by and and or, made strict, or taken for their truth.
    private mutating func join() throws {
        let x = random.pick(margins)
        switch random.below(4) {
        case 0: keep(margin: try add(Reduce(random.chance(0.5) ? .minimum : .maximum), [x]))
        case 1:
            let other = try shaped(random.pick(margins), graph.shape(of: x).dimensions)
            keep(margin: try add(Binary(random.chance(0.5) ? .minimum : .maximum), [x, other]))
        case 2: keep(margin: try graph.strict(x))
        default: keep(try add(Truth(), [x]))
        }
    }

    /// A value compared with each row of a table, or multiplied by it.
    mutating func rows() throws -> Value {
        let x = try shaped(some(.float64), [2])
        var body = Graph()
        let captured = try body.input("x", TensorType(.float64, [2]))
        let row = try body.input("row", TensorType(.float64, [2]))
        let difference = try body.add(Binary(.subtract), [captured, row])
        let measured: Value
        switch random.below(3) {
        case 0: measured = try body.add(Truth(), [body.add(Compare(.lessOrEqual), [row, captured])])
        case 1: measured = try body.add(Reduce(.l1, axes: [0], .kept), [difference])
        default: measured = try body.add(Binary(.multiply), [difference, row])
        }
        body.output("measured", measured)
        let reduction = random.pick([ForEachRow.Reduction.sum, .mean, .minimum, .maximum, .stacked])
        let isFiltered = reduction != .stacked && random.chance(0.4)
        if isFiltered {
            let bound = random.chance(0.7) ? body.constant(.scalar(0.0)) : try body.add(Reduce(.sum), [captured])
            body.output("counts", try body.add(Binary(.lessOrEqual), [bound, body.add(Reduce(.sum), [row])]))
        }
        let region = ForEachRow(
            body: body, tables: [try random.tensor(.float64, [3, 2])],
            reduction: reduction, rows: isFiltered ? .filtered : .all)
        return try add(region, [x])
    }

    /// A few steps of a loop over a vector, in float32 or float64, with rows given and a value captured.
    mutating func loop() throws -> Value {
        let element = element()
        let times = random.below(5)
        let state = try shaped(some(element), [2])
        let captured = try shaped(some(element), [2])
        let rows =
            random.chance(0.5)
            ? graph.constant(try random.tensor(element, [times, 2])) : try shaped(some(element), [times, 2])
        let type = TensorType(element, [2])
        var body = Graph()
        let inputs = try ["state", "row", "captured"].map { try body.input($0, type) }
        var next = inputs[0]
        for _ in 0..<(1 + random.below(3)) { next = try step(&body, next, inputs, element) }
        body.output("next", next)
        let loop = Iterate(body: body, times: times, scanned: 1, result: random.pick([.last, .trace]))
        return try add(loop, [state, rows, captured])
    }

    private mutating func step(
        _ body: inout Graph, _ x: Value, _ inputs: [Value], _ element: ElementType
    ) throws -> Value {
        let other = random.pick(inputs)
        switch random.below(7) {
        case 0:
            let weights = try random.tensor(element, [2, 2])
            let product = try body.add(MatMul(), [x, body.constant(weights)])
            return try body.add(Binary(.add), [product, body.constant(random.tensor(element, [2]))])
        case 1: return try body.add(Unary(random.pick([.sine, .hyperbolicTangent, .relu, .absolute, .square])), [x])
        case 2: return try body.add(Binary(random.pick([.multiply, .minimum])), [x, other])
        case 3: return try body.add(Unary(.sine), [body.add(Unary(.square), [inputs[2]])])
        case 4: return try body.add(Select(), [body.add(Binary(.less), [x, other]), other, x])
        default: return try body.add(Binary(random.pick([.add, .subtract])), [x, other])
        }
    }
}
