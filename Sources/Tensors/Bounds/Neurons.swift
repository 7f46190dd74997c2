/// Which max(x, 0) is worth settling: where its two lines are furthest apart, as the target weighs them.
extension BoundWorkspace {
    /// For each region the constraint to be tried next, from what `propagate` left; nil where all signs are settled.
    package func openNeurons(of target: Int, relaxation: Relaxation) -> [NeuronSign?] {
        var best = [NeuronSign?](repeating: nil, count: regions)
        var greatest = [Double](repeating: -1, count: regions)
        guard let cone = plan.cones[target] else { return best }
        for part in relaxation.parts where cone.contains(part.node) {
            let input = memory[part.input]
            for element in 0..<plan.nodes[part.node].count {
                for lane in 0..<regions {
                    let place = element * regions + lane
                    let (lower, upper) = (input.lower[place], input.upper[place])
                    guard lower < 0, upper > 0 else { continue }
                    let weight = coefficient(part.node, place)
                    let slope = relaxation.slope(part, place)
                    // The chord is furthest off at 0; the lower line at either end.
                    let gap =
                        weight < 0
                        ? -weight * (-lower * upper / (upper - lower))
                        : weight * max((1 - slope) * upper, slope * -lower) * 0.5
                    guard gap > greatest[lane] else { continue }
                    greatest[lane] = gap
                    best[lane] = NeuronSign(node: part.input, element: element, isPositive: true)
                }
            }
        }
        return best
    }
}
