import Testing

@testable import Tensors

/// Bounds of whole graphs, from decomposition to backward propagation, held against what the graphs compute.
@Suite struct SoundnessTests {
    @Test(arguments: Subject.all + Subject.rare, [ElementType.float32, .float64])
    func boundsHoldForOperators(_ subject: Subject, _ element: ElementType) throws {
        guard element == .float64 || !subject.needsFloat64 else { return }
        let (graph, output) = try subject.graph(of: element)
        var noise = Noise(seed: 71)
        for width in [0.0, 1e-3, 0.5] {
            try expectSoundness(graph, output, subject.range, width: width, &noise)
        }
    }

    /// What is added to a product moves its interval, and widens it by rounding only.
    @Test func biasesWidenNothing() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([1, 2])))
        let weights = graph.constant(try Tensor([2, 1], [1, -1] as [Float]))
        let product = try graph.add(MatMul(), [graph.add(Cast(to: .float32), [x]), weights])
        let sum = try graph.add(Binary(.add), [product, graph.constant(Tensor([1], [100 as Float]))])
        let decomposition = try Decomposition(graph, wanted: [sum])
        let image = try #require(decomposition.image(of: sum))
        let workspace = BoundWorkspace(try BoundPlan(decomposition, targets: [image]), regions: 1)
        let (lower, upper) = (Block([0.0, 0]), Block([1.0, 1]))
        withExtendedLifetime((lower, upper)) { workspace.load(lower: lower.pointer, upper: upper.pointer) }
        workspace.bound(known: [])
        #expect(abs(workspace.memory[image.index].lower[0] - 99) < 1e-4)
        #expect(abs(workspace.memory[image.index].upper[0] - 101) < 1e-4)
    }

    @Test func boundsHoldForRandomGraphs() throws {
        var noise = Noise(seed: 73)
        for seed in 0..<150 {
            var random = RandomGraph(seed: UInt64(seed) + 1000)
            try random.grow(operations: 6)
            let width = seed % 3 == 0 ? 1e-4 : 0.3
            try expectSoundness(random.graph, random.graph.outputs[0].value, -2...2, width: width, &noise)
        }
    }
}

/// Bounds some elements of a value, from below and above, in 16 boxes at once.
private func expectSoundness(
    _ original: Graph, _ output: Value, _ range: ClosedRange<Double>, width: Double, _ noise: inout Noise
) throws {
    var graph = Graph()
    var inputs: [Value] = []
    for input in original.inputs {
        let type = original.type(of: input.value)
        let coordinates = try graph.input(input.name, TensorType(.float64, type.shape))
        inputs.append(type.element == .float64 ? coordinates : try graph.add(Cast(to: type.element), [coordinates]))
    }
    let output = try graph.splice(original, inputs: inputs, wanted: [output])[0]
    var targets: [Value] = []
    let count = graph.shape(of: output).count
    for element in Set([0, count / 2, count - 1]).sorted() {
        let target = try graph.element(element, of: output)
        targets += [target, try graph.add(Unary(.negate), [target])]
    }
    let decomposition = try Decomposition(graph, wanted: targets)
    let images = targets.compactMap { decomposition.image(of: $0) }
    guard !images.contains(where: { decomposition.graph.constant(of: $0) != nil }) else { return }
    let plan = try BoundPlan(decomposition, targets: images)
    let workspace = BoundWorkspace(plan, regions: 16)
    let boxes = Boxes(graph, range, width: width, &noise)
    workspace.load(lower: boxes.lower, upper: boxes.upper)
    workspace.bound(known: [])
    let evaluator = try Evaluator(graph, outputs: targets)
    var quadratic = QuadraticBound(dimension: plan.dimension)
    var losses = [Double](repeating: 0, count: plan.dimension)
    let results = try evaluator.run(boxes.samples(30, &noise)).map(\.doubles)
    for (place, image) in images.enumerated() {
        workspace.seed(image.index, rows: 16, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: image.index, rows: 16, .ofEachRegion)
        for lane in 0..<16 {
            var bound = max(workspace.bound(lane, .ofEachRegion), workspace.lower(image.index, lane))
            if plan.dimension <= QuadraticBound.greatestDimension {
                workspace.quadraticBound(of: image.index, lane, &quadratic, losses: &losses)
                bound = max(bound, quadratic.least().bound)
            }
            for sample in 0..<30 {
                let result = results[place][lane * 30 + sample]
                try #require(result >= bound || result.isNaN, "target \(place), lane \(lane): \(result) < \(bound)")
            }
        }
    }
}

