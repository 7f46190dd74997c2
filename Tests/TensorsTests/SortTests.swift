import Testing

@testable import Tensors

/// Numbers in order: ties, NaN, signed zeros, infinities; quantiles as NumPy gives them.
@Suite struct SortTests {
    private func run(_ operation: any Operator, _ shape: [Int], _ values: [Double]) throws -> [Double] {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape(shape)))
        let output = try graph.add(operation, [x])
        return try Evaluator(graph, outputs: [output]).run([Tensor(Shape([1] + shape), values)])[0].doubles
    }

    @Test func whatIsEqualKeepsItsOrderAndNaNIsLast() throws {
        let values: [Double] = [2, .nan, -1, 2, .infinity, -1, .nan, -.infinity]
        #expect(try run(Sort(.ascending, .places), [8], values) == [7, 2, 5, 0, 3, 4, 1, 6])
        #expect(try run(Sort(.descending, .places), [8], values) == [4, 0, 3, 2, 5, 7, 1, 6])
        let sorted = try run(Sort(), [8], values)
        #expect(sorted.prefix(6) == [-.infinity, -1, -1, 2, 2, .infinity] && sorted[6].isNaN && sorted[7].isNaN)
        #expect(try run(Sort(.ascending, .places), [3], [0, -0.0, 0]) == [0, 1, 2])
    }

    @Test func linesOfAnyAxisAreSorted() throws {
        let values: [Double] = [3, 1, 2, 0, 5, 4]
        #expect(try run(Sort(axis: 0), [3, 2], values) == [2, 0, 3, 1, 5, 4])
        #expect(try run(Sort(.descending, axis: 1), [3, 2], values) == [3, 1, 2, 0, 5, 4])
        #expect(try run(Quantile(0.5, axis: 0), [3, 2], values) == [3, 1])
        #expect(try run(Quantile(0.5, axis: 1), [3, 2], values) == [2, 1, 4.5])
    }

    /// The values are those of numpy.quantile.
    @Test func quantilesAreNumPys() throws {
        let values: [Double] = [7, 1, 3, 10]
        let expected: [(Double, Double)] = [(0, 1), (0.1, 1.6), (0.25, 2.5), (0.5, 5), (0.9, 9.1), (1, 10)]
        for (share, quantile) in expected {
            let found = try run(Quantile(share), [4], values)[0]
            #expect(abs(found - quantile) < 1e-12, "\(share): \(found), not \(quantile)")
        }
        #expect(try run(Quantile(0.3), [1], [4]) == [4])
    }

    @Test func aQuantileLiesBetweenItsNeighbours() throws {
        #expect(try run(Quantile(0.3), [3], [0.1, 0.1, 0.1]) == [0.1])
        #expect(try run(Quantile(0.5), [2], [-0x1p1023, 0x1.8p1023]) == [0x1p1021])
        #expect(try run(Quantile(0.5), [3], [-.infinity, 2, .infinity]) == [2])
        #expect(try run(Quantile(0.25), [3], [1, 2, .infinity]) == [1.5])
        #expect(try run(Quantile(0), [3], [1, .nan, 2])[0].isNaN)
    }

    @Test func gradientsGoToWhatWasChosen() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([4])))
        let sorted = try graph.add(Sort(.descending), [x])
        let weights = graph.constant(try Tensor(Shape([4]), [1.0, 2, 3, 4]))
        let sum = try graph.add(Reduce(.sum), [graph.add(Binary(.multiply), [sorted, weights])])
        let median = try graph.add(Quantile(0.5), [x])
        for (output, expected) in [(sum, [2.0, 4, 1, 3]), (median, [0.5, 0, 0, 0.5])] {
            let evaluator = try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [x]))
            let gradient = try evaluator.runWithGradient([Tensor(Shape([1, 4]), [5.0, -1, 8, 5])]).gradients[0].doubles
            #expect(gradient == expected)
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([4])))
        let narrow = try graph.input("y", TensorType(.float32, Shape([4])))
        #expect(throws: ShapeError.self) { try graph.add(Sort(axis: 1), [x]) }
        #expect(throws: ShapeError.self) { try graph.add(Quantile(1.5), [x]) }
        #expect(throws: ShapeError.self) { try graph.add(Quantile(.nan), [x]) }
        #expect(throws: ShapeError.self) { try graph.add(Quantile(0.5), [narrow]) }
    }
}
