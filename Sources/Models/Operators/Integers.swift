import Tensors

/// Whole numbers of fixed width: their bits, and what wraps around.
enum Integers {
    static let rules: [String: OperatorRule] = [
        "BitwiseAnd": bitwise(.and),
        "BitwiseOr": bitwise(.or),
        "BitwiseXor": bitwise(.xor),
        "BitwiseNot": { node in
            // All bits of an unsigned number are those of the greatest; of a signed one those of -1.
            let kind = node.integerKind
            let all = kind.isSigned ? -1 : Double(kind.integerRange?.upperBound ?? -1)
            let x = try node.input(0)
            return [try node.binary(.subtract, node.scalar(all, like: x), x)]
        },
        "BitShift": shift,
        "BitCast": reinterpreted,
    ]

    private static func bitwise(_ kind: Bitwise.Kind) -> OperatorRule {
        { node in
            let (first, second) = (try node.input(0), try node.input(1))
            try node.allow(elements: node.shape(first).broadcast(with: node.shape(second), in: "bits").count)
            return [try node.add(Bitwise(kind), first, second)]
        }
    }

    /// What is shifted by as many bits as there are, or by less than none, is all sign.
    private static let shift: OperatorRule = { node in
        let (x, distance) = (try node.input(0), try node.input(1))
        let isLeft: Bool
        switch try node.text("direction", default: "") {
        case "LEFT": isLeft = true
        case "RIGHT": isLeft = false
        case let direction: throw ModelError("direction `\(direction)` is neither LEFT nor RIGHT")
        }
        try node.allow(elements: node.shape(x).broadcast(with: node.shape(distance), in: "BitShift").count)
        let shifted = try node.add(Bitwise(isLeft ? .shiftLeft : .shiftRight), x, distance)
        return [isLeft ? try node.wrapped(shifted) : shifted]
    }
}

extension Integers {
    /// The same bits as another kind of the same width: computed between whole numbers, else of constants alone.
    private static let reinterpreted: OperatorRule = { node in
        let x = try node.input(0)
        let kind = try ElementKind(number: Int64(node.integer("to", default: 0)))
        let own = node.declaredKind(0) ?? ElementKind(node.element(x))
        if own == kind { return [x] }
        if own == .bool, kind.bits == 8 { return [try node.cast(x, to: .int64)] }
        if own.bits != nil, own.bits == kind.bits { return [try node.wrapped(x, as: kind)] }
        guard let tensor = node.tensor(x) else {
            throw ModelError("the bits of real numbers that are computed from the model's inputs are not supported")
        }
        let (numbers, integers, shape) = (tensor.doubles, tensor.integers ?? [], tensor.shape)
        switch (own, kind) {
        case (.float32, .int32):
            return [node.constant(try Tensor(shape, tensor.floats.map { Int64(Int32(bitPattern: $0.bitPattern)) }))]
        case (.float32, .uint32): return [node.constant(try Tensor(shape, tensor.floats.map { Int64($0.bitPattern) }))]
        case (.float64, .int64):
            return [node.constant(try Tensor(shape, numbers.map { Int64(bitPattern: $0.bitPattern) }))]
        case (.int32, .float32), (.uint32, .float32):
            return [
                node.constant(try Tensor(shape, integers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
            ]
        case (.int64, .float64):
            return [node.constant(try Tensor(shape, integers.map { Double(bitPattern: UInt64(bitPattern: $0)) }))]
        default: throw ModelError("the bits of \(own.name) as \(kind.name)")
        }
    }
}

extension Application {
    /// The kind of the first input that is made of whole numbers.
    var integerKind: ElementKind {
        inputs.indices.compactMap(declaredKind).first { $0.integerRange != nil } ?? .int64
    }

    /// Whole numbers brought into the range of a kind, modulo the number of its values: arithmetic of up to 32 bits wraps
    /// around. Real numbers, and whole ones of 64 bits, which are exact up to 2^53, stay as they are.
    func wrapped(_ value: Value, as given: ElementKind? = nil) throws -> Value {
        let kind = given ?? integerKind
        guard element(value) == .int64, let range = kind.integerRange, let bits = kind.bits, bits <= 32 else {
            return value
        }
        let (size, low) = (Double(sign: .plus, exponent: bits, significand: 1), Double(range.lowerBound))
        if low == 0 { return try binary(.modulo, value, size) }
        return try binary(.add, binary(.modulo, binary(.subtract, value, low), size), low)
    }

    /// A product of whole numbers, exactly where the kind has up to 32 bits.
    func product(_ first: Value, _ second: Value) throws -> Value {
        guard element(first) == .int64, integerKind.bits == 32 else {
            return try wrapped(binary(.multiply, first, second))
        }
        // Two halves of 16 bits: no part of the product exceeds 2^53.
        let half = 65_536.0
        let low = try binary(.modulo, first, half)
        let high = try binary(.divide, binary(.subtract, first, low), half)
        let carried = try binary(.multiply, binary(.modulo, binary(.multiply, high, second), half), half)
        return try wrapped(binary(.add, carried, binary(.multiply, low, second)))
    }
}

extension ElementKind {
    var isSigned: Bool { integerRange.map { $0.lowerBound < 0 } ?? true }

    /// Of a whole number.
    var bits: Int? {
        switch self {
        case .int2, .uint2: 2
        case .int4, .uint4: 4
        case .int8, .uint8: 8
        case .int16, .uint16: 16
        case .int32, .uint32: 32
        case .int64, .uint64: 64
        default: nil
        }
    }
}
