import Tensors

/// The operators that the checker knows; every other is refused by name.
extension Circuit {
    mutating func read(
        _ operation: any Operator, _ inputs: [Wires], _ type: TensorType
    ) throws(Unsupported) -> [Int32] {
        switch operation {
        case let rearrange as Rearrange: return try self.rearrange(rearrange, inputs)
        case let cast as Cast: return try self.cast(inputs[0], to: cast.element)
        case let unary as Unary: return try self.unary(unary, inputs[0])
        case let binary as Binary: return try self.binary(binary, inputs, type)
        case let dense as Dense: return try self.dense(dense, inputs[0], type)
        case let product as MatMul: return try matrixProduct(product, inputs[0], inputs[1], type)
        case let filter as Convolution: return try convolution(filter, inputs[0], type)
        case let reduce as Reduce: return try self.reduce(reduce, inputs[0], type)
        case let pool as Pool: return try self.pool(pool, inputs[0], type)
        case let compare as Compare: return try self.compare(compare, inputs, type)
        case let answer as ArgIs: return try self.answer(answer, inputs[0], inputs[1])
        case let ensemble as TreeEnsemble: return try self.ensemble(ensemble, inputs[0], type)
        case let gather as GatherRows: return try rows(gather, inputs[0], inputs[1])
        default: throw Unsupported("operator \(operation.name)")
        }
    }

    private mutating func rearrange(_ rearrange: Rearrange, _ inputs: [Wires]) throws(Unsupported) -> [Int32] {
        let all = inputs.flatMap(\.gates)
        guard case .table(let table) = rearrange.map else { return all }
        var fill: Int32?
        var result: [Int32] = []
        for place in table {
            if place >= 0, Int(place) < all.count {
                result.append(all[Int(place)])
            } else {
                if fill == nil { fill = try add(.constant(rearrange.fill)) }
                result.append(fill ?? 0)
            }
        }
        return result
    }

    private mutating func cast(_ input: Wires, to element: ElementType) throws(Unsupported) -> [Int32] {
        switch (input.type.element, element) {
        case (.float32, .float32), (.float32, .float64), (.float64, .float64), (.int64, .int64), (.bool, .bool),
            (.int64, .float64), (.bool, .int64), (.bool, .float64), (.bool, .float32):
            return input.gates
        case (.float64, .int64) where input.gates.allSatisfy({ precision(of: $0) == .whole }):
            return input.gates
        case (.float64, .float32), (.int64, .float32):
            let allowance = Allowance.once(terms: 1, .float32)
            var result: [Int32] = []
            for gate in input.gates {
                let isExact = precision(of: gate) == .float32 || constant(gate).map { Double(Float($0)) == $0 } ?? false
                result.append(
                    isExact ? gate : try sum([.init(source: gate, weight: 1)], allowance, .float32))
            }
            return result
        default: throw Unsupported("operator cast from \(input.type.element.rawValue) to \(element.rawValue)")
        }
    }
}
