import Search
import Tensors

/// x + change, cut to the domain: the same small change to every input. Its size is the change's norm.
///
/// Source: Moosavi-Dezfooli et al., "Universal adversarial perturbations", CVPR 2017, by gradient descent.
struct Perturbation: Family {
    let layout: Layout
    let domain: Domain

    var name: String { "perturbation" }
    var count: Int { layout.count }
    var parameterTypes: [TensorType] { [TensorType(.float32, layout.shape)] }
    var stride: Float { 0.02 }

    func start(_ random: inout Random) -> [Float] {
        domain.widths.map { Float(random.unit() - 0.5) * 0.1 * $0 }
    }

    func random(size: Double, _ random: inout Random) -> [Float] {
        var trigger = domain.widths.map { Float(2 * random.unit() - 1) * $0 }
        let factor = Float(size) / max(self.size(trigger), 1e-9)
        for element in trigger.indices { trigger[element] *= factor }
        clamp(&trigger)
        return trigger
    }

    func clamp(_ trigger: inout [Float]) {
        for (element, width) in domain.widths.enumerated() {
            trigger[element] = min(max(trigger[element], -width), width)
        }
    }

    func add(to graph: inout Graph, x: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let moved = try graph.add(Binary(.add), [x, parameters[0]])
        let lower = graph.constant(try Tensor(layout.shape, domain.lower))
        let upper = graph.constant(try Tensor(layout.shape, domain.upper))
        return try graph.add(Binary(.minimum), [graph.add(Binary(.maximum), [moved, lower]), upper])
    }

    func size(_ trigger: [Float]) -> Float { trigger.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    func addSizeSlope(_ trigger: [Float], times factor: Float, to slope: inout [Float]) {
        let norm = max(size(trigger), 1e-6)
        for element in trigger.indices { slope[element] += factor * trigger[element] / norm }
    }
}
