@testable import Tensors

/// Each family of operators, applied to values that are there.
extension AttackGraph {
    mutating func grow() throws {
        switch random.below(32) {
        case 0...4: keep(try function())
        case 5...9: keep(try arithmetic())
        case 10, 11: keep(try dense())
        case 12, 13: keep(try matrixProduct())
        case 14: keep(try convolution())
        case 15: keep(try move())
        case 16...18: keep(try reduction())
        case 19: keep(try pool())
        case 20: keep(try softmax())
        case 21: keep(try comparison())
        case 22: keep(try choice())
        case 23: keep(try cast())
        case 24: keep(try integers())
        case 25: keep(try gatheredRows())
        case 26, 27: try margin()
        case 28: keep(try composite())
        case 29: keep(try loop())
        case 30: keep(try order())
        default: keep(try rows())
        }
    }

    // MARK: functions of one number

    private mutating func function() throws -> Value {
        let x = try some(element())
        let scale = random.number(in: 0...2) * random.sign()
        let kinds: [Unary.Kind] = [
            .negate, .absolute, .sign, .floor, .ceiling, .round, .rounded(to: .float16), .rounded(to: .bfloat16),
            .square, .exponential, .sine, .cosine, .arctangent,
            .hyperbolicSine, .hyperbolicCosine, .areaSine, .hyperbolicTangent, .sigmoid, .errorFunction, .softplus,
            .softsign, .wholePower(3), .wholePower(6), .relu, .relu, .relu, .leakyRelu(slope: scale),
            .elu(alpha: scale),
            .selu(alpha: 1.67326, gamma: scale), .hardSigmoid(alpha: scale, beta: 0.5),
            .clip(lower: -random.unit(), upper: random.unit()),
            .clip(lower: random.unit(), upper: -random.unit()), .clip(lower: -.infinity, upper: 0.5),
        ]
        if random.chance(0.3) { return try partialFunction(x) }
        return try add(Unary(random.pick(kinds)), [x])
    }

    /// One that is not defined everywhere, mostly where it is.
    private mutating func partialFunction(_ x: Value) throws -> Value {
        let kinds: [Unary.Kind] = [
            .squareRoot, .reciprocal, .logarithm, .tangent, .arcsine, .arccosine, .areaCosine, .areaTangent,
        ]
        let kind = random.pick(kinds)
        guard random.chance(0.8) else { return try add(Unary(kind), [x]) }
        switch kind {
        case .squareRoot, .reciprocal, .logarithm: return try add(Unary(kind), [positive(x)])
        case .areaCosine: return try add(Unary(kind), [add(Binary(.add), [positive(x), number(1, like: x)])])
        default:
            let held = try add(Unary(.hyperbolicTangent), [x])
            return try add(Unary(kind), [add(Binary(.multiply), [held, number(0.99, like: x)])])
        }
    }

    private mutating func positive(_ x: Value) throws -> Value {
        let kind: Unary.Kind = random.chance(0.5) ? .square : .absolute
        let least = try number(random.pick([0.5, 1e-3, 1e-30]), like: x)
        return try add(Binary(.add), [add(Unary(kind), [x]), least])
    }

    private mutating func composite() throws -> Value {
        let x = try some(element())
        switch random.below(7) {
        case 0: return try graph.gelu(x)
        case 1: return try graph.geluTanh(x)
        case 2: return try graph.swish(x, beta: random.pick([1, 1.7]))
        case 3: return try graph.mish(x)
        case 4: return try graph.celu(x, alpha: 1.3)
        case 5: return try graph.hardSwish(x)
        default:
            let slope = graph.constant(try random.tensor(type(x).element, [1]))
            return try graph.parametricRelu(x, slope: slope)
        }
    }

    // MARK: functions of two numbers

    private mutating func arithmetic() throws -> Value {
        let x = try some(element())
        let kind = random.pick([
            Binary.Kind.add, .subtract, .multiply, .minimum, .maximum, .divide, .power, .modulo, .remainder,
        ])
        switch kind {
        case .divide, .modulo, .remainder:
            let other = try partner(of: x)
            return try add(Binary(kind), [x, random.chance(0.8) ? positive(other) : other])
        case .power: return try power(x)
        default:
            let other = random.chance(0.15) ? x : try partner(of: x)
            return try add(Binary(kind), random.chance(0.5) ? [x, other] : [other, x])
        }
    }

    private mutating func power(_ x: Value) throws -> Value {
        if random.chance(0.3) { return try add(Binary(.power), [positive(x), partner(of: x)]) }
        let exponent = try number(random.pick([0, 1, 2, 3, 4, 7, 9, 0.5, -0.5, -1, -2, -3, 2.5]), like: x)
        let base = random.chance(0.5) ? try positive(x) : x
        return try add(Binary(.power), [base, exponent])
    }

