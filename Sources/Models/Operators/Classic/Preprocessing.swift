import Tensors

/// What is done to features before a model sees them, column by column.
enum Preprocessing {
    static let rules: [String: OperatorRule] = [
        "Scaler": scaler,
        "Normalizer": normalizer,
        "Imputer": imputer,
        "Binarizer": { node in
            let x = try node.input(0)
            let isAbove = try node.binary(.greater, x, node.float("threshold", default: 0))
            return [try node.cast(isAbove, to: node.element(x))]
        },
        "FeatureVectorizer": { node in
            let parts = try node.allInputs().map { part -> Value in
                let row = node.shape(part).rank == 1 ? try node.reshape(part, [1, node.shape(part)[0]]) : part
                return try node.cast(row, to: .float32)
            }
            return [try node.concatenate(parts, axis: 1)]
        },
        "ArrayFeatureExtractor": arrayFeatureExtractor,
    ]

    /// One number for all columns, or one for each.
    private static func columns(_ numbers: [Double], _ name: String, _ node: Application, _ x: Value) throws -> Value {
        let count = node.shape(x).dimensions.last ?? 1
        guard [1, count].contains(numbers.count) else {
            throw ModelError("attribute `\(name)` has \(numbers.count) numbers for \(count) columns")
        }
        return try node.row(numbers, like: x)
    }

    private static let scaler: OperatorRule = { node in
        let given = try node.input(0)
        let x = node.element(given) == .float64 ? given : try node.cast(given, to: .float32)
        let offset = try columns((node.floats("offset") ?? [0]).map(Double.init), "offset", node, x)
        let scale = try columns((node.floats("scale") ?? [1]).map(Double.init), "scale", node, x)
        return [try node.cast(node.binary(.multiply, node.binary(.subtract, x, offset), scale), to: .float32)]
    }

    private static let normalizer: OperatorRule = { node in
        let x = try node.rows()
        let norm: Value
        switch try node.text("norm", default: "MAX") {
        case "MAX": norm = try node.add(Reduce(.maximum, axes: [1], .kept), x)
        case "L1": norm = try node.add(Reduce(.l1, axes: [1], .kept), x)
        case "L2": norm = try node.add(Reduce(.l2, axes: [1], .kept), x)
        case let name: throw ModelError("norm `\(name)` is unknown")
        }
        let isZero = try node.binary(.equal, norm, 0)
        return [try node.binary(.divide, x, node.add(Select(), isZero, node.scalar(1, like: x), norm))]
    }

    private static let imputer: OperatorRule = { node in
        let x = try node.input(0)
        let isWhole = !node.element(x).isReal
        let replacements =
            isWhole
            ? try node.integers("imputed_value_int64s")?.map(Double.init)
            : try node.floats("imputed_value_floats")?.map(Double.init)
        guard let replacements else { throw ModelError("it says no values to put in") }
        let replacement = try node.expand(columns(replacements, "imputed_value", node, x), to: node.shape(x))
        let replaced =
            isWhole
            ? Double(try node.integer("replaced_value_int64", default: 0))
            : try node.float("replaced_value_float", default: 0)
        let isReplaced = replaced.isNaN ? try node.compose { try $0.isNaN(x) } : try node.binary(.equal, x, replaced)
        return [try node.add(Select(), isReplaced, replacement, x)]
    }

    /// Columns by number; the numbers may be computed, as where a model picks its label from a list.
    private static let arrayFeatureExtractor: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard shape.rank > 0 else { throw ModelError("a scalar has no columns") }
        let count = shape[shape.rank - 1]
        let places = try node.input(1)
        if node.tensor(places) == nil {
            let rows = shape.rank == 1 ? try node.reshape(x, [1, count]) : x
            let columns = try node.reshape(places, [node.shape(places).count])
            return [try node.rows(of: rows, axis: node.shape(rows).rank - 1, columns)]
        }
        let wanted = try node.integers(1, "Y")
        guard wanted.allSatisfy((0..<count).contains), !wanted.isEmpty else {
            throw ModelError("columns \(wanted) of \(count)")
        }
        let outer = shape.dimensions.dropLast().reduce(1, *)
        let table = (0..<outer).flatMap { row in wanted.map { row * count + $0 } }
        let result = Array(shape.dimensions.dropLast()) + [wanted.count]
        return [try node.pick(x, table, shape: node.allowedShape(shape.rank == 1 ? [1, wanted.count] : result))]
    }
}
