import Testing

@testable import Tensors

@Suite struct LawTests {
    @Test(arguments: Subject.all) func gradientIsThatOfDifferences(_ subject: Subject) throws {
        let (graph, output) = try subject.weighted()
        let evaluator = try Evaluator(
            graph, outputs: [output], gradient: .init(of: output, to: graph.inputs.map(\.value)))
        let steady = try subject.standIn.map { try Subject(subject.name, $0, subject.shapes).evaluator() } ?? evaluator
        let batch = try subject.batch(5, seed: 3)
        let gradients = try evaluator.runWithGradient(batch).gradients
        for (input, tensor) in batch.enumerated() {
            let slopes = gradients[input].doubles
            let size = tensor.count / 5
            for element in 0..<size {
                let differences = try differences(steady, batch, input, element, size)
                for lane in 0..<5 {
                    let (expected, found) = (differences[lane], slopes[lane * size + element])
                    #expect(
                        abs(expected - found) <= 2e-5 * max(1, abs(expected)),
                        "input \(input), element \(element): \(found), not \(expected)")
                }
            }
        }
    }

    /// Of the sum of the output, by one element of one input, in each row of the batch.
    private func differences(
        _ evaluator: Evaluator, _ batch: [Tensor], _ input: Int, _ element: Int, _ size: Int
    ) throws -> [Double] {
        let step = 1e-6
        func sums(_ shift: Double) throws -> [Double] {
            var values = batch[input].doubles
            for lane in 0..<5 { values[lane * size + element] += shift }
            var moved = batch
            moved[input] = try Tensor(batch[input].shape, values)
            let output = try evaluator.run(moved)[0].doubles
            let count = output.count / 5
            return (0..<5).map { output[($0 * count)..<(($0 + 1) * count)].reduce(0, +) }
        }
        return zip(try sums(step), try sums(-step)).map { ($0 - $1) / (2 * step) }
    }

    /// A lane's bits depend neither on how many lanes there are nor on where it is.
    @Test(arguments: Subject.all, [ElementType.float32, .float64])
    func lanesDoNotMatter(_ subject: Subject, _ element: ElementType) throws {
        guard element == .float64 || !subject.needsFloat64 else { return }
        let (graph, output) = try subject.graph(of: element)
        let evaluator = try Evaluator(
            graph, outputs: [output], gradient: .init(of: output, to: graph.inputs.map(\.value)))
        let batch = try subject.batch(64, seed: 5, element)
        let whole = try evaluator.runWithGradient(batch)
        for (first, count) in [(0, 1), (17, 3), (40, 20), (3, 40), (16, 48)] {
            let part = try evaluator.runWithGradient(batch.map { try $0.rows(first, count) })
            for (mine, all) in zip(part.outputs + part.gradients, whole.outputs + whole.gradients) {
                let kept = try all.rows(first, count)
                #expect(mine == kept, "\(count) lanes from \(first)")
            }
        }
    }

    @Test(arguments: Subject.all) func passesAndSharedMemoryChangeNoBit(_ subject: Subject) throws {
        let (graph, output) = try subject.chain()
        let batch = try subject.batch(9, seed: 9)
        let gradient = Evaluator.Gradient(of: output, to: graph.inputs.map(\.value))
        let plain = try Evaluator(graph, outputs: [output], gradient: gradient, passes: .none, memory: .separate)
        let tuned = try Evaluator(graph, outputs: [output], gradient: gradient, passes: .all, memory: .shared)
        let (expected, found) = (try plain.runWithGradient(batch), try tuned.runWithGradient(batch))
        #expect(expected.outputs == found.outputs)
        #expect(expected.gradients == found.gradients)
    }

    @Test(arguments: Subject.all) func threadsDoNotMatter(_ subject: Subject) throws {
        let (graph, output) = try subject.graph()
        let evaluator = try Evaluator(graph, outputs: [output])
        let batch = try subject.batch(300, seed: 2)
        let (one, two) = (try evaluator.run(batch, threads: 1), try evaluator.run(batch, threads: 2))
        #expect(one == two)
    }
}

extension Subject {
    /// Margins and quantiles are of float64.
    var needsFloat64: Bool { operation is Compare || operation is Quantile }

    /// With weights of that type.
    func graph(of element: ElementType) throws -> (graph: Graph, output: Value) {
        func rounded(_ weights: Tensor) throws -> Tensor {
            try Tensor(TensorType(element, weights.shape), rounding: weights.doubles)
        }
        let operation: any Operator =
            switch self.operation {
            case let dense as Dense:
                Dense(
                    weights: try rounded(dense.weights), bias: try dense.bias.map(rounded), activation: dense.activation
                )
            case let filter as Convolution:
                Convolution(
                    weights: try rounded(filter.weights), bias: try filter.bias.map(rounded), window: filter.window,
                    groups: filter.groups, activation: filter.activation)
            case let filter as TransposedConvolution:
                TransposedConvolution(
                    weights: try rounded(filter.weights), bias: try filter.bias.map(rounded), window: filter.window,
                    outputPadding: filter.outputPadding, groups: filter.groups)
            case is Iterate: Subject.loops(element).first { $0.name == name }?.operation ?? self.operation
            default: self.operation
            }
        return try Subject(name, operation, shapes, in: range).graph(element)
    }

    /// Each element of the output weighs something else. The gradient of a plain sum is blind to what sums to a
    /// constant, as softmax does, and to elements that changed places.
    func weighted() throws -> (graph: Graph, output: Value) {
        var (graph, output) = try graph()
        var noise = Noise(seed: 13)
        let weights = graph.constant(noise.tensor(graph.shape(of: output).dimensions))
        output = try graph.add(Binary(.multiply), [output, weights])
        return (graph, output)
    }

    func evaluator() throws -> Evaluator {
        let (graph, output) = try weighted()
        return try Evaluator(graph, outputs: [output])
    }

    /// The operator between others that fuse, alias and share with it.
    func chain() throws -> (graph: Graph, output: Value) {
        var (graph, output) = try graph()
        let flat = try graph.add(
            Rearrange.reshape(graph.shape(of: output), to: Shape([graph.shape(of: output).count])), [output])
        let active = try graph.add(Unary(.relu), [flat])
        let twice = try graph.add(Binary(.multiply), [active, flat])
        let sum = try graph.add(Binary(.add), [twice, graph.add(Unary(.relu), [flat])])
        output = try graph.add(Reduce(.sum), [sum])
        return (graph, output)
    }
}

extension Tensor {
    /// Some rows of the first axis.
    func rows(_ first: Int, _ count: Int) throws -> Tensor {
        let size = shape.dimensions[0] == 0 ? 0 : self.count / shape.dimensions[0]
        let range = (first * size)..<((first + count) * size)
        let part = try Shape([count] + shape.dimensions.dropFirst())
        return switch storage {
        case .float32(let elements): try Tensor(part, Array(elements[range]))
        case .float64(let elements): try Tensor(part, Array(elements[range]))
        case .int64(let elements): try Tensor(part, Array(elements[range]))
        case .bool(let elements): try Tensor(part, Array(elements[range]))
        }
    }
}
