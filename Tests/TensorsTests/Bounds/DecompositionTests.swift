import Testing

@testable import Tensors

@Suite struct DecompositionTests {
    @Test(arguments: Subject.all + Subject.rare) func computesTheSame(_ subject: Subject) throws {
        let (graph, output) = try subject.graph()
        try expectAgreement(graph, [output], subject.batch(16, seed: 21))
    }

    @Test func randomGraphsComputeTheSame() throws {
        for seed in 0..<150 {
            var random = RandomGraph(seed: UInt64(seed) + 1)
            try random.grow(operations: 8)
            try expectAgreement(random.graph, [random.graph.outputs[0].value], random.batch(8))
        }
    }

    @Test(arguments: Subject.all + Subject.rare) func fewKindsOfNodesAreLeft(_ subject: Subject) throws {
        let (graph, output) = try subject.graph()
        let decomposition = try Decomposition(graph, wanted: [output])
        #expect(decomposition.roundings.count == decomposition.graph.nodes.count)
        let relations = decomposition.graph.nodes.indices.compactMap {
            decomposition.graph.relation(of: Value($0))
        }
        #expect(relations.contains(.enclosed) == subject.isEnclosed, "\(relations)")
        let image = try #require(decomposition.image(of: output))
        #expect(decomposition.graph.type(of: image) == graph.type(of: output))
    }

    /// What is not computed by itself is exact; the last node has the rounding.
    @Test(arguments: Subject.rounded) func float32IsWithinItsRounding(_ subject: Subject) throws {
        let (graph, output) = try subject.graph(.float32)
        let decomposition = try Decomposition(graph, wanted: [output])
        let image = try #require(decomposition.image(of: output))
        var decomposed = decomposition.graph
        decomposed.output("y", image)
        let wide = try decomposed.widened()
        let batch = try subject.batch(256, seed: 5, .float32)
        let exact = try Evaluator(wide, outputs: wide.outputs.map(\.value)).run(batch.map { try $0.wide() })[0].doubles
        let computed = try Evaluator(graph, outputs: [output]).run(batch)[0].doubles
        let rounding = decomposition.roundings[decomposition.graph.source(of: image).index]
        #expect(rounding != .exact)
        for (exact, computed) in zip(exact, computed) where exact.magnitude < 1e38 {
            let error = rounding.relative * exact.magnitude + rounding.absolute
            #expect(abs(exact - computed) <= error, "\(computed) for \(exact)")
        }
        guard let kind = (subject.operation as? Unary)?.kind else { return }
        #expect(computed.allSatisfy(kind.computedLimits.contains))
    }

    @Test func aComputedDifferenceIsNoExactOne() throws {
        var graph = Graph()
        let a = try graph.input("a", TensorType(.float32, [3]))
        let b = try graph.input("b", TensorType(.float32, [3]))
        let larger = try graph.add(Binary(.maximum), [a, b])
        let difference = try graph.add(Binary(.subtract), [a, b])
        let decomposition = try Decomposition(graph, wanted: [larger, difference])
        let image = try #require(decomposition.image(of: difference))
        #expect(decomposition.roundings[image.index] == .sum(terms: 1, .float32))
        let differences = decomposition.graph.nodes.filter { node in
            if case .operation(let operation) = node.source { operation as? Binary == Binary(.subtract) } else { false }
        }
        #expect(differences.count == 2)
    }

    @Test func aSignNeedsNoDifference() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [2]))
        let zero = try graph.number(0, like: x)
        let positive = try graph.add(Unary(.relu), [x])
        let margin = try graph.add(Compare(.lessOrEqual), [zero, positive])
        let other = try graph.add(Compare(.lessOrEqual), [x, zero])
        let decomposition = try Decomposition(graph, wanted: [margin, other])
        #expect(decomposition.image(of: margin) == decomposition.image(of: positive))
        try expectAgreement(graph, [margin, other], [Tensor([2, 2], [1.0, -2, 0, 0.5])])
    }

    @Test func rowsAreUnrolled() throws {
        var body = Graph()
        let x = try body.input("x", TensorType(.float64, []))
        let row = try body.input("row", TensorType(.float64, []))
        body.output("y", try body.add(Compare(.less), [row, x]))
        body.output("counts", try body.add(Binary(.less), [row, body.number(3, like: row)]))
        let table = try Tensor([4], [1.0, 5, 2, -1])
        for reduction in [ForEachRow.Reduction.sum, .mean, .minimum, .maximum] {
            var graph = Graph()
            let x = try graph.input("x", TensorType(.float64, []))
            let region = ForEachRow(body: body, tables: [table], reduction: reduction, rows: .filtered)
            let output = try graph.add(region, [x])
            try expectAgreement(graph, [output], [Tensor([3], [0.25, 7, -2])])
            #expect(try Decomposition(graph, wanted: [output]).relations.contains(.enclosed) == false)
        }
    }

    @Test func aReluWithSlopesOfItsOwn() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [2, 3]))
        let slope = graph.constant(try Tensor([3], [0.1, -0.5, 2]))
        let output = try graph.parametricRelu(x, slope: slope)
        try expectAgreement(graph, [output], [Tensor([2, 2, 3], [1.0, 2, -3, 0, -5, -6, 7, -8, 9, -1, -2, -3])])
        #expect(try Decomposition(graph, wanted: [output]).ancestorRelations(of: output).contains(.enclosed) == false)
    }
}

