/// Functions that are made of operators.
extension Graph {
    /// x · Φ(x), by the error function.
    package mutating func gelu(_ x: Value) throws(ShapeError) -> Value {
        let scaled = try scale(x, by: 0.5.squareRoot())
        return try half(x, timesOnePlus: add(Unary(.errorFunction), [scaled]))
    }

    /// The approximation of `gelu` with tanh: x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
    package mutating func geluTanh(_ x: Value) throws(ShapeError) -> Value {
        let cube = try add(Binary(.multiply), [add(Unary(.square), [x]), x])
        let sum = try add(Binary(.add), [x, scale(cube, by: 0.044715)])
        let scaled = try scale(sum, by: (2 / Double.pi).squareRoot())
        return try half(x, timesOnePlus: add(Unary(.hyperbolicTangent), [scaled]))
    }

    /// x · sigmoid(beta · x).
    package mutating func swish(_ x: Value, beta: Double = 1) throws(ShapeError) -> Value {
        let scaled = beta == 1 ? x : try scale(x, by: beta)
        return try add(Binary(.multiply), [x, add(Unary(.sigmoid), [scaled])])
    }

    /// x · tanh(softplus(x)).
    package mutating func mish(_ x: Value) throws(ShapeError) -> Value {
        try add(Binary(.multiply), [x, add(Unary(.hyperbolicTangent), [add(Unary(.softplus), [x])])])
    }

    /// max(x, 0) + min(0, alpha · (exp(x / alpha) - 1)).
    package mutating func celu(_ x: Value, alpha: Double) throws(ShapeError) -> Value {
        try scale(add(Unary(.elu(alpha: 1)), [scale(x, by: 1 / alpha)]), by: alpha)
    }

    /// x · min(max(x / 6 + 1/2, 0), 1).
    package mutating func hardSwish(_ x: Value) throws(ShapeError) -> Value {
        try add(Binary(.multiply), [x, add(Unary(.hardSigmoid(alpha: 1.0 / 6, beta: 0.5)), [x])])
    }

    /// x where x >= 0, else slope · x; the slope is broadcast to x.
    package mutating func parametricRelu(_ x: Value, slope: Value) throws(ShapeError) -> Value {
        let positive = try add(Binary(.greaterOrEqual), [x, number(0, like: x)])
        return try add(Select(), [positive, x, add(Binary(.multiply), [slope, x])])
    }

    package mutating func isNaN(_ x: Value) throws(ShapeError) -> Value {
        try add(Unary(.not), [add(Binary(.equal), [x, x])])
    }

    package mutating func isInfinite(_ x: Value) throws(ShapeError) -> Value {
        try add(Binary(.equal), [add(Unary(.absolute), [x]), number(.infinity, like: x)])
    }

    package mutating func notEqual(_ first: Value, _ second: Value) throws(ShapeError) -> Value {
        try add(Unary(.not), [add(Binary(.equal), [first, second])])
    }

    /// A margin made strict: 0 becomes the negative number nearest to it, NaN -infinity.
    package mutating func strict(_ margin: Value) throws(ShapeError) -> Value {
        try add(Compare(.less), [number(0, like: margin), margin])
    }

    /// A scalar of the element type of `x`.
    package mutating func number(_ number: Double, like x: Value) throws(ShapeError) -> Value {
        constant(try Tensor(TensorType(type(of: x).element, .scalar), rounding: [number]))
    }

    private mutating func scale(_ x: Value, by factor: Double) throws(ShapeError) -> Value {
        try add(Binary(.multiply), [x, number(factor, like: x)])
    }

    private mutating func half(_ x: Value, timesOnePlus y: Value) throws(ShapeError) -> Value {
        try add(Binary(.multiply), [scale(x, by: 0.5), add(Binary(.add), [y, number(1, like: x)])])
    }
}
