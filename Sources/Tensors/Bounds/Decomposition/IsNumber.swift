/// Whether numbers are not NaN, element by element: `x == x`, which is certain wherever bounds of x are known.
struct IsNumber: Operator {
    var name: String { "is a number" }

    func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        try Binary(.equal).resultType(of: inputs)
    }

    func readsUniform(_ index: Int) -> Bool { true }

    func prepare(_ site: Site) throws(ShapeError) -> any Step { Binary(.equal).prepare(site) }
}

extension IsNumber: Enclosing {
    func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs, output, lanes) { Enclosure.isKnown($0[0]) ? (1, 1) : Enclosure.either }
    }
}

extension Decomposer {
    /// `x == x`, constant where each element is known to be NaN or not.
    mutating func isNumber(_ x: Value) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        var truths: [Bool] = []
        for place in 0..<shape.count {
            switch kind(of: GraphElement(x, place), depth: 0) {
            case .finite, .number: truths.append(true)
            case .nan: truths.append(false)
            case .any: return try add(IsNumber(), [x, x])
            }
        }
        return constant(try Tensor(shape, truths))
    }

    private enum NumberKind {
        case finite
        /// Finite or infinite.
        case number
        case nan, any
    }

    /// Of what is moved, rounded and added: inputs are finite. Sums of what is finite may overflow, and are numbers still.
    private func kind(of element: GraphElement, depth: Int) -> NumberKind {
        guard case .element(let own) = graph.origin(of: element) else {
            guard case .constant(let number) = graph.origin(of: element) else { return .any }
            return number.isNaN ? .nan : number.isFinite ? .finite : .number
        }
        guard case .operation(let operation) = graph.nodes[own.value.index].source, depth < 16 else {
            if case .input = graph.nodes[own.value.index].source { return .finite }
            return .any
        }
        let kinds = graph.operands(of: own).map { kind(of: $0, depth: depth + 1) }
        switch operation {
        case let cast as Cast where cast.element.isReal:
            return kinds[0] == .finite ? .number : kinds[0]
        case let binary as Binary where binary.kind == .add || binary.kind == .subtract:
            return kinds.allSatisfy { $0 == .finite } ? .number : .any
        default: return .any
        }
    }
}
