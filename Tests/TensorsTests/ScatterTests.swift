import Testing

@testable import Tensors

/// Rows put at computed places, against one update after the other.
@Suite struct ScatterTests {
    private static let combinations: [ScatterRows.Combination] = [.none, .add, .mul, .min, .max]

    private func graph(_ combination: ScatterRows.Combination) throws -> (graph: Graph, output: Value) {
        var graph = Graph()
        let data = try graph.input("data", TensorType(.float64, Shape([4, 2])))
        let index = try graph.input("index", TensorType(.int64, Shape([3])))
        let updates = try graph.input("updates", TensorType(.float64, Shape([3, 2])))
        let output = try graph.add(ScatterRows(combination), [data, index, updates])
        return (graph, output)
    }

    private func expected(
        _ data: [Double], _ index: [Int], _ updates: [Double], _ combination: ScatterRows.Combination
    ) -> [Double] {
        var result = data
        for (update, place) in index.enumerated() {
            for element in 0..<2 {
                let (row, new) = (place < 0 ? place + 4 : place, updates[update * 2 + element])
                let old = result[row * 2 + element]
                switch combination {
                case .none: result[row * 2 + element] = new
                case .add: result[row * 2 + element] = old + new
                case .mul: result[row * 2 + element] = old * new
                case .min: result[row * 2 + element] = Swift.min(old, new)
                case .max: result[row * 2 + element] = Swift.max(old, new)
                }
            }
        }
        return result
    }

    @Test(arguments: combinations) func updatesAreAppliedInOrder(_ combination: ScatterRows.Combination) throws {
        let (graph, output) = try graph(combination)
        let evaluator = try Evaluator(graph, outputs: [output])
        var noise = Noise(seed: 5)
        for index in [[0, 1, 2], [3, 3, 3], [-1, 0, -4], [2, 0, 2]] {
            let data = (0..<8).map { _ in noise.value(in: -2...2) }
            let updates = (0..<6).map { _ in noise.value(in: -2...2) }
            let result = try evaluator.run([
                Tensor(Shape([1, 4, 2]), data), Tensor(Shape([1, 3]), index.map(Int64.init)),
                Tensor(Shape([1, 3, 2]), updates),
            ])[0].doubles
            #expect(result == expected(data, index, updates, combination))
        }
    }

    @Test func whatIsOutsideMakesEverythingNaN() throws {
        let (graph, output) = try graph(.add)
        let result = try Evaluator(graph, outputs: [output]).run([
            Tensor(Shape([1, 4, 2]), [Double](repeating: 1, count: 8)), Tensor(Shape([1, 3]), [0, 4, 1] as [Int64]),
            Tensor(Shape([1, 3, 2]), [Double](repeating: 1, count: 6)),
        ])[0].doubles
        #expect(result.filter(\.isNaN).count == 8)
    }

    @Test(arguments: combinations) func gradientsAreThoseOfDifferences(_ combination: ScatterRows.Combination) throws {
        var (graph, output) = try graph(combination)
        var noise = Noise(seed: 9)
        let weights = graph.constant(noise.tensor([4, 2]))
        output = try graph.add(Binary(.multiply), [output, weights])
        let inputs = [graph.inputs[0].value, graph.inputs[2].value]
        let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: inputs))
        let index = try Tensor(Shape([1, 3]), [1, -3, 1] as [Int64])
        let numbers = (0..<14).map { _ in noise.value(in: 0.5...2) }
        func batch(_ numbers: [Double]) throws -> [Tensor] {
            [
                try Tensor(Shape([1, 4, 2]), Array(numbers[..<8])), index,
                try Tensor(Shape([1, 3, 2]), Array(numbers[8...])),
            ]
        }
        let slopes = try evaluator.runWithGradient(batch(numbers)).gradients.flatMap(\.doubles)
        for place in numbers.indices {
            var (ahead, behind) = (numbers, numbers)
            ahead[place] += 1e-6
            behind[place] -= 1e-6
            let sums = try [ahead, behind].map { try evaluator.run(batch($0))[0].doubles.reduce(0, +) }
            #expect(abs((sums[0] - sums[1]) / 2e-6 - slopes[place]) < 1e-6)
        }
    }
}
