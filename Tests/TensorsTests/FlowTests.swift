import Testing

@testable import Tensors

/// Gradients through operators with operands of several kinds, and through operands that are the same value.
@Suite struct FlowTests {
    private typealias Build = (inout Graph, Value) throws -> Value

    /// Compares the gradient of the sum with central differences, in three rows.
    private func check(_ shape: [Int], in range: ClosedRange<Double> = -2...2, _ build: Build) throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape(shape)))
        let output = try graph.add(Reduce(.sum), [build(&graph, x)])
        let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [x]))
        var noise = Noise(seed: 21)
        let batch = noise.tensor([3] + shape, in: range)
        let slopes = try evaluator.runWithGradient([batch]).gradients[0].doubles
        for element in 0..<batch.count {
            func sum(_ shift: Double) throws -> Double {
                var values = batch.doubles
                values[element] += shift
                return try evaluator.run([Tensor(batch.shape, values)])[0].doubles.reduce(0, +)
            }
            let expected = (try sum(1e-6) - sum(-1e-6)) / 2e-6
            #expect(abs(expected - slopes[element]) <= 2e-5 * max(1, abs(expected)), "element \(element)")
        }
    }

    @Test(arguments: [Binary.Kind.add, .subtract, .multiply, .divide, .power, .maximum, .minimum])
    func bothOperandsAreTheSame(_ kind: Binary.Kind) throws {
        try check([5], in: 0.5...2) { graph, x in try graph.add(Binary(kind), [x, x]) }
    }

    @Test func bothFactorsAreTheSame() throws {
        try check([3, 3]) { graph, x in try graph.add(MatMul(), [x, x]) }
    }

    @Test func partsPutTogetherTwice() throws {
        try check([2, 3]) { graph, x in
            let constant = graph.constant(try Tensor([2, 2], [1.0, 2, 3, 4]))
            let shape: Shape = [2, 3]
            let whole = try graph.add(Rearrange.concatenate([shape, [2, 2], shape], axis: 1), [x, constant, x])
            return try graph.add(Unary(.square), [whole])
        }
    }

    @Test func chosenByACondition() throws {
        try check([2, 3]) { graph, x in
            let condition = try graph.add(Binary(.less), [x, graph.constant(.scalar(0.3))])
            return try graph.add(Select(), [condition, graph.add(Unary(.square), [x]), x])
        }
    }

    @Test func rowsChosenWhileRunning() throws {
        try check([4, 2]) { graph, x in
            let index = try graph.add(Cast(to: .int64), [graph.add(Reduce(.sumSquare), [x])])
            let inside = try graph.add(
                Binary(.modulo), [index, graph.constant(.scalar(Int64(4)))])
            return try graph.add(Unary(.square), [graph.add(GatherRows(), [x, inside])])
        }
    }

    /// What is computed only for a condition has no gradient to pass on.
    @Test func conditionsPassNothingOn() throws {
        try check([6]) { graph, x in
            let wave = try graph.add(Unary(.sine), [graph.add(Unary(.square), [x])])
            let condition = try graph.add(Binary(.less), [wave, graph.constant(.scalar(0.1))])
            return try graph.add(Select(), [condition, graph.add(Unary(.exponential), [x]), x])
        }
    }

    @Test(arguments: [ArgExtremum.Kind.max, .min], [ArgIs.Polarity.positive, .negative])
    func marginsOfTheAnswer(_ extremum: ArgExtremum.Kind, _ polarity: ArgIs.Polarity) throws {
        for number in 0..<5 {
            try check([5]) { graph, x in
                try graph.add(ArgIs(extremum, polarity), [x, graph.constant(.scalar(Int64(number)))])
            }
        }
    }

    /// The sign of the margin is the truth, with ties on purpose; the class is a lane's own.
    @Test(arguments: [ArgExtremum.Kind.max, .min], [ArgIs.Polarity.positive, .negative])
    func marginsAgreeWithTheAnswer(_ extremum: ArgExtremum.Kind, _ polarity: ArgIs.Polarity) throws {
        var graph = Graph()
        let scores = try graph.input("scores", TensorType(.float64, [4]))
        let number = try graph.input("class", TensorType(.int64, .scalar))
        let margin = try graph.add(ArgIs(extremum, polarity), [scores, number])
        let answer = try graph.add(ArgExtremum(extremum, axis: 0), [scores])
        var noise = Noise(seed: 4)
        let values = (0..<800).map { _ in noise.value(in: 0...3).rounded() }
        let classes = (0..<200).map { Int64($0 % 4) }
        let results = try Evaluator(graph, outputs: [margin, answer])
            .run([Tensor([200, 4], values), Tensor([200], classes)])
        let answers = try #require(results[1].integers)
        for (row, margin) in results[0].doubles.enumerated() {
            let holds = (answers[row] == classes[row]) == (polarity == .positive)
            #expect((margin >= 0) == holds, "row \(row): \(margin)")
        }
    }

    /// Through float32 the gradient is that of the float32 function, rounded to it.
    @Test func throughAChangeOfPrecision() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [3]))
        let narrow = try graph.add(Unary(.square), [graph.add(Cast(to: .float32), [x])])
        let output = try graph.add(Reduce(.sum), [graph.add(Cast(to: .float64), [narrow])])
        let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [x]))
        let found = try evaluator.runWithGradient([Tensor([1, 3], [0.1, -2, 3])]).gradients[0].doubles
        #expect(found == [Double(2 * Float(0.1)), -4, 6])
    }

    @Test func nothingFlowsToWhatDoesNotMatter() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [2]))
        let y = try graph.input("y", TensorType(.float64, [2]))
        let output = try graph.add(Reduce(.sum), [graph.add(Unary(.square), [x])])
        let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [y, x]))
        let batch = try Tensor([2, 2], [1.0, 2, 3, 4])
        let gradients = try evaluator.runWithGradient([batch, batch]).gradients
        #expect(gradients.map(\.doubles) == [[0, 0, 0, 0], [2, 4, 6, 8]])
    }
}
