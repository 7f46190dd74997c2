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
            trigger.append(
                domain.lower[element] + Float(random.unit()) * (domain.upper[element] - domain.lower[element]))
        }
        return trigger
    }

    func random(size: Double, _ random: inout Random) -> [Float] {
        var trigger = start(&random)
        for site in 0..<layout.sites { trigger[site] = 0 }
        // A block of places in a picture, which is what many attackers choose; any places in a row.
        let number = max(1, Int(size))
        switch layout.form {
        case .picture(let height, let width):
            let tall = min(height, max(1, Int(Double(number).squareRoot())))
            let wide = min(width, (number + tall - 1) / tall)
            let (top, left) = (random.below(height - tall + 1), random.below(width - wide + 1))
            for place in 0..<min(number, tall * wide) {
                trigger[(top + place / wide) * width + left + place % wide] = 1
            }
        case .row(let columns):
            for _ in 0..<number { trigger[random.below(columns)] = 1 }
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

    /// Of each number the end of its range that a change goes to.
    func extremes(of change: [Float]) -> [Float] {
        change.indices.map { change[$0] < 0 ? domain.lower[$0] : domain.upper[$0] }
    }

    /// The numbers of an input's shape: for each the share that is painted, and the paint.
    func parts(_ trigger: [Float]) -> (mask: [Float], paint: [Float]) {
        let mask = (0..<layout.count).map { trigger[layout.site(of: $0)] }
        return (mask, Array(trigger.dropFirst(layout.sites)))
    }

    func size(_ trigger: [Float]) -> Float { trigger.prefix(layout.sites).reduce(0, +) }

    func addSizeSlope(_ trigger: [Float], times factor: Float, to slope: inout [Float]) {
        for site in 0..<layout.sites { slope[site] += factor }
    }
}
