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
            guard let truth = isNumber(GraphElement(x, place)) else { return try add(IsNumber(), [x, x]) }
            truths.append(truth)
        }
        return constant(try Tensor(shape, truths))
    }

    /// Of what is only moved and rounded: inputs are never NaN.
    private func isNumber(_ element: GraphElement) -> Bool? {
        var element = element
        while true {
            switch graph.origin(of: element) {
            case .constant(let number): return !number.isNaN
            case .element(let own):
                element = own
                switch graph.nodes[own.value.index].source {
                case .input: return true
                case .operation(let operation):
                    guard let cast = operation as? Cast, cast.element.isReal,
                        let first = graph.nodes[own.value.index].inputs.first
                    else { return nil }
                    element = GraphElement(first, own.place)
                case .constant: return nil
                }
            }
        }
    }
}
