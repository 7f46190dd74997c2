import Testing

@testable import Tensors

/// Regions against a plain loop, and graphs that are not legal.
@Suite struct RegionTests {
    private static let rows = 7

    private func region(
        _ reduction: ForEachRow.Reduction, _ rows: ForEachRow.Rows, of count: Int = rows
    ) throws -> (Evaluator, [Double]) {
        var noise = Noise(seed: 8)
        let table = noise.tensor([count, 2])
        var body = Graph()
        let captured = try body.input("c", TensorType(.float64, Shape([2])))
        let row = try body.input("row", TensorType(.float64, Shape([2])))
        let product = try body.add(Binary(.multiply), [captured, row])
        body.output("body", try body.add(Reduce(.sum), [body.add(Unary(.sine), [product])]))
        if rows == .filtered {
            let first = try body.add(Rearrange.slice(Shape([2]), axis: 0, from: 0, count: 1), [row])
            let scalar = try body.add(Rearrange.reshape(Shape([1]), to: .scalar), [first])
            body.output("counts", try body.add(Binary(.greater), [scalar, body.constant(.scalar(0.0))]))
        }
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([2])))
        let output = try graph.add(
            ForEachRow(body: body, tables: [table], reduction: reduction, rows: rows), [x])
        return (
            try Evaluator(graph, outputs: [output], gradient: .init(of: output, to: [x])), table.doubles
        )
    }

    @Test(arguments: [ForEachRow.Reduction.sum, .mean, .minimum, .maximum], [ForEachRow.Rows.all, .filtered])
    func aLoopSaysTheSame(_ reduction: ForEachRow.Reduction, _ rows: ForEachRow.Rows) throws {
        let (evaluator, table) = try region(reduction, rows)
        let point = [0.7, -1.3]
        let kept = (0..<Self.rows).filter { rows == .all || table[2 * $0] > 0 }
        let values = kept.map { sine(table[2 * $0] * point[0]) + sine(table[2 * $0 + 1] * point[1]) }
        let expected: Double =
            switch reduction {
            case .sum: values.reduce(0, +)
            case .mean: values.reduce(0, +) / Double(values.count)
            case .minimum: values.min() ?? .infinity
            case .maximum: values.max() ?? -.infinity
            case .stacked: .nan
            }
        let results = try evaluator.runWithGradient([Tensor(Shape([1, 2]), point)])
        #expect(abs(results.outputs[0].doubles[0] - expected) < 1e-12)
        for place in 0..<2 {
            let step = 1e-6
            func moved(_ shift: Double) throws -> Double {
                var point = point
                point[place] += shift
                return try evaluator.run([Tensor(Shape([1, 2]), point)])[0].doubles[0]
            }
            let slope = (try moved(step) - moved(-step)) / (2 * step)
            #expect(abs(results.gradients[0].doubles[place] - slope) < 1e-6)
        }
    }

    /// One row after the other, and rows as lanes. What lies behind the row that settles the sign is not met.
    @Test(arguments: [ForEachRow.Reduction.minimum, .maximum], [7, 200])
    func aSignIsSettledEarly(_ reduction: ForEachRow.Reduction, _ count: Int) throws {
        var body = Graph()
        let captured = try body.input("c", TensorType(.float64, .scalar))
        let row = try body.input("row", TensorType(.float64, .scalar))
        body.output("body", try body.add(Binary(.multiply), [captured, row]))
        // The sign turns at the third row, the extremum is the last.
        let turned = reduction == .minimum ? -1.0 : 1
        let table = try Tensor(Shape([count]), (0..<count).map { turned * (Double($0) - 1.5) })
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, .scalar))
        var outputs: [Value] = []
        for wanted in [ForEachRow.Wanted.value, .sign] {
            let region = ForEachRow(body: body, tables: [table], reduction: reduction, wanted: wanted)
            outputs.append(try graph.add(region, [x]))
        }
        outputs += try outputs.map { try graph.add(Truth(), [$0]) }
        let points = [1, 2, -1, 0, 0.5]
        let results = try Evaluator(graph, outputs: outputs).run([Tensor(Shape([points.count]), points)]).map(\.doubles)
        #expect(results[2] == results[3])
        let single = try Evaluator(graph, outputs: outputs).run([Tensor(Shape([1]), [1.0])]).map(\.doubles)
        #expect(single[0] == [turned * (Double(count) - 2.5)] && single[2] == single[3])
        #expect(single[1][0].magnitude < 64)
        let slopes = try Evaluator(graph, outputs: [outputs[1]], gradient: .init(of: outputs[1], to: [x]))
        #expect(try slopes.runWithGradient([Tensor(Shape([1]), [1.0])]).outputs[0].doubles == single[0])
    }

    @Test func rowsAreKept() throws {
        var body = Graph()
        let captured = try body.input("c", TensorType(.float64, Shape([2])))
        let row = try body.input("row", TensorType(.float64, .scalar))
        body.output("body", try body.add(Binary(.multiply), [captured, row]))
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([2])))
        let table = try Tensor(Shape([3]), [2.0, -1, 5])
        let kept = try graph.add(ForEachRow(body: body, tables: [table], reduction: .stacked), [x])
        #expect(graph.shape(of: kept) == (try Shape([3, 2])))
        let weights = graph.constant(try Tensor(Shape([3, 2]), [1.0, 10, 100, 1000, 0.5, 0]))
        let sum = try graph.add(Reduce(.sum), [graph.add(Binary(.multiply), [kept, weights])])
        let evaluator = try Evaluator(graph, outputs: [kept, sum], gradient: .init(of: sum, to: [x]))
        let results = try evaluator.runWithGradient([Tensor(Shape([2, 2]), [3.0, 4, 0, -1])])
        #expect(results.outputs[0].doubles == [6, 8, -3, -4, 15, 20, 0, -2, 0, 1, 0, -5])
        #expect(results.gradients[0].doubles == [-95.5, -980, -95.5, -980])
        #expect(throws: ShapeError.self) {
            try graph.add(ForEachRow(body: body, tables: [table], reduction: .stacked, rows: .filtered), [x])
        }
    }

    /// Many rows go side by side where lanes are few: the results are the same bits.
    @Test(arguments: [ForEachRow.Reduction.sum, .mean, .minimum, .maximum], [ForEachRow.Rows.all, .filtered])
    func rowsAsLanesSayTheSame(_ reduction: ForEachRow.Reduction, _ rows: ForEachRow.Rows) throws {
        for count in [64, 150] {
            let (evaluator, _) = try region(reduction, rows, of: count)
            var noise = Noise(seed: 9)
            let points = noise.tensor([64, 2]).doubles
            let expected = try bits(evaluator, points, Array(0..<64))
            for (width, first) in [(1, 0), (1, 41), (16, 7), (32, 30), (48, 11)] {
                let order = (0..<width).map { (first + width - 1 - $0) % 64 }
                #expect(
                    try bits(evaluator, points, order) == order.map { expected[$0] }, "\(width) lanes, \(count) rows")
            }
        }
    }

    /// For each lane, the bits of the result and of the gradient.
    private func bits(_ evaluator: Evaluator, _ points: [Double], _ order: [Int]) throws -> [[UInt64]] {
        let lanes = order.count
        let tile = (0..<2).flatMap { element in order.map { points[2 * $0 + element] } }
        let workspace = evaluator.makeWorkspace()
        return try tile.withUnsafeBytes { tile in
            evaluator.forwardAndBackward(workspace, inputs: [try #require(tile.baseAddress)], lanes: lanes)
            let output = try #require(workspace.output(0)).assumingMemoryBound(to: Double.self)
            let gradient = try #require(workspace.gradient(0)).assumingMemoryBound(to: Double.self)
            return (0..<lanes).map { lane in
                [output[lane], gradient[lane], gradient[lanes + lane]].map(\.bitPattern)
            }
        }
    }

    private func sine(_ x: Double) -> Double {
        var graph = Graph()
        guard let value = try? graph.add(Unary(.sine), [graph.constant(.scalar(x))]) else { return .nan }
        return graph.constant(of: value)?.doubles[0] ?? .nan
    }

    @Test func gatheredRowsAreTheTables() throws {
        var graph = Graph()
        let index = try graph.input("i", TensorType(.int64, .scalar))
        let table = graph.constant(try Tensor(Shape([3, 2]), [1.0, 2, 3, 4, 5, 6]))
        let output = try graph.add(GatherRows(), [table, index])
        let rows = try Evaluator(graph, outputs: [output]).run([Tensor(Shape([4]), [Int64(0), 2, -1, 3])])[0].doubles
        #expect(rows.prefix(6) == [1, 2, 5, 6, 5, 6])
        #expect(rows[6].isNaN && rows[7].isNaN)
        // A table that is not the same in each lane says the same.
        let moved = try graph.add(
            Binary(.add),
            [table, graph.add(Binary(.multiply), [graph.add(Cast(to: .float64), [index]), zero(&graph)])])
        let varying = try graph.add(GatherRows(), [moved, index])
        let others = try Evaluator(graph, outputs: [varying]).run([Tensor(Shape([4]), [Int64(0), 2, -1, 3])])[0].doubles
        #expect(others.map(\.bitPattern) == rows.map(\.bitPattern))
    }

    private func zero(_ graph: inout Graph) -> Value { graph.constant(.scalar(0.0)) }

    @Test func shapesThatDoNotFitAreRefusedWithBoth() throws {
        var graph = Graph()
        let a = try graph.input("a", TensorType(.float32, Shape([2, 3])))
        let b = try graph.input("b", TensorType(.float32, Shape([4])))
        #expect(throws: ShapeError.self) { try graph.add(Binary(.add), [a, b]) }
        do { _ = try graph.add(MatMul(), [a, b]) } catch {
            #expect("\(error)".contains("[2, 3]") && "\(error)".contains("[4]"))
        }
        #expect(throws: ShapeError.self) { try graph.input("a", TensorType(.float32, .scalar)) }
        #expect(throws: ShapeError.self) { try Shape([1 << 40, 1 << 40]) }
    }

    /// Widening removes rounding, and nothing else.
    @Test func wideGraphsComputeTheSame() throws {
        var noise = Noise(seed: 3)
        let weights = try Tensor(TensorType(.float32, Shape([4, 6])), rounding: noise.tensor([4, 6]).doubles)
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([6])))
        graph.output("y", try graph.add(Dense(weights: weights, activation: .relu), [x]))
        let wide = try graph.widened()
        let input = try Tensor(TensorType(.float32, Shape([8, 6])), rounding: noise.tensor([8, 6]).doubles)
        let narrow = try Evaluator(graph, outputs: graph.outputs.map(\.value)).run([input])[0].doubles
        let exact = try Evaluator(wide, outputs: wide.outputs.map(\.value))
            .run([Tensor(input.shape, input.doubles)])[0].doubles
        #expect(zip(narrow, exact).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(narrow != exact)
    }
}
