@testable import Tensors

/// Loops that are tried.
enum Loop {
    typealias Build = (inout Graph, _ inputs: [Value]) throws -> Value

    /// A body: the state first, then what is given row by row, then what is captured.
    static func body(_ types: [TensorType], _ build: Build) throws -> Graph {
        var body = Graph()
        var inputs: [Value] = []
        for (index, type) in types.enumerated() { inputs.append(try body.input("in \(index)", type)) }
        body.output("next", try build(&body, inputs))
        return body
    }

    /// tanh(W·state + b), turned by what is captured.
    static func network(_ element: ElementType) throws -> Graph {
        var noise = Noise(seed: 17)
        func rounded(_ tensor: Tensor) throws -> Tensor {
            try Tensor(TensorType(element, tensor.shape), rounding: tensor.doubles)
        }
        let (weights, bias) = (try rounded(noise.tensor([3, 3])), try rounded(noise.tensor([3])))
        return try body([TensorType(element, [3]), TensorType(element, [3])]) { graph, inputs in
            let product = try graph.add(MatMul(), [inputs[0], graph.constant(weights.transposed())])
            let layer = try graph.add(Binary(.add), [product, graph.constant(bias)])
            return try graph.add(Binary(.multiply), [graph.add(Unary(.hyperbolicTangent), [layer]), inputs[1]])
        }
    }

    /// state · captured + sin(row), the state a matrix.
    static func sum(_ element: ElementType) throws -> Graph {
        try body([TensorType(element, [2, 2]), TensorType(element, [2]), TensorType(element, [])]) { graph, inputs in
            let kept = try graph.add(Binary(.multiply), [inputs[0], inputs[2]])
            return try graph.add(Binary(.add), [kept, graph.add(Unary(.sine), [inputs[1]])])
        }
    }
}

extension Subject {
    static func loops(_ element: ElementType) -> [Subject] {
        guard let network = try? Loop.network(element), let sum = try? Loop.sum(element) else { return [] }
        return [
            Subject("iterate", Iterate(body: network, times: 4), [[3], [3]]),
            Subject("iterate, trace", Iterate(body: network, times: 3, result: .trace), [[3], [3]]),
            Subject("iterate, never", Iterate(body: network, times: 0, result: .trace), [[3], [3]]),
            Subject("fold", Iterate(body: sum, times: 5, scanned: 1), [[2, 2], [5, 2], []]),
            Subject("fold, trace", Iterate(body: sum, times: 2, scanned: 1, result: .trace), [[2, 2], [2, 2], []]),
        ]
    }
}

extension Graph {
    /// The same graph without loops: their bodies one behind the other, in bodies of rows as well.
    func withoutLoops() throws -> Graph {
        var graph = Graph()
        var image: [Value] = []
        for node in nodes {
            let inputs = node.inputs.map { image[$0.index] }
            switch node.source {
            case .input(let name): image.append(try graph.input(name, node.type))
            case .constant(let tensor): image.append(graph.constant(tensor))
            case .operation(let loop as Iterate): image.append(try graph.steps(of: loop, inputs))
            case .operation(let region as ForEachRow):
                let rest = ForEachRow(
                    body: try region.body.withoutLoops(), tables: region.tables, reduction: region.reduction,
                    rows: region.rows)
                image.append(try graph.add(rest, inputs))
            case .operation(let operation): image.append(try graph.add(operation, inputs))
            }
        }
        for output in outputs { graph.output(output.name, image[output.value.index]) }
        return graph
    }

    private mutating func steps(of loop: Iterate, _ inputs: [Value]) throws -> Value {
        let body = try loop.body.withoutLoops()
        var states = [inputs[0]]
        for step in 0..<loop.times {
            var arguments = [states[step]]
            for (place, input) in inputs.enumerated().dropFirst() {
                guard place <= loop.scanned else {
                    arguments.append(input)
                    continue
                }
                let slice = try add(Rearrange.slice(shape(of: input), axis: 0, from: step, count: 1), [input])
                let row = try type(of: input).row().shape
                arguments.append(try add(Rearrange.reshape(shape(of: slice), to: row), [slice]))
            }
            states += try splice(body, inputs: arguments)
        }
        guard loop.result == .trace else { return states[loop.times] }
        let wide = try Shape([1] + shape(of: states[0]).dimensions)
        let rows = try states.map { try add(Rearrange.reshape(shape(of: $0), to: wide), [$0]) }
        return try add(Rearrange.concatenate(rows.map { shape(of: $0) }, axis: 0), rows)
    }
}
