/// How a factor of products hangs on the coordinates: linear bounds from below and above, in each region.
final class FactorForms {
    /// Per element, coordinate and region.
    let lower, upper: UnsafeMutablePointer<Double>
    /// What the bounds are at least, and at most, in the region: per element and region.
    let least, greatest: UnsafeMutablePointer<Double>
    /// Which bounds of each element were found since the regions were loaded: 1 below, 2 above.
    var found: [UInt8]

    init(_ elements: Int, _ dimension: Int, _ regions: Int, _ slab: Slab) {
        lower = slab.doubles(elements * dimension * regions)
        upper = slab.doubles(elements * dimension * regions)
        least = slab.doubles(elements * regions)
        greatest = slab.doubles(elements * regions)
        found = Array(repeating: 0, count: elements)
    }

    func reset() { for at in found.indices { found[at] = 0 } }
}

/// A factor in one region: slopes · u + center, give or take a reach, where u is the point scaled to -1...1.
struct FactorForm {
    var slopes: [Double]
    var center = 0.0
    var reach = 0.0
    /// The sum of the magnitudes of the slopes.
    var spread = 0.0
}

extension BoundWorkspace {
    /// Keeps the linear bound of a factor that was just propagated in each region.
    func noteForm(_ factor: Int, _ element: Int, sign: Double) {
        guard let forms = forms[factor] else { return }
        let coefficients = sign > 0 ? forms.lower : forms.upper
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind else { continue }
            let start = (element * plan.dimension + first) * regions
            for place in 0..<(node.count * regions) {
                coefficients[start + place] = sign * coefficient(index, place)
            }
        }
        for lane in 0..<regions {
            let ends = sign > 0 ? forms.least : forms.greatest
            ends[element * regions + lane] = sign * bound(lane, .ofEachRegion)
        }
        forms.found[element] |= sign > 0 ? 1 : 2
    }

    /// Linear bounds of a factor for which intervals are as good, of as many elements as there is time for.
    func findForms(_ factor: Int) {
        for element in 0..<plan.nodes[factor].count {
            if isHalted() { return }
            for sign in [1.0, -1] {
                seed(factor, rows: regions, element: { _ in element }, sign: { _ in sign })
                propagate(from: factor, rows: regions, .ofEachRegion)
                noteForm(factor, element, sign: sign)
            }
        }
    }

    /// Reads the form of one element in one region; whether there is one.
    func read(_ node: Int, _ element: Int, _ lane: Int, _ form: inout FactorForm) -> Bool {
        if case .input(let first) = plan.nodes[node].kind {
            let place = element * regions + lane
            for at in form.slopes.indices { form.slopes[at] = 0 }
            form.slopes[first + element] = memory[node].radius[place]
            form.center = memory[node].center[place]
            form.reach = memory[node].magnitude[place] * 0x1p-50
            form.spread = memory[node].radius[place]
            return true
        }
        guard let forms = forms[node], forms.found[element] == 3 else { return false }
        var (low, high) = (forms.least[element * regions + lane], forms.greatest[element * regions + lane])
        var size = max(low.magnitude, high.magnitude)
        form.spread = 0
        for coordinate in 0..<plan.dimension {
            let place = (element * plan.dimension + coordinate) * regions + lane
            let (radius, magnitude) = (radii[coordinate * regions + lane], magnitudes[coordinate * regions + lane])
            let (below, above) = (forms.lower[place], forms.upper[place])
            let slope = 0.5 * below + 0.5 * above
            form.slopes[coordinate] = slope * radius
            form.spread += slope.magnitude * radius
            let apart = max((below - slope).magnitude, (above - slope).magnitude)
            low += (below.magnitude - apart) * radius
            high -= (above.magnitude - apart) * radius
            size += (below.magnitude + above.magnitude) * (radius + magnitude)
        }
        guard low.isFinite, high.isFinite, size.isFinite else { return false }
        form.center = 0.5 * low + 0.5 * high
        form.reach = max(0, 0.5 * (high - low)) + size * 0x1p-46
        return true
    }
}
