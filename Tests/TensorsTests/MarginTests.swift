import Testing

@testable import Tensors

@Suite struct MarginTests {
    private static let least = Double.leastNonzeroMagnitude

    private func value(_ operation: any Operator, _ inputs: [Tensor]) throws -> [Double] {
        var graph = Graph()
        var values: [Value] = []
        var batch: [Tensor] = []
        for (index, tensor) in inputs.enumerated() {
            values.append(try graph.input("x\(index)", tensor.type))
            batch.append(try tensor.reshaped(Shape([1] + tensor.shape.dimensions)))
        }
        let output = try graph.add(operation, values)
        return try Evaluator(graph, outputs: [output]).run(batch)[0].doubles
    }

    private func compare(_ relation: Compare.Relation, _ a: Double, _ b: Double) throws -> Double {
        try value(Compare(relation), [.scalar(a), .scalar(b)])[0]
    }

    @Test func strictnessIsInTheValue() throws {
        #expect(try compare(.lessOrEqual, 2, 2) == 0)
        #expect(try compare(.less, 2, 2) == -Self.least)
        #expect(try compare(.less, 1, 2) == 1)
        #expect(try compare(.lessOrEqual, 3, 2) == -1)
        #expect(try compare(.less, 1, 1 + 0x1p-52) > 0)
    }

    @Test func whatIsNoNumberIsFalseBothWays() throws {
        for relation in [Compare.Relation.less, .lessOrEqual] {
            #expect(try compare(relation, .nan, 1) == -.infinity)
            #expect(try compare(relation, 1, .nan) == -.infinity)
        }
        #expect(try compare(.lessOrEqual, .infinity, .infinity) == 0)
        #expect(try compare(.less, -.infinity, -.infinity) == -Self.least)
    }

    @Test func tiesGoToTheLowestIndex() throws {
        let scores = try Tensor(Shape([3]), [1.0, 2, 2])
        func margin(_ index: Int64, _ polarity: ArgIs.Polarity) throws -> Double {
            try value(ArgIs(.max, polarity), [scores, .scalar(index)])[0]
        }
        #expect(try margin(1, .positive) == 0)
        #expect(try margin(2, .positive) == -Self.least)
        #expect(try margin(0, .positive) == -1)
        #expect(try margin(1, .negative) == -Self.least)
        #expect(try margin(2, .negative) == 0)
        #expect(try margin(0, .negative) == 1)
        #expect(try margin(7, .positive) < 0)
    }

    @Test(arguments: [ArgExtremum.Kind.max, .min], [ArgIs.Polarity.positive, .negative])
    func aScoreThatIsNoNumberAnswersNothing(_ extremum: ArgExtremum.Kind, _ polarity: ArgIs.Polarity) throws {
        let scores = try Tensor(Shape([3]), [Double.nan, .nan, .nan])
        for index in 0..<3 {
            #expect(try value(ArgIs(extremum, polarity), [scores, .scalar(Int64(index))])[0] == -.infinity)
        }
    }

    /// Exactly one class is the answer, and `!=` is its negation, for every score that is a number.
    @Test func oneClassIsTheAnswer() throws {
        var noise = Noise(seed: 4)
        for _ in 0..<200 {
            let values = (0..<4).map { _ in noise.value(in: -1.4...1.4).rounded() }
            let scores = try Tensor(Shape([4]), values)
            let highest = values.firstIndex(of: values.max() ?? 0) ?? 0
            let lowest = values.firstIndex(of: values.min() ?? 0) ?? 0
            for index in 0..<4 {
                let place = Tensor.scalar(Int64(index))
                let isHighest = try value(ArgIs(.max), [scores, place])[0]
                let isNotHighest = try value(ArgIs(.max, .negative), [scores, place])[0]
                let isLowest = try value(ArgIs(.min), [scores, place])[0]
                #expect((isHighest >= 0) == (index == highest))
                #expect((isNotHighest >= 0) == (index != highest))
                #expect((isLowest >= 0) == (index == lowest))
            }
        }
    }

    @Test func truthHasItsOwnSlope() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, .scalar))
        let output = try graph.add(Truth(), [x])
        let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [x]))
        let points = [-3.0, -Self.least, 0, 1]
        let results = try evaluator.runWithGradient([Tensor(Shape([4]), points)])
        #expect(results.outputs[0].doubles == [0, 0, 1, 1])
        let slopes = points.map { point in
            let side: Double = 1 + abs(point)
            return 1 / (side * side)
        }
        #expect(results.gradients[0].doubles == slopes)
    }
}
