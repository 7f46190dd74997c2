/// What a node is to those of its inputs that are not constant: which rule bounds it.
package enum Relation: Sendable, Hashable {
    case linear
    /// A function of one number, element by element.
    case curve(Unary.Kind)
    /// The same, of straight pieces.
    case bent(BentLine)
    /// The product of two values, element by element.
    case product
    /// The quotient of two values that are not constant, element by element.
    case quotient
    /// There is an interval rule only.
    case enclosed
}

extension Graph {
    /// nil for inputs and constants.
    package func relation(of value: Value) -> Relation? {
        guard case .operation(let operation) = nodes[value.index].source else { return nil }
        let inputs = nodes[value.index].inputs
        switch operation {
        case let unary as Unary: return relation(of: unary.kind)
        case let line as BentLine: return .bent(line)
        case let binary as Binary: return relation(of: binary.kind, inputs)
        case let dense as Dense: return dense.activation == .none ? .linear : .enclosed
        case let filter as Convolution: return filter.activation == .none ? .linear : .enclosed
        case is TransposedConvolution, is Rearrange: return .linear
        case let reduce as Reduce: return reduce.kind == .sum || reduce.kind == .mean ? .linear : .enclosed
        case let pool as Pool: return pool.kind == .max ? .enclosed : .linear
        case let cast as Cast: return Relation.cast(from: type(of: inputs[0]).element, to: cast.element)
        default: return .enclosed
        }
    }

    private func relation(of kind: Unary.Kind) -> Relation {
        switch kind {
        case .negate: .linear
        case .not: .enclosed
        default: .curve(kind)
        }
    }

    private func relation(of kind: Binary.Kind, _ inputs: [Value]) -> Relation {
        let constants = inputs.map { constant(of: $0) != nil }
        switch kind {
        case .add, .subtract: return .linear
        case .multiply: return constants.contains(true) ? .linear : .product
        // Integers are divided without a remainder.
        case .divide:
            guard type(of: inputs[0]).element.isReal else { return .enclosed }
            return constants[1] ? .linear : constants[0] ? .enclosed : .quotient
        default: return .enclosed
        }
    }
}

extension Relation {
    /// What cuts digits off, or asks for nonzero, is a step; integers and truth values are numbers as they stand.
    fileprivate static func cast(from source: ElementType, to target: ElementType) -> Relation {
        switch (source, target) {
        case (_, .float32), (_, .float64), (.int64, .int64), (.bool, .int64), (.bool, .bool): .linear
        default: .enclosed
        }
    }
}