/// 16 boxes of all inputs of a graph, `[coordinate][lane]`.
private final class Boxes {
    let lower, upper: UnsafeMutablePointer<Double>
    private let types: [TensorType]

    init(_ graph: Graph, _ range: ClosedRange<Double>, width: Double, _ noise: inout Noise) {
        types = graph.inputs.map { graph.type(of: $0.value) }
        let count = types.reduce(0) { $0 + $1.shape.count }
        lower = .allocate(capacity: count * 16 + 1)
        upper = .allocate(capacity: count * 16 + 1)
        for place in 0..<(count * 16) {
            lower[place] = noise.value(in: range)
            upper[place] = min(lower[place] + noise.value(in: 0...1) * width, range.upperBound)
        }
    }

    /// Points of each box, one box after the other: a third of them corners.
    func samples(_ count: Int, _ noise: inout Noise) throws -> [Tensor] {
        var first = 0
        var batch: [Tensor] = []
        for type in types {
            var values: [Double] = []
            for sample in 0..<(16 * count) {
                for element in 0..<type.shape.count {
                    let place = (first + element) * 16 + sample / count
                    let share = noise.value(in: 0...1)
                    let inside = sample % 3 == 0 ? share.rounded() : share
                    let value = lower[place] + inside * (upper[place] - lower[place])
                    values.append(min(max(value, lower[place]), upper[place]))
                }
            }
            batch.append(
                try Tensor(
                    TensorType(type.element, Shape([16 * count] + type.shape.dimensions)), rounding: values))
            first += type.shape.count
        }
        return batch
    }

    deinit {
        lower.deallocate()
        upper.deallocate()
    }
}

extension Graph {
    /// One element of a value, as a scalar float64.
    fileprivate mutating func element(_ index: Int, of value: Value) throws -> Value {
        let flat = try add(Rearrange.reshape(shape(of: value), to: Shape([shape(of: value).count])), [value])
        let one = try add(Rearrange.slice(shape(of: flat), axis: 0, from: index, count: 1), [flat])
        let wide = try add(Cast(to: .float64), [one])
        return try add(Rearrange.reshape([1], to: []), [wide])
    }
}

@Suite struct SharpnessTests {
    /// 0 <= f(x) and f(x) <= 1 hold to the last bit, through a cast, a slice and a comparison.
    @Test(arguments: [
        Subject("softmax of two", Softmax(axis: 0), [[2]], in: -1000...1000),
        Subject("softmax", Softmax(axis: 0), [[5]], in: -1000...1000),
        Subject("sigmoid", Unary(.sigmoid), [[2]], in: -1000...1000),
        Subject("clip", Unary(.clip(lower: 0, upper: 1)), [[2]], in: -0.5...1),
    ])
    func limitsAreProved(_ subject: Subject) throws {
        let (original, output) = try subject.graph(of: .float32)
        var graph = Graph()
        let shape = try Shape(subject.shapes[0])
        let input = try graph.input("x", TensorType(.float64, shape))
        let narrow = try graph.add(Cast(to: .float32), [input])
        let value = try graph.splice(original, inputs: [narrow], wanted: [output])[0]
        let element = try graph.element(1, of: value)
        let margins = try [
            graph.add(Compare(.lessOrEqual), [graph.number(0, like: element), element]),
            graph.add(Compare(.lessOrEqual), [element, graph.number(1, like: element)]),
        ]
        let decomposition = try Decomposition(graph, wanted: margins)
        let images = margins.compactMap { decomposition.image(of: $0) }
        let workspace = try BoundWorkspace(BoundPlan(decomposition, targets: images), regions: 16)
        let lower = [Double](repeating: subject.range.lowerBound, count: shape.count * 16)
        let upper = [Double](repeating: subject.range.upperBound, count: shape.count * 16)
        workspace.load(lower: lower, upper: upper)
        workspace.bound(known: [])
        for image in images {
            workspace.seed(image.index, rows: 16, element: { _ in 0 }, sign: { _ in 1 })
            workspace.propagate(from: image.index, rows: 16, .ofEachRegion)
            let bound = max(workspace.bound(0, .ofEachRegion), workspace.lower(image.index, 0))
            #expect(bound >= 0)
        }
    }
}
