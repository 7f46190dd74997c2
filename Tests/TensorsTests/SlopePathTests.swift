import Foundation
import Testing

@testable import Tensors

/// What is flat has the slope of a stand-in, where nothing else has one.
@Suite struct SlopePathTests {
    private func slopes(_ numbers: [Float], _ make: (inout Graph, Value) throws -> Value) throws -> [Double] {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([numbers.count])))
        let y = try make(&graph, x)
        let evaluator = try Evaluator(graph, outputs: [], gradient: .init(of: y, to: [x]))
        return try evaluator.runWithGradient([Tensor(Shape([1, numbers.count]), numbers)]).gradients[0].doubles
    }

    private func expect(_ found: [Double], _ wanted: [Double], _ place: SourceLocation = #_sourceLocation) {
        #expect(found.count == wanted.count, sourceLocation: place)
        for (a, b) in zip(found, wanted) { #expect(abs(a - b) <= 1e-6, "\(found)", sourceLocation: place) }
    }

    @Test(arguments: [Binary.Kind.less, .lessOrEqual, .greater, .greaterOrEqual, .equal])
    func comparisonsRiseTowardsWhereTheyHold(_ kind: Binary.Kind) throws {
        let found = try slopes([-1, 0.5, 3]) { graph, x in
            let limit = graph.constant(.scalar(1 as Float))
            let truth = try graph.add(Binary(kind), [x, limit])
            return try graph.add(Cast(to: .float32), [truth])
        }
        let near: [Double] = [1.0 / 9, 1 / 2.25, 1.0 / 9]
        switch kind {
        case .less, .lessOrEqual: expect(found, near.map { -$0 })
        case .equal: expect(found, [near[0], near[1], -near[2]])
        default: expect(found, near)
        }
    }

    @Test func aQuantiserIsStraightThrough() throws {
        let found = try slopes([0.3, 7.2, 300]) { graph, x in
            let steps = try graph.add(Unary(.round), [x])
            let clipped = try graph.add(Unary(.clip(lower: 0, upper: 255)), [steps])
            let whole = try graph.add(Cast(to: .int64), [clipped])
            let real = try graph.add(Cast(to: .float32), [whole])
            return try graph.add(Binary(.multiply), [real, graph.constant(.scalar(0.5 as Float))])
        }
        expect(found, [0, 0.5, 0])
    }

    @Test func aConditionMattersBetweenFixedBranches() throws {
        func chosen(_ graph: inout Graph, _ x: Value, _ branches: [Value]) throws -> Value {
            let isPositive = try graph.add(Binary(.greater), [x, graph.constant(.scalar(0 as Float))])
            return try graph.add(Select(), [isPositive] + branches)
        }
        let fixed = try slopes([1, -3]) { graph, x in
            try chosen(&graph, x, [graph.constant(.scalar(1 as Float)), graph.constant(.scalar(-1 as Float))])
        }
        expect(fixed, [2 * 0.25, 2 / 16])
        let leaky = try slopes([1, -3]) { graph, x in
            let tenth = try graph.add(Binary(.multiply), [x, graph.constant(.scalar(0.1 as Float))])
            return try chosen(&graph, x, [x, tenth])
        }
        expect(leaky, [1, 0.1])
    }

    @Test func thePlaceOfAnExtremumMovesTowardsWhatGrows() throws {
        let scores: [Float] = [0.5, 2, 1]
        let found = try slopes(scores) { graph, x in
            try graph.add(Cast(to: .float32), [graph.add(ArgExtremum(.max, axis: 0, .dropped), [x])])
        }
        let shares = scores.map { exp(Double($0)) }
        let total = shares.reduce(0, +)
        let mean = shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / total
        expect(found, shares.enumerated().map { $1 / total * (Double($0) - mean) })
    }
}
