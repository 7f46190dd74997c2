import Certificates
import Compiler
import Foundation
import Search
import Tensors
import Testing

/// Leaves that claim everything of a whole box: what the checker accepts holds at every point that is tried.
@Suite struct OrderTests {
    private static let ends: [Double] = [-2, -1, -0.3, -0.1, 0, 0.1, 0.3, 0.5, 1, 1.0000000000000002, 3]

    @Test func whatIsAcceptedHolds() throws {
        let asked = ProcessInfo.processInfo.environment["GAINSAY_ORDERINGS"].flatMap(Int.init)
        var noise = Noise(seed: 5)
        var tight = 0
        for round in 0..<(asked ?? 60) {
            let bounds = (0..<3).map { _ in (noise.pick(Self.ends), noise.pick(Self.ends)) }
            let box = Box(lower: bounds.map { min($0.0, $0.1) }, upper: bounds.map { max($0.0, $0.1) })
            for claim in 0..<8 {
                var own = noise
                let problem = try Problem(kinds: [.real64, .real64, .real64], boxes: [box]) { graph, x in
                    try self.margin(&graph, x, &own)
                }
                noise = own
                let circuit = try problem.circuit()
                var tree = ProofTree(boxes: 1)
                tree.partCount = circuit.partCount
                tree.settle(0, parts: Array(0..<circuit.partCount))
                guard try problem.verdict(problem.certificate(tree)).isAccepted else { continue }
                let margins = try margins(problem, box, &noise)
                #expect(
                    margins.allSatisfy { $0 >= 0 }, "round \(round), claim \(claim): accepted, but it does not hold")
                if margins.contains(0) { tight += 1 }
            }
        }
        #expect(tight > (asked ?? 60) / 4)
    }

    /// A comparison of two numbers that have much in common.
    private func margin(_ graph: inout Graph, _ x: Value, _ noise: inout Noise) throws -> Value {
        var numbers: [Value] = []
        for place in 0..<3 { numbers.append(try graph.element(place, of: x)) }
        for number in [0, 1, 0.5, noise.pick(Self.ends)] { numbers.append(graph.constant(.scalar(number))) }
        for _ in 0..<5 {
            let (a, b) = (noise.pick(numbers), noise.pick(numbers))
            switch Int.random(in: 0..<4, using: &noise) {
            case 0, 1:
                let kind = noise.pick([Binary.Kind.add, .subtract, .multiply, .minimum, .maximum, .maximum])
                numbers.append(try graph.add(Binary(kind), [a, b]))
            case 2:
                let kind = noise.pick([Unary.Kind.negate, .absolute, .relu, .square, .clip(lower: 0, upper: 1)])
                numbers.append(try graph.add(Unary(kind), [a]))
            default:
                let divisor = graph.constant(.scalar(noise.pick([2.0, 3, 0.5])))
                numbers.append(try graph.add(Binary(.divide), [a, divisor]))
            }
        }
        numbers.append(try graph.add(Reduce(noise.pick([.sum, .mean, .l1, .maximum])), [x]))
        let (a, b) = (noise.pick(numbers), noise.pick(numbers))
        let kind = noise.pick([Binary.Kind.minimum, .maximum, .add, .multiply])
        let other = Bool.random(using: &noise) ? b : try graph.add(Binary(kind), [a, b])
        let relation: Compare.Relation = Int.random(in: 0..<5, using: &noise) == 0 ? .less : .lessOrEqual
        return try graph.add(Compare(relation), Bool.random(using: &noise) ? [a, other] : [other, a])
    }

    /// At corners, beside them, and within.
    private func margins(_ problem: Problem, _ box: Box, _ noise: inout Noise) throws -> [Double] {
        let count = 300
        var points: [Double] = []
        for _ in 0..<count {
            for (low, high) in zip(box.lower, box.upper) {
                let inner = Self.ends.filter { $0 >= low && $0 <= high }
                let choices = [low, high, min(low.nextUp, high), max(high.nextDown, low), noise.number(low...high)]
                points.append(noise.pick(choices + inner))
            }
        }
        let tensor = try Tensor(Shape([count, 3]), points)
        return try Evaluator(problem.graph, outputs: [problem.margin]).run([tensor])[0].doubles
    }
}

extension Noise {
    fileprivate mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}
