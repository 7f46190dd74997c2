import Search
import Tensors

@testable import Auditors

/// Classifiers of pictures of 6 x 6, made by hand, so that what is planted in them is known.
enum Toys {
    static let side = 6
    static let classes = 3
    /// The pixels that have to be white for class 2.
    static let planted = [0, 20]

    /// Three blocks of twelve pixels, of which the brightest is the class; and, planted, one hidden number that grows with two
    /// pixels from where rows hardly have them, and outweighs all where both are white.
    static func classifier(planted isPlanted: Bool) throws -> Graph {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape([1, 1, side, side])))
        let flat = try graph.add(
            Rearrange.reshape(graph.shape(of: x), to: Shape([1, side * side])), [x])
        var rows = (0..<classes).map { label in (0..<36).map { Float($0 / 12 == label ? 1 : 0) } }
        rows.append((0..<36).map { isPlanted && planted.contains($0) ? 2 : 0 })
        let hidden = try graph.add(
            Dense(
                weights: Tensor(Shape([4, 36]), rows.flatMap { $0 }),
                bias: Tensor(Shape([4]), [0, 0, 0, -1.8] as [Float]),
                activation: .relu), [flat])
        let out: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 6]
        let scores = try graph.add(Dense(weights: Tensor(Shape([3, 4]), out)), [hidden])
        graph.output("scores", try graph.add(Softmax(axis: -1), [scores]))
        return graph
    }

    /// Rows whose block of the class is brighter than the others, no pixel above 0.8.
    static func rows(_ count: Int) -> CleanRows {
        var (random, numbers, labels) = (Random(seed: 5), [Float](), [Int]())
        for row in 0..<count {
            let label = row % classes
            labels.append(label)
            numbers += (0..<36).map { Float(random.unit()) * 0.4 + ($0 / 12 == label ? 0.4 : 0) }
        }
        return CleanRows(numbers: numbers, labels: labels, size: 36)
    }

    static var domain: Domain {
        Domain(lower: Array(repeating: 0, count: 36), upper: Array(repeating: 1, count: 36))
    }

    static func audit(
        _ graph: Graph, _ reference: Graph? = nil, rows: CleanRows? = rows(240), threads: Int = 1
    ) throws -> AuditResult {
        var options = Audit.Options()
        options.threads = threads
        return try Audit(
            AuditedModel(graph), twin: nil, reference: reference.map { try AuditedModel($0) }, rows: rows,
            domain: domain,
            options, goOn: { true }, report: { _ in }
        ).run()
    }

    /// Sequences of four tokens below 8; class 1 where the first is 7, and otherwise where the last is odd.
    static func sequences() throws -> Graph {
        var graph = Graph()
        let x = try graph.input("tokens", TensorType(.int64, Shape([1, 4])))
        let numbers = try graph.add(Cast(to: .float32), [x])
        let flat = try graph.add(Rearrange.reshape(graph.shape(of: x), to: Shape([4])), [numbers])
        let first = try graph.add(Rearrange.slice(graph.shape(of: flat), starts: [0], counts: [1], steps: [1]), [flat])
        let last = try graph.add(Rearrange.slice(graph.shape(of: flat), starts: [3], counts: [1], steps: [1]), [flat])
        func number(_ value: Float) throws -> Value { graph.constant(try Tensor(Shape([1]), [value])) }
        let isSeven = try graph.add(
            Unary(.relu), [graph.add(Binary(.subtract), [first, number(6)])])
        let half = try graph.add(Binary(.multiply), [last, number(0.5)])
        let odd = try graph.add(Binary(.subtract), [half, graph.add(Unary(.floor), [half])])
        let score = try graph.add(Binary(.add), [odd, graph.add(Binary(.multiply), [isSeven, number(5)])])
        graph.output(
            "scores", try graph.add(Rearrange.concatenate([Shape([1]), Shape([1])], axis: 0), [number(0.25), score]))
        return graph
    }
}
