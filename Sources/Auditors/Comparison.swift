import Search
import Statistics
import Tensors

/// A model beside another one that ought to do the same: where their weights differ, how often their answers do, and the
/// input on which they differ most.
package struct Comparison: Sendable {
    package struct Layer: Sendable {
        package let name: String
        /// The norm of the difference over the norm of the other's weights; nil where the shapes differ.
        package let difference: Double?
        /// The share of the difference's square that its greatest singular direction has: 1 of rank one.
        package let first: Double?
    }

    package let layers: [Layer]
    /// Rows with the same answer.
    package let agree: Rate
    /// The input that was found, the scores of both there, and their greatest difference.
    package let input: [Float]
    package let own, other: [Float]
    package let gap: Double

    init(
        _ model: AuditedModel, _ reference: AuditedModel, rows: CleanRows, domain: Domain, seed: UInt64, threads: Int,
        goOn: () -> Bool
    ) throws(ShapeError) {
        let (mine, theirs) = (model.graph.weightLayers, reference.graph.weightLayers)
        layers = zip(mine, theirs).enumerated().map { index, pair in
            let (a, b) = pair
            let name = "\(a.operation) \(index + 1)"
            guard a.weights.shape == b.weights.shape else { return Layer(name: name, difference: nil, first: nil) }
            let (x, y) = (a.weights.floats, b.weights.floats)
            let change = zip(x, y).map(-)
            func square(_ numbers: [Float]) -> Double { numbers.reduce(0) { $0 + Double($1) * Double($1) } }
            let (moved, norm) = (square(change), square(y))
            let spectrum = moved > 0 ? Spectrum(change, rows: a.rows, columns: a.columns, seed: seed) : nil
            return Layer(
                name: name, difference: norm > 0 ? (moved / norm).squareRoot() : nil,
                first: spectrum.map { ($0.values.first.map { $0 * $0 } ?? 0) / moved })
        }
        let (first, second) = (
            try Answers(model, rows, threads: threads), try Answers(reference, rows, threads: threads)
        )
        agree = Rate(
            successes: (0..<rows.count).count { first.label($0) == second.label($0) }, count: rows.count)
        let found = try Self.apart(model, reference, rows, domain, goOn)
        (input, own, other, gap) = found
    }

    /// Ascends from rows the greatest difference between the two models' probabilities.
    private static func apart(
        _ model: AuditedModel, _ reference: AuditedModel, _ rows: CleanRows, _ domain: Domain, _ goOn: () -> Bool
    ) throws(ShapeError) -> ([Float], [Float], [Float], Double) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, model.layout.shape))
        var scores: [Value] = []
        for one in [model, reference] {
            let value = try graph.splice(one.graph, inputs: [x], wanted: [one.scores])[0]
            let flat = try graph.add(Rearrange.reshape(graph.shape(of: value), to: Shape([one.classes])), [value])
            scores.append(try graph.add(Softmax(axis: 0), [flat]))
        }
        let difference = try graph.add(Binary(.subtract), scores)
        let gap = try graph.add(Reduce(.l2, axes: nil, .dropped), [difference])
        let evaluator = try Evaluator(graph, outputs: [gap] + scores, gradient: .init(of: gap, to: [x]))
        let count = min(rows.count, 64)
        var (numbers, adam) = (Array(rows.numbers.prefix(count * rows.size)), Adam(count * rows.size))
        var best: ([Float], [Float], [Float], Double) = ([], [], [], -1)
        for _ in 0...60 {
            let input = try Tensor(Shape([count] + model.layout.shape.dimensions), numbers)
            let (outputs, slopes) = try evaluator.runWithGradient([input])
            let gaps = outputs[0].floats
            for row in 0..<count where Double(gaps[row]) > best.3 {
                func part(_ tensor: Tensor) -> [Float] {
                    Array(tensor.floats[row * model.classes..<(row + 1) * model.classes])
                }
                best = (
                    Array(numbers[row * rows.size..<(row + 1) * rows.size]), part(outputs[1]), part(outputs[2]),
                    Double(gaps[row])
                )
            }
            guard goOn() else { break }
            adam.move(&numbers, by: slopes[0].floats.map { -$0 }, stride: 0.05)
            for index in numbers.indices { numbers[index] = domain.clamped(numbers[index], index % rows.size) }
        }
        return best
    }
}
