import Testing

@testable import Tensors

/// Loops against the same steps written one behind the other.
@Suite struct LoopTests {
    private static let vector = TensorType(.float64, [2])

    /// A graph of an operator, its inputs variables.
    private func graph(_ operation: any Operator, _ types: [TensorType]) throws -> Graph {
        var graph = Graph()
        let inputs = try types.enumerated().map { try graph.input("x\($0)", $1) }
        graph.output("y", try graph.add(operation, inputs))
        return graph
    }

    /// The same bits forward, and the same gradient but for the order of sums; twice, for what the first run has left.
    private func expectTheSteps(_ graph: Graph, seed: UInt64 = 1) throws {
        try graph.verify()
        let plain = try graph.withoutLoops()
        var noise = Noise(seed: seed)
        let batch = try graph.inputs.map { input in
            let type = graph.type(of: input.value)
            return try Tensor(
                TensorType(type.element, Shape([19] + type.shape.dimensions)),
                rounding: noise.tensor([19] + type.shape.dimensions).doubles)
        }
        func evaluator(_ graph: Graph) throws -> Evaluator {
            let reals = graph.inputs.map(\.value).filter { graph.type(of: $0).element.isReal }
            return try Evaluator(
                graph, outputs: graph.outputs.map(\.value), gradient: .init(of: graph.outputs[0].value, to: reals))
        }
        let (loop, expected) = (try evaluator(graph), try evaluator(plain).runWithGradient(batch))
        for _ in 0..<2 {
            let found = try loop.runWithGradient(batch)
            #expect(found.outputs == expected.outputs)
            for (mine, other) in zip(found.gradients, expected.gradients) {
                for (mine, other) in zip(mine.doubles, other.doubles) {
                    #expect(abs(mine - other) <= 1e-12 * max(1, abs(other)))
                }
            }
        }
        let forward = try Evaluator(graph, outputs: graph.outputs.map(\.value)).run(batch)
        #expect(forward == expected.outputs)
    }

    private func step(times: Int, _ result: Iterate.Result) throws -> Iterate {
        Iterate(body: try Loop.network(.float64), times: times, result: result)
    }

    @Test(arguments: [0, 1, 2, 9], [Iterate.Result.last, .trace])
    func stepsFollowOneAnother(_ times: Int, _ result: Iterate.Result) throws {
        let state = TensorType(.float64, [3])
        try expectTheSteps(graph(step(times: times, result), [state, state]))
    }

    @Test(arguments: [0, 1, 6], [Iterate.Result.last, .trace])
    func rowsAreGivenInOrder(_ times: Int, _ result: Iterate.Result) throws {
        let fold = Iterate(body: try Loop.sum(.float64), times: times, scanned: 1, result: result)
        let types = [TensorType(.float64, [2, 2]), TensorType(.float64, try Shape([times, 2])), .init(.float64, [])]
        try expectTheSteps(graph(fold, types))
    }

