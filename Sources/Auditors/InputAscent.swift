import Search
import Tensors

/// Inputs made up for each class: those for which it is furthest ahead of all others, from random beginnings in the domain.
///
/// The margins are the statistic of Wang et al., "MM-BD: Post-training detection of backdoor attacks with arbitrary backdoor
/// pattern types using a maximum margin statistic", IEEE S&P 2024; the inputs stand in for rows where there are none.
final class InputAscent: Sendable {
    struct Reached: Sendable {
        /// Inputs, row-major.
        let numbers: [Float]
        /// By how much the class is ahead for each.
        let margins: [Float]
    }

    private static let never: Float = -1e6

    private let domain: Domain
    private let classes: Int
    private let evaluator: Evaluator

    init(_ model: AuditedModel, _ domain: Domain) throws(ShapeError) {
        (self.domain, classes) = (domain, model.classes)
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, model.layout.shape))
        let scores = try graph.splice(model.graph, inputs: [x], wanted: [model.scores])[0]
        let flat = try graph.add(Rearrange.reshape(graph.shape(of: scores), to: Shape([classes])), [scores])
        // Far below zero for all classes but one, and for that one alone.
        var greatest: [Value] = []
        for name in ["others", "own"] {
            let penalty = try graph.input(name, TensorType(.float32, Shape([classes])))
            let masked = try graph.add(Binary(.add), [flat, penalty])
            greatest.append(try graph.add(Reduce(.maximum, axes: [0], .dropped), [masked]))
        }
        let margin = try graph.add(Binary(.subtract), greatest)
        evaluator = try Evaluator(graph, outputs: [margin], gradient: .init(of: margin, to: [x]))
    }

    /// Up to 64 inputs for a class.
    func run(_ own: Int, count: Int, steps: Int, _ random: inout Random, goOn: () -> Bool) -> Reached {
        let (workspace, lanes) = (evaluator.makeWorkspace(), Evaluator.lanes(for: count))
        let size = domain.lower.count
        let widths = domain.widths
        var x = [Float](repeating: 0, count: size * lanes)
        for element in 0..<size {
            for lane in 0..<count {
                x[element * lanes + lane] = domain.lower[element] + Float(random.unit()) * widths[element]
            }
        }
        func penalties(_ isFree: (Int) -> Bool) -> [Float] {
            (0..<classes).flatMap { [Float](repeating: isFree($0) ? 0 : Self.never, count: lanes) }
        }
        let (others, this) = (penalties { $0 == own }, penalties { $0 != own })
        var adam = Adam(x.count)
        var margins: [Float] = []
        for step in 0...steps {
            var slope = [Float](repeating: 0, count: x.count)
            x.withUnsafeBytes { x in
                others.withUnsafeBytes { others in
                    this.withUnsafeBytes { this in
                        guard let x = x.baseAddress, let others = others.baseAddress, let this = this.baseAddress
                        else { return }
                        evaluator.forwardAndBackward(workspace, inputs: [x, others, this], lanes: lanes, count: count)
                    }
                }
            }
            if let found = workspace.output(0)?.assumingMemoryBound(to: Float.self) {
                margins = (0..<count).map { found[$0] }
            }
            guard step < steps, goOn() else { break }
            if let found = workspace.gradient(0)?.assumingMemoryBound(to: Float.self) {
                for index in slope.indices where index % lanes < count {
                    slope[index] = -found[index] * widths[index / lanes]
                }
            }
            // In units of each number's range.
            var moved = [Float](repeating: 0, count: x.count)
            adam.move(&moved, by: slope, stride: 0.05)
            for index in x.indices {
                x[index] = domain.clamped(x[index] + moved[index] * widths[index / lanes], index / lanes)
            }
        }
        let numbers = (0..<count).flatMap { lane in (0..<size).map { x[$0 * lanes + lane] } }
        return Reached(numbers: numbers, margins: margins)
    }
}
