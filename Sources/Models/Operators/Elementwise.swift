import Tensors

/// Functions of one number, applied to each element.
enum Elementwise {
    static let rules: [String: OperatorRule] = [
        "Identity": { [try $0.input(0)] },
        "Neg": unary(.negate),
        "Abs": unary(.absolute),
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
        "Cast": { node in [try cast(node, to: node.integer("to", default: 0))] },
        "CastLike": castLike,
    ]

    static func unary(_ kind: Unary.Kind) -> OperatorRule {
        { node in [try node.unary(kind, node.input(0))] }
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
        [try node.cast(node.input(0), to: node.element(node.input(1)))]
    }

    /// Whole numbers of any width are int64 in the graph, so a cast between them keeps the value; one that would have
    /// wrapped around does not.
    private static func cast(_ node: Application, to number: Int) throws -> Value {
        let kind = try ElementKind(number: Int64(number))
        return try node.cast(node.input(0), to: kind.computed())
    }
}
