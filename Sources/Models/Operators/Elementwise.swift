import Tensors

/// Functions of one number, applied to each element.
enum Elementwise {
    static let rules: [String: OperatorRule] = [
        "Identity": { [try $0.input(0)] },
        "Neg": wrapping(.negate),
        "Abs": wrapping(.absolute),
        "Sign": unary(.sign),
        "Floor": unary(.floor),
        "Ceil": unary(.ceiling),
        "Round": unary(.round),
        "Sqrt": unary(.squareRoot),
        "Reciprocal": unary(.reciprocal),
        "Exp": unary(.exponential),
        "Log": unary(.logarithm),
        "Sin": unary(.sine),
        "Cos": unary(.cosine),
        "Tan": unary(.tangent),
        "Asin": unary(.arcsine),
        "Acos": unary(.arccosine),
        "Atan": unary(.arctangent),
        "Sinh": unary(.hyperbolicSine),
        "Cosh": unary(.hyperbolicCosine),
        "Tanh": unary(.hyperbolicTangent),
        "Asinh": unary(.areaSine),
        "Acosh": unary(.areaCosine),
        "Atanh": unary(.areaTangent),
        "Erf": unary(.errorFunction),
        "Not": unary(.not),
        "IsNaN": { node in [try node.compose { try $0.isNaN(node.input(0)) }] },
        "IsInf": isInfinite,
        "Cast": { node in [try cast(node, to: ElementKind(number: Int64(node.integer("to", default: 0))))] },
        "CastLike": castLike,
    ]

    static func unary(_ kind: Unary.Kind) -> OperatorRule {
        { node in [try node.unary(kind, node.input(0))] }
    }

    /// The least whole number of a kind is its own negative.
    private static func wrapping(_ kind: Unary.Kind) -> OperatorRule {
        { node in [try node.wrapped(node.unary(kind, node.input(0)))] }
    }

    private static let isInfinite: OperatorRule = { node in
        let x = try node.input(0)
        let positive = try node.flag("detect_positive", default: true)
        let negative = try node.flag("detect_negative", default: true)
        switch (positive, negative) {
        case (true, true): return [try node.compose { try $0.isInfinite(x) }]
        case (true, false): return [try node.binary(.equal, x, .infinity)]
        case (false, true): return [try node.binary(.equal, x, -.infinity)]
        case (false, false):
            let none = node.constant(.scalar(false))
            return [try node.expand(none, to: node.shape(x))]
        }
    }

    private static let castLike: OperatorRule = { node in
        let element = node.element(try node.input(1))
        return [try cast(node, to: node.declaredKind(1) ?? ElementKind(element))]
    }

    /// Whole numbers of any width are int64 in the graph; one that is cast to fewer bits keeps the last of them.
    private static func cast(_ node: Application, to kind: ElementKind) throws -> Value {
        let x = try node.input(0)
        let result = try node.cast(x, to: kind.computed())
        if kind.isStoredOnly {
            return try node.stored(result, as: kind, saturates: node.flag("saturate", default: true))
        }
        let isSmall = (kind.bits ?? 64) < 8
        return node.element(x) == .int64 || isSmall ? try node.wrapped(result, as: kind) : result
    }
}