    @Test func oneValueMayBeStateAndCaptured() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [3]))
        graph.output("y", try graph.add(step(times: 5, .trace), [x, x]))
        try expectTheSteps(graph)
    }

    /// What is known before is uniform: one number for all lanes.
    @Test func constantsMayBeAnyInput() throws {
        var noise = Noise(seed: 3)
        for variable in 0..<3 {
            var graph = Graph()
            let shapes = [[2, 2], [4, 2], []]
            let inputs = try shapes.indices.map { index in
                let tensor = noise.tensor(shapes[index])
                return index == variable ? try graph.input("x", tensor.type) : graph.constant(tensor)
            }
            let fold = Iterate(body: try Loop.sum(.float64), times: 4, scanned: 1, result: .trace)
            graph.output("y", try graph.add(fold, inputs))
            try expectTheSteps(graph)
        }
    }

    @Test func bodiesMayComputeNothing() throws {
        let types = [Self.vector, Self.vector]
        for place in 0..<2 {
            let same = try Loop.body(types) { _, inputs in inputs[place] }
            try expectTheSteps(graph(Iterate(body: same, times: 3, result: .trace), types))
        }
        let constant = try Loop.body([Self.vector]) { graph, _ in graph.constant(try Tensor([2], [1.0, 2])) }
        try expectTheSteps(graph(Iterate(body: constant, times: 3, result: .trace), [Self.vector]))
    }

    /// What a body decides by comparisons, integers and float32 is decided the same.
    @Test func bodiesMayHaveOtherTypesInside() throws {
        let types = [Self.vector, TensorType(.float32, [2]), TensorType(.int64, []), TensorType(.bool, [2])]
        let weights = try Tensor([2, 2], [0.5, -0.25, 1, 0.75] as [Float])
        let body = try Loop.body(types) { graph, inputs in
            let narrow = try graph.add(Cast(to: .float32), [inputs[0]])
            let layer = try graph.add(Dense(weights: weights, activation: .relu), [narrow])
            let wide = try graph.add(Cast(to: .float64), [graph.add(Binary(.multiply), [layer, inputs[1]])])
            let shift = try graph.add(Cast(to: .float64), [inputs[2]])
            return try graph.add(Select(), [inputs[3], wide, graph.add(Binary(.add), [inputs[0], shift])])
        }
        try expectTheSteps(graph(Iterate(body: body, times: 4), types))
        try expectTheSteps(graph(Iterate(body: body, times: 4, result: .trace), types))
    }

    // MARK: loops in loops

    private func regionOverRows(_ reduction: ForEachRow.Reduction) throws -> ForEachRow {
        var body = Graph()
        let x = try body.input("x", Self.vector)
        let row = try body.input("row", Self.vector)
        body.output("y", try body.add(Unary(.sine), [body.add(Binary(.multiply), [x, row])]))
        var noise = Noise(seed: 5)
        return ForEachRow(body: body, tables: [noise.tensor([4, 2])], reduction: reduction)
    }

    @Test(arguments: [ForEachRow.Reduction.sum, .mean, .minimum, .maximum])
    func rowsInsideSteps(_ reduction: ForEachRow.Reduction) throws {
        let region = try regionOverRows(reduction)
        let body = try Loop.body([Self.vector, Self.vector]) { graph, inputs in
            let measured = try graph.add(region, [inputs[0]])
            return try graph.add(Binary(.add), [measured, graph.add(Unary(.sine), [inputs[1]])])
        }
        try expectTheSteps(graph(Iterate(body: body, times: 3, result: .trace), [Self.vector, Self.vector]))
    }

    @Test(arguments: [ForEachRow.Reduction.sum, .maximum])
    func stepsInsideRows(_ reduction: ForEachRow.Reduction) throws {
        let inner = try Loop.body([Self.vector, .init(.float64, []), Self.vector, Self.vector]) { graph, inputs in
            let kept = try graph.add(Binary(.multiply), [inputs[0], inputs[2]])
            let pulled = try graph.add(Binary(.add), [kept, graph.add(Unary(.sine), [inputs[3]])])
            return try graph.add(Binary(.add), [pulled, inputs[1]])
        }
        var body = Graph()
        let x = try body.input("x", Self.vector)
        let row = try body.input("row", Self.vector)
        let slices = try body.input("slices", TensorType(.float64, [3]))
        let loop = Iterate(body: inner, times: 3, scanned: 1)
        body.output("y", try body.add(loop, [x, slices, row, x]))
        var noise = Noise(seed: 9)
        let tables = [noise.tensor([5, 2]), noise.tensor([5, 3])]
        try expectTheSteps(graph(ForEachRow(body: body, tables: tables, reduction: reduction), [Self.vector]))
    }

    @Test(arguments: [Iterate.Result.last, .trace]) func stepsInsideSteps(_ result: Iterate.Result) throws {
        let inner = Iterate(body: try Loop.network(.float64), times: 3, result: result)
        let state = TensorType(.float64, [3])
        let body = try Loop.body([state, state]) { graph, inputs in
            let states = try graph.add(inner, inputs)
            let sum = result == .last ? states : try graph.add(Reduce(.mean, axes: [0]), [states])
            return try graph.add(Binary(.add), [sum, graph.add(Unary(.sine), [inputs[0]])])
        }
        try expectTheSteps(graph(Iterate(body: body, times: 4, result: result), [state, state]))
    }

    // MARK: passes over graphs

    /// What is the same in each step is computed once, before.
    @Test func whatIsCapturedAloneIsHoisted() throws {
        let types = [Self.vector, Self.vector]
        let body = try Loop.body(types) { graph, inputs in
            let slow = try graph.add(Unary(.sine), [graph.add(Unary(.exponential), [inputs[1]])])
            return try graph.add(Binary(.add), [graph.add(Binary(.multiply), [inputs[0], slow]), slow])
        }
        let whole = try graph(Iterate(body: body, times: 4, result: .trace), types)
        try expectTheSteps(whole)
        let plan = try Plan(whole, whole.outputs.map(\.value), nil).optimised()
        let names = plan.graph.nodes.compactMap { node -> String? in
            if case .operation(let operation) = node.source { operation.name } else { nil }
        }
        #expect(names == ["exponential", "sine", "iterate"])
    }

    @Test func loopsOfConstantsAreComputed() throws {
        var noise = Noise(seed: 2)
        let (state, factor) = (noise.tensor([3]), noise.tensor([3]))
        var folded = Graph()
        let value = try folded.add(
            step(times: 6, .trace), [folded.constant(state), folded.constant(factor)])
        let types = [state.type, factor.type]
        let open = try graph(step(times: 6, .trace), types)
        let batch = try [state, factor].map { try $0.reshaped([1, 3]) }
        let expected = try Evaluator(open, outputs: open.outputs.map(\.value)).run(batch)[0]
        #expect(try folded.constant(of: value) == expected.reshaped([7, 3]))
    }

    @Test func equalLoopsAreOneNode() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [3]))
        func loop(_ times: Int, _ result: Iterate.Result = .last) throws -> Value {
            try graph.add(step(times: times, result), [x, x])
        }
        #expect(try loop(4) == loop(4))
        #expect(try loop(4) != loop(5))
        #expect(try loop(4) != loop(4, .trace))
    }

    @Test func wideLoopsAgree() throws {
        let state = TensorType(.float32, [3])
        let inner = try Loop.network(.float32)
        let body = try Loop.body([state, state]) { graph, inputs in
            let rows = try Loop.body([state, state]) { graph, inputs in
                try graph.add(Binary(.multiply), inputs)
            }
            let moved = try graph.add(Iterate(body: inner, times: 2), inputs)
            let table = try Tensor([2, 3], [1, 0.3, -2, 0.1, 0.5, 1] as [Float])
            let summed = try Loop.body([state, state]) { graph, inputs in
                let product = try graph.splice(rows, inputs: inputs)[0]
                return try graph.add(Cast(to: .float64), [product])
            }
            let sum = try graph.add(ForEachRow(body: summed, tables: [table], reduction: .sum), [moved])
            return try graph.add(Cast(to: .float32), [graph.add(Unary(.sine), [sum])])
        }
        let narrow = try graph(Iterate(body: body, times: 3), [state, state])
        let wide = try narrow.widened()
        try wide.verify()
        #expect(wide.outputs.allSatisfy { wide.type(of: $0.value) == TensorType(.float64, [3]) })
        var noise = Noise(seed: 3)
        let batch = try (0..<2).map { _ in
            try Tensor(TensorType(.float32, [8, 3]), rounding: noise.tensor([8, 3]).doubles)
        }
        let found = try Evaluator(narrow, outputs: narrow.outputs.map(\.value)).run(batch)[0].doubles
        let exact = try Evaluator(wide, outputs: wide.outputs.map(\.value)).run(batch.map { try $0.wide() })[0].doubles
        #expect(zip(found, exact).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(found != exact)
    }

    // MARK: what is refused

    private func complaint(_ loop: Iterate, _ types: [TensorType]) -> String? {
        do throws(ShapeError) {
            _ = try loop.resultType(of: types)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func shapesThatDoNotFitAreRefused() throws {
        let (state, other) = (TensorType(.float64, [2]), TensorType(.float64, [3]))
        let same = try Loop.body([state, state]) { _, inputs in inputs[0] }
        let longer = try Loop.body([state]) { graph, _ in graph.constant(try Tensor([3], [0.0, 0, 0])) }
        let whole = try Loop.body([.init(.int64, [])]) { _, inputs in inputs[0] }
        var without = same
        without.output("second", without.inputs[0].value)
        let cases: [(Iterate, [TensorType], String)] = [
            (
                Iterate(body: same, times: 3), [state],
                "iterate of a body with 2 inputs takes a state, 0 inputs by rows and what is captured, not 1 inputs"
            ),
            (Iterate(body: same, times: 3), [state, other], "iterate: `in 1` is float64[2], not float64[3]"),
            (Iterate(body: longer, times: 3), [state], "iterate: the state is float64[2], the next float64[3]"),
            (
                Iterate(body: same, times: 3, scanned: 1), [state, .init(.float64, [4, 2])],
                "iterate of [4, 2]: what is given row by row has 3 rows, one for each step"
            ),
            (
                Iterate(body: same, times: 3, scanned: 1), [state, .init(.float64, [])],
                "iterate of []: what is given row by row has 3 rows, one for each step"
            ),
            (
                Iterate(body: whole, times: 3), [.init(.int64, [])],
                "iterate takes a state of real numbers, not int64"
            ),
            (Iterate(body: without, times: 3), [state, state], "iterate: the body has 2 outputs"),
            (Iterate(body: same, times: -1), [state, state], "iterate cannot be run -1 times"),
            (
                Iterate(body: same, times: .max), [state, state],
                "iterate of 1 operations, \(Int.max) times, exceeds 4194304 operations"
            ),
        ]
        for (loop, types, expected) in cases { #expect(complaint(loop, types) == expected) }
    }

    /// Loops in loops are counted by what they run.
    @Test func workIsBounded() throws {
        var body = try Loop.body([Self.vector]) { graph, inputs in try graph.add(Unary(.sine), inputs) }
        for _ in 0..<6 {
            let inner = Iterate(body: body, times: 10)
            #expect(complaint(inner, [Self.vector]) == nil)
            body = try Loop.body([Self.vector]) { graph, inputs in try graph.add(inner, inputs) }
        }
        #expect(complaint(Iterate(body: body, times: 10), [Self.vector]) != nil)
        let large = TensorType(.float64, [1 << 20])
        let same = try Loop.body([large]) { _, inputs in inputs[0] }
        #expect(complaint(Iterate(body: same, times: 1000), [large])?.contains("exceeds 268435456 elements") == true)
    }

    @Test func bodiesAreVerified() throws {
        let input = Graph.Node(source: .input(name: "x"), inputs: [], type: Self.vector)
        let wrong = Graph.Node(
            source: .operation(Unary(.sine)), inputs: [Value(0)], type: TensorType(.float64, [3]))
        let body = Graph(
            nodes: [input, wrong], inputs: [.init(name: "x", value: Value(0))],
            outputs: [.init(name: "y", value: Value(0))])
        let loop = Graph.Node(
            source: .operation(Iterate(body: body, times: 2)), inputs: [Value(0)], type: Self.vector)
        let whole = Graph(nodes: [input, loop], inputs: [.init(name: "x", value: Value(0))], outputs: [])
        #expect(throws: ShapeError.self) { try whole.verify() }
    }
}
