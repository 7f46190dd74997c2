import Tensors
import Testing

@testable import Models

/// Operators that no vector of ONNX tries in the form that matters here: whole numbers that wrap around, computed places.
@Suite struct OperatorTests {
    private func graph(_ model: ModelWriter) throws -> Graph { try Model(onnx: model.bytes()).graph }

    private func run(_ graph: Graph, _ inputs: [Tensor]) throws -> [[Double]] {
        try Evaluator(graph, outputs: graph.outputs.map(\.value))
            .run(inputs.map { try $0.reshaped(Shape([1] + $0.shape.dimensions)) }).map(\.doubles)
    }

    /// a op b, both cast to a kind of whole numbers.
    private func whole(_ operation: String, kind: Int, _ a: [Int64], _ b: [Int64]) throws -> [Double] {
        var model = ModelWriter()
        for name in ["a", "b"] {
            model.input(name, .int64, [.size(a.count)])
            model.node("Cast", [name], [name + "w"], [("to", .integer(kind))])
        }
        model.node(operation, ["aw", "bw"], ["y"])
        model.output("y", .int64, [.size(a.count)])
        return try run(graph(model), [Tensor(Shape([a.count]), a), Tensor(Shape([b.count]), b)])[0]
    }

    @Test func wholeNumbersWrapAround() throws {
        let (a, b): ([Int64], [Int64]) = ([100, -128, 127, 300, -7], [100, 1, 127, 2, 3])
        func expect<Kind: FixedWidthInteger>(_ kind: Int, _ type: Kind.Type) throws {
            let (x, y) = (a.map(Kind.init(truncatingIfNeeded:)), b.map(Kind.init(truncatingIfNeeded:)))
            let found = try ["Add", "Sub", "Mul"].map { try whole($0, kind: kind, a, b) }
            #expect(found[0] == zip(x, y).map { Double($0 &+ $1) })
            #expect(found[1] == zip(x, y).map { Double($0 &- $1) })
            #expect(found[2] == zip(x, y).map { Double($0 &* $1) })
        }
        try expect(2, UInt8.self)
        try expect(3, Int8.self)
        try expect(4, UInt16.self)
        try expect(5, Int16.self)
    }

    @Test func productsOf32BitsAreExact() throws {
        let (a, b): ([Int64], [Int64]) = (
            [2_147_483_647, -2_147_483_648, 123_456_789, -99_999], [2_147_483_647, -1, 987_654_321, 77_777_777]
        )
        let (signed, unsigned) = (try whole("Mul", kind: 6, a, b), try whole("Mul", kind: 12, a, b))
        #expect(signed == zip(a, b).map { Double(Int32(truncatingIfNeeded: $0) &* Int32(truncatingIfNeeded: $1)) })
        #expect(unsigned == zip(a, b).map { Double(UInt32(truncatingIfNeeded: $0) &* UInt32(truncatingIfNeeded: $1)) })
    }

    @Test func aSliceMovesWithItsStart() throws {
        var model = ModelWriter()
        model.input("x", .float64, [6, 2])
        model.input("start", .int64, [1])
        model.initializer("size", try Tensor(Shape([1]), [3] as [Int64]))
        model.node("Add", ["start", "size"], ["end"])
        model.node("Slice", ["x", "start", "end"], ["y"])
        model.output("y", .float64, [3, 2])
        let graph = try graph(model)
        let x = try Tensor(Shape([6, 2]), (0..<12).map(Double.init))
        let moved = try run(graph, [x, Tensor(Shape([1]), [2] as [Int64])])[0]
        #expect(moved == [4, 5, 6, 7, 8, 9])
        let output = graph.outputs[0].value
        let evaluator = try Evaluator(
            graph, outputs: [output], gradient: .init(of: output, to: [graph.inputs[0].value]))
        let slope = try evaluator.runWithGradient([
            x.reshaped(Shape([1, 6, 2])), Tensor(Shape([1, 1]), [1] as [Int64]),
        ]).gradients[0].doubles
        #expect(slope == [0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    }

    @Test func aSliceOfUnknownSizeIsRefused() throws {
        var model = ModelWriter()
        model.input("x", .float64, [6])
        model.input("start", .int64, [1])
        model.input("end", .int64, [1])
        model.node("Slice", ["x", "start", "end"], ["y"])
        model.output("y", .float64, [3])
        #expect(throws: ModelError.self) { _ = try graph(model) }
    }

    @Test func aPatchIsStampedWhereItIsAskedFor() throws {
        var model = ModelWriter(operatorSet: 16)
        model.input("x", .float64, [2, 3])
        model.input("places", .int64, [2, 2])
        model.input("patch", .float64, [2])
        model.node("ScatterND", ["x", "places", "patch"], ["y"], [("reduction", .text("add"))])
        model.output("y", .float64, [2, 3])
        let x = try Tensor(Shape([2, 3]), [1.0, 2, 3, 4, 5, 6])
        let patch = try Tensor(Shape([2]), [10.0, 20])
        let places = try Tensor(Shape([2, 2]), [0, -1, 1, 0] as [Int64])
        let once = try run(graph(model), [x, places, patch])[0]
        #expect(once == [1, 2, 13, 24, 5, 6])
        let same = try Tensor(Shape([2, 2]), [1, 1, 1, 1] as [Int64])
        let twice = try run(graph(model), [x, same, patch])[0]
        #expect(twice == [1, 2, 3, 4, 35, 6])
    }

    @Test func theGreatestComeWithTheirPlaces() throws {
        var model = ModelWriter()
        model.input("x", .float32, [5])
        model.initializer("k", try Tensor(Shape([1]), [3] as [Int64]))
        model.node("TopK", ["x", "k"], ["y", "i"])
        model.output("y", .float32, [3])
        model.output("i", .int64, [3])
        let results = try run(graph(model), [Tensor(Shape([5]), [1, 7, 3, 7, 5] as [Float])])
        #expect(results == [[7, 7, 5], [1, 3, 4]])
    }

    @Test func operatorsThatDrawLotsSayWhy() throws {
        var model = ModelWriter()
        model.input("x", .float32, [5])
        model.node("Bernoulli", ["x"], ["y"])
        model.output("y", .float32, [5])
        #expect {
            _ = try graph(model)
        } throws: {
            "\($0)".contains("random numbers")
        }
    }
}