/// Both graphs give the same numbers in float64, but for the rounding of a few steps.
private func expectAgreement(_ graph: Graph, _ wanted: [Value], _ batch: [Tensor]) throws {
    let decomposition = try Decomposition(graph, wanted: wanted)
    let images = wanted.compactMap { decomposition.image(of: $0) }
    #expect(images.count == wanted.count)
    let expected = try Evaluator(graph, outputs: wanted).run(batch)
    let found = try Evaluator(decomposition.graph, outputs: images).run(batch)
    for (expected, found) in zip(expected, found) {
        #expect(expected.type == found.type)
        for (expected, found) in zip(expected.doubles, found.doubles) {
            let isClose = abs(expected - found) <= 1e-9 * max(1, expected.magnitude)
            #expect(isClose || expected == found || (expected.isNaN && found.isNaN), "\(found), not \(expected)")
        }
    }
}

extension Decomposition {
    var relations: [Relation] { graph.nodes.indices.compactMap { graph.relation(of: Value($0)) } }

    /// Of the nodes that a value needs.
    func ancestorRelations(of value: Value) -> [Relation] {
        guard let image = image(of: value) else { return [] }
        let needed = graph.ancestors(of: [image])
        return graph.nodes.indices.filter { needed[$0] }.compactMap { graph.relation(of: Value($0)) }
    }
}

extension Graph {
    /// The node whose numbers a value has: behind reshapes and limits.
    func source(of value: Value) -> Value {
        if case .operation(let operation) = nodes[value.index].source {
            let isClip = if case .clip = (operation as? Unary)?.kind { true } else { false }
            if operation is Rearrange || isClip { return source(of: nodes[value.index].inputs[0]) }
        }
        return value
    }
}

extension Tensor {
    func wide() throws -> Tensor { try Tensor(TensorType(.float64, shape), rounding: doubles) }
}

extension Subject {
    /// Those that have an interval rule only.
    var isEnclosed: Bool {
        switch operation {
        case let binary as Binary: [.power, .modulo, .remainder, .less].contains(binary.kind)
        case let reduce as Reduce: reduce.kind == .l0 || (reduce.kind == .product && shapes == [[3, 3]])
        case let cast as Cast: cast.element == .int64
        case is ArgExtremum, is Sort, is Quantile, is TreeEnsemble: true
        default: false
        }
    }

    /// Operators and cases that the laws of gradients leave out.
    static let rare: [Subject] = {
        let window = Window(size: [3, 3], strides: [2, 2], before: [1, 1], after: [1, 1])
        return [
            Subject("reduce l0", Reduce(.l0), [[5]]), Subject("linf, middle", Reduce(.linf, axes: [1]), [[2, 7, 3]]),
            Subject("extremes, outer axes", Reduce(.maximum, axes: [0, 2], .kept), [[3, 2, 5]]),
            Subject("product", Reduce(.product, axes: [0]), [[8, 3]]),
            Subject("argmax", ArgExtremum(.max, axis: 1), [[3, 5]]),
            Subject("argsort", Sort(axis: 0, .places), [[3, 2]]), Subject("to integers", Cast(to: .int64), [[5]]),
            Subject("to float32", Cast(to: .float32), [[5]], in: 1...1), Subject("less", Binary(.less), [[5], [5]]),
            Subject("max pool, dilated", Pool(.max, window: Window(size: [3], dilations: [2])), [[2, 3, 9]]),
            Subject("max pool, pads", Pool(.max, window: window, rounding: .up), [[1, 2, 6, 6]]),
            Subject("max pool, 3-D", Pool(.max, window: Window(size: [2, 1, 2])), [[1, 2, 3, 2, 4]]),
            Subject("softmax of many", Softmax(axis: 0), [[65]]),
            Subject("softmax of two", Softmax(axis: 1), [[4, 2]]),
            Subject("log softmax of two", Softmax(axis: 1, .logarithm), [[4, 2]]),
            Subject("softmax, far apart", Softmax(axis: 1), [[4, 5]], in: -900...900),
            Subject("matrix by vectors", MatMul(), [[2, 3, 4], [4]]),
            Subject("vector by matrices", MatMul(), [[3], [2, 3, 4]]),
            Subject("broadcast matrices", MatMul(), [[2, 1, 3, 4], [3, 4, 2]]),
        ]
    }()

    /// Those whose last node has the rounding of all, on inputs that are hard on it.
    static let rounded: [Subject] = {
        let kinds: [Unary.Kind] = [
            .square, .reciprocal, .exponential, .sine, .cosine, .tangent, .arctangent, .hyperbolicSine,
            .hyperbolicCosine, .areaSine, .hyperbolicTangent, .sigmoid, .errorFunction, .softplus, .softsign,
            .leakyRelu(slope: 0.1), .elu(alpha: 1.3), .selu(alpha: 1.67, gamma: 1.05), .wholePower(3), .wholePower(10),
        ]
        return [3.0, 80].flatMap { reach in
            kinds.map { Subject("\($0) to \(reach)", Unary($0), [[40]], in: -reach...reach) }
                + [Softmax.Kind.plain, .logarithm].flatMap { kind in
                    [2, 3, 10, 64].map {
                        Subject(
                            "\(kind) softmax of \($0) to \(reach)", Softmax(axis: 0, kind), [[$0]], in: -reach...reach)
                    }
                }
        }
            + [Unary.Kind.squareRoot, .logarithm].map { Subject("\($0)", Unary($0), [[40]], in: 1e-30...1e3) }
            + [Unary.Kind.arcsine, .arccosine, .areaTangent].map { Subject("\($0)", Unary($0), [[40]], in: -1...0.99) }
            + [Subject("areaCosine", Unary(.areaCosine), [[40]], in: 1...50)]
            + [2, 3, 40].map { Subject("logSumExp of \($0)", Reduce(.logSumExp), [[$0]], in: -50...50) }
            + [Subject("quotient", Binary(.divide), [[40], [40]], in: 0.001...1)]
    }()
}
