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
    let results = try evaluator.run(boxes.samples(30, &noise)).map(\.doubles)
    for (place, image) in images.enumerated() {
        workspace.seed(image.index, rows: 16, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: image.index, rows: 16, .ofEachRegion)
        for lane in 0..<16 {
            let bound = max(workspace.bound(lane, .ofEachRegion), workspace.lower(image.index, lane))
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
