/// One number of a graph: an element of a value, by its place in row-major order.
package struct GraphElement: Sendable, Hashable {
    package let value: Value
    package let place: Int

    package init(_ value: Value, _ place: Int) { (self.value, self.place) = (value, place) }
}

/// Reading a graph number by number.
extension Graph {
    /// What an element is that was only moved: one that was not, or a number that depends on no input.
    package enum Origin: Sendable {
        case element(GraphElement)
        case constant(Double)
    }

    package func origin(of element: GraphElement) -> Origin {
        var element = element
        while true {
            let node = nodes[element.value.index]
            switch node.source {
            case .input: return .element(element)
            case .constant(let tensor): return .constant(tensor.double(at: element.place))
            case .operation(let operation):
                switch operation {
                case let move as Rearrange:
                    guard let source = move.source(of: element.place, node.inputs) else { return .constant(move.fill) }
                    element = source
                case is GatherRows:
                    guard let source = row(of: element.place, node.inputs) else { return .element(element) }
                    element = source
                default: return .element(element)
                }
            }
        }
    }

    /// An element as another and a constant that is added to it; no other where it is constant.
    package func displacement(of element: GraphElement) -> (base: GraphElement?, offset: Double) {
        var (element, offset) = (element, 0.0)
        while true {
            guard case .element(let own) = origin(of: element) else {
                if case .constant(let number) = origin(of: element) { return (nil, offset + number) }
                return (element, offset)
            }
            guard case .operation(let operation) = nodes[own.value.index].source, let sum = operation as? Binary,
                sum.kind == .add || sum.kind == .subtract
            else { return (own, offset) }
            let terms = operands(of: own)
            if case .constant(let number) = origin(of: terms[1]) {
                offset += sum.kind == .add ? number : -number
                element = terms[0]
            } else if sum.kind == .add, case .constant(let number) = origin(of: terms[0]) {
                offset += number
                element = terms[1]
            } else {
                return (own, offset)
            }
        }
    }

    /// The element of a table that a constant index names.
    private func row(of place: Int, _ inputs: [Value]) -> GraphElement? {
        let (data, inner) = (shape(of: inputs[0]), shape(of: inputs[0]).count / max(shape(of: inputs[0])[0], 1))
        guard let index = constant(of: inputs[1])?.double(at: place / max(inner, 1)), index >= -Double(data[0]),
            index < Double(data[0])
        else { return nil }
        let row = index < 0 ? Int(index) + data[0] : Int(index)
        return GraphElement(inputs[0], row * inner + place % inner)
    }

    /// What an element of a result is made of where operands are broadcast.
    package func operands(of element: GraphElement) -> [GraphElement] {
        let node = nodes[element.value.index]
        return node.inputs.map { input in
            let shape = shape(of: input)
            guard shape != node.type.shape else { return GraphElement(input, element.place) }
            var (rest, place) = (element.place, 0)
            for (axis, step) in shape.steps(in: node.type.shape).enumerated().reversed() {
                place += rest % node.type.shape[axis] * step
                rest /= node.type.shape[axis]
            }
            return GraphElement(input, place)
        }
    }

    /// The elements that are reduced to one, in row-major order.
    package func members(of element: GraphElement, _ reduce: Reduce) throws(ShapeError) -> [GraphElement] {
        let input = nodes[element.value.index].inputs[0]
        return try reduce.members(of: element.place, from: shape(of: input)).map { GraphElement(input, $0) }
    }
}

extension Rearrange {
    /// Where an element comes from; nil for the fill value.
    fileprivate func source(of place: Int, _ inputs: [Value]) -> GraphElement? {
        guard case .table(let table) = map else { return GraphElement(inputs[0], place) }
        var row = Int(table[place])
        guard row >= 0 else { return nil }
        for (input, count) in zip(inputs, counts) {
            if row < count { return GraphElement(input, row) }
            row -= count
        }
        return nil
    }
}

extension Tensor {
    package func double(at place: Int) -> Double {
        switch storage {
        case .float32(let elements): Double(elements[place])
        case .float64(let elements): elements[place]
        case .int64(let elements): Double(elements[place])
        case .bool(let elements): elements[place] ? 1 : 0
        }
    }
}