    private mutating func integers() throws -> Value {
        let x = try some(.int64)
        if random.chance(0.3) {
            let kinds: [Unary.Kind] = [.negate, .absolute, .sign, .square, .relu, .clip(lower: -1, upper: 2)]
            return try add(Unary(random.pick(kinds)), [x])
        }
        let kind = random.pick([
            Binary.Kind.add, .subtract, .multiply, .minimum, .maximum, .divide, .modulo, .remainder,
        ])
        return try add(Binary(kind), [x, partner(of: x)])
    }

    private mutating func comparison() throws -> Value {
        if random.chance(0.3) {
            let x = try some(.bool)
            if random.chance(0.25) { return try add(Unary(.not), [x]) }
            return try add(Binary(random.pick([.and, .or, .xor, .equal])), [x, partner(of: x)])
        }
        let x = try some(random.chance(0.7) ? element() : .int64)
        let kind = random.pick([Binary.Kind.equal, .less, .lessOrEqual, .greater, .greaterOrEqual])
        return try add(Binary(kind), [x, partner(of: x)])
    }

    private mutating func choice() throws -> Value {
        let x = try some(element())
        let condition: Value
        if random.chance(0.2) {
            condition = graph.constant(try random.tensor(.bool, graph.shape(of: x).dimensions))
        } else {
            condition = try shaped(some(.bool), graph.shape(of: x).dimensions)
        }
        return try add(Select(), [condition, x, partner(of: x)])
    }

    private mutating func cast() throws -> Value {
        try add(Cast(to: random.pick(ElementType.allCases)), [random.pick(values)])
    }

    // MARK: sums of products

    private var activations: [Activation] {
        [.none, .none, .relu, .leakyRelu(slope: 0.125), .clip(lower: -0.4, upper: 0.9)]
    }

    private mutating func dense() throws -> Value {
        let x = try some(element())
        let (inner, outer, element) = (1 + random.below(9), 1 + random.below(5), type(x).element)
        let rows = random.chance(0.7) ? [inner] : [2, inner]
        let bias = random.chance(0.6) ? try random.tensor(element, [outer]) : nil
        let layer = Dense(
            weights: try random.tensor(element, [outer, inner]), bias: bias, activation: random.pick(activations))
        let sum = try add(layer, [shaped(x, rows)])
        guard bias == nil, random.chance(0.7) else { return sum }
        return try add(Binary(.add), [sum, graph.constant(random.tensor(element, [outer]))])
    }

    private mutating func matrixProduct() throws -> Value {
        let x = try some(element())
        let (element, inner, rows, columns) = (
            type(x).element, 1 + random.below(6), 1 + random.below(3), 1 + random.below(3)
        )
        let product: Value
        switch random.below(4) {
        case 0:
            let weights = graph.constant(try random.tensor(element, [inner, columns]))
            product = try add(MatMul(), [shaped(x, [rows, inner]), weights])
        case 1:
            let weights = graph.constant(try random.tensor(element, [rows, inner]))
            product = try add(MatMul(), [weights, shaped(x, [inner, columns])])
        case 2: return try add(MatMul(), [shaped(x, [inner]), shaped(some(element), [2, inner, columns])])
        default: product = try add(MatMul(), [shaped(x, [rows, inner]), shaped(some(element), [inner, columns])])
        }
        guard random.chance(0.5) else { return product }
        let sum = try add(Binary(.add), [product, graph.constant(random.tensor(element, [columns]))])
        return random.chance(0.5) ? try add(Unary(.relu), [sum]) : sum
    }

    private mutating func convolution() throws -> Value {
        let x = try some(element())
        let (element, stride) = (type(x).element, 1 + random.below(2))
        let bias = random.chance(0.5)
        switch random.below(3) {
        case 0:
            let window = Window(size: [2], strides: [stride], dilations: [1 + random.below(2)], before: [1], after: [0])
            return try add(
                Convolution(
                    weights: random.tensor(element, [2, 2, 2]), bias: bias ? random.tensor(element, [2]) : nil,
                    window: window, activation: random.pick(activations)), [shaped(x, [1, 2, 4])])
        case 1:
            let window = Window(size: [2, 2], strides: [stride, 1], before: [0, 1], after: [1, 0])
            return try add(
                Convolution(
                    weights: random.tensor(element, [2, 1, 2, 2]), bias: bias ? random.tensor(element, [2]) : nil,
                    window: window, groups: 2, activation: random.pick(activations)), [shaped(x, [1, 2, 2, 3])])
        default:
            let window = Window(size: [2], strides: [stride], before: [1], after: [0])
            return try add(
                TransposedConvolution(
                    weights: random.tensor(element, [2, 2, 2]), bias: bias ? random.tensor(element, [2]) : nil,
                    window: window), [shaped(x, [1, 2, 3])])
        }
    }

