import Search
import Tensors

/// x + mask · (paint - x): some places of every input take what is painted there. Its size is the sum of the mask.
///
/// Source: Wang et al., "Neural Cleanse", IEEE S&P 2019, equation 2. The mask is kept in 0...1 by projection, not by a
/// hyperbolic tangent, so that places leave it altogether.
struct Paint: Family {
    let layout: Layout
    let domain: Domain

    var name: String { "paint" }
    var count: Int { layout.sites + layout.count }
    var parameterTypes: [TensorType] {
        [TensorType(.float32, layout.siteShape), TensorType(.float32, layout.shape)]
    }
    var stride: Float { 0.1 }

    func start(_ random: inout Random) -> [Float] {
        var trigger = [Float](repeating: 0.5, count: layout.sites)
        for element in 0..<layout.count {
            trigger.append(domain.lower[element] + Float(random.unit()) * (domain.upper[element] - domain.lower[element]))
        }
        return trigger
    }

    func clamp(_ trigger: inout [Float]) {
        for site in 0..<layout.sites { trigger[site] = min(max(trigger[site], 0), 1) }
        for element in 0..<layout.count {
            trigger[layout.sites + element] = domain.clamped(trigger[layout.sites + element], element)
        }
    }

    func add(to graph: inout Graph, x: Value, parameters: [Value]) throws(ShapeError) -> Value {
        let change = try graph.add(Binary(.subtract), [parameters[1], x])
        return try graph.add(Binary(.add), [x, graph.add(Binary(.multiply), [change, parameters[0]])])
    }

    func size(_ trigger: [Float]) -> Float { trigger.prefix(layout.sites).reduce(0, +) }

    func addSizeSlope(_ trigger: [Float], times factor: Float, to slope: inout [Float]) {
        for site in 0..<layout.sites { slope[site] += factor }
    }
}