    // MARK: elements moved and combined

    private mutating func move() throws -> Value {
        let x = try shaped(random.pick(values), [2, 3])
        let shape = graph.shape(of: x)
        switch random.below(6) {
        case 0: return try add(Rearrange.transpose(shape), [x])
        case 1: return try add(Rearrange.slice(shape, starts: [1, 2], counts: [1, 2], steps: [1, -1]), [x])
        case 2:
            guard type(x).element != .bool else { return x }
            return try add(Rearrange.pad(shape, before: [0, 1], after: [1, 0], .constant(2)), [x])
        case 3: return try add(Rearrange.tile(shape, repeats: [1, 2]), [x])
        case 4: return try add(Rearrange.pad(shape, before: [0, 1], after: [1, 1], .reflect), [x])
        default:
            let other = try shaped(some(type(x).element), [1, 3])
            return try add(Rearrange.concatenate([shape, [1, 3]], axis: 0), [x, other])
        }
    }

    private mutating func reduction() throws -> Value {
        let kind = random.pick(Reduce.Kind.allCases)
        if kind == .all || kind == .any {
            return try add(Reduce(kind, axes: [0]), [shaped(some(.bool), [3, 2])])
        }
        let isWhole = random.chance(0.15) && [.sum, .product, .maximum, .minimum, .l1, .sumSquare].contains(kind)
        var x = try some(isWhole ? .int64 : element())
        let shape = random.pick([[2, 3], [4], [3, 1, 2], [9]])
        x = try shaped(x, shape)
        if kind == .logSum { x = try positive(x) }
        let axes: [Int]? = shape.count == 1 ? nil : random.pick([nil, [0], [-1], [0, shape.count - 1]])
        return try add(Reduce(kind, axes: axes, random.chance(0.5) ? .kept : .dropped), [x])
    }

    private mutating func pool() throws -> Value {
        let kind = random.pick([Pool.Kind.max, .max, .average(.padsIncluded), .average(.padsExcluded)])
        let x = try some(element())
        if random.chance(0.5) {
            let window = Window(size: [3], strides: [1 + random.below(2)], before: [1], after: [1])
            return try add(Pool(kind, window: window), [shaped(x, [1, 2, 5])])
        }
        let window = Window(size: [2, 2], strides: [1, 2], after: [1, 0])
        return try add(Pool(kind, window: window, rounding: .up), [shaped(x, [1, 1, 2, 4])])
    }

    private mutating func softmax() throws -> Value {
        let x = try some(element())
        let shape = random.pick([[3], [2, 2], [1], [5], [2, 4]])
        return try add(
            Softmax(axis: random.below(shape.count), random.chance(0.5) ? .plain : .logarithm), [shaped(x, shape)])
    }

    private mutating func order() throws -> Value {
        let shape = random.pick([[3], [2, 3], [5], [1]])
        let axis = random.below(shape.count)
        if random.chance(0.4) {
            let share = random.pick([0, 0.5, 1, 0.25, random.unit()])
            return try add(Quantile(share, axis: random.chance(0.5) ? axis : nil), [shaped(some(.float64), shape)])
        }
        let x = try shaped(some(random.chance(0.8) ? element() : .int64), shape)
        let wanted: Sort.Wanted = random.chance(0.7) ? .elements : .places
        return try add(Sort(random.chance(0.5) ? .ascending : .descending, axis: axis, wanted), [x])
    }

    private mutating func gatheredRows() throws -> Value {
        if random.chance(0.4) {
            let x = try shaped(some(random.chance(0.8) ? element() : .int64), [2, 3])
            let reduced: ReducedAxes = random.chance(0.5) ? .kept : .dropped
            return try add(
                ArgExtremum(
                    random.pick([.max, .min]), axis: random.below(2), reduced, tie: random.pick([.first, .last])), [x])
        }
        let data = try shaped(some(random.chance(0.8) ? element() : .int64), [3, 2])
        var index = try shaped(some(.int64), [2])
        if random.chance(0.8) { index = try add(Unary(.clip(lower: -3, upper: 2)), [index]) }
        if random.chance(0.3) {
            let updates = try shaped(some(type(data).element), [2, 2])
            return try add(ScatterRows(random.pick([.none, .add, .mul, .min, .max])), [data, index, updates])
        }
        return try add(GatherRows(), [data, index])
    }
}
