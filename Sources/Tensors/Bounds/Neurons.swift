/// Which max(x, 0) is worth settling, and what settling it would do at once.
extension BoundWorkspace {
    /// For each region up to `count` elements whose sign might be settled next, those first whose two lines are furthest
    /// apart as the target weighs them; from what `propagate` left.
    package func openNeurons(of target: Int, relaxation: Relaxation, count: Int) -> [[NeuronSign]] {
        var best = [[(gap: Double, sign: NeuronSign)]](repeating: [], count: regions)
        guard let cone = plan.cones[target] else { return best.map { _ in [] } }
        for part in relaxation.parts where cone.contains(part.node) {
            let input = memory[part.input]
            for element in 0..<plan.nodes[part.node].count {
                for lane in 0..<regions {
                    let place = element * regions + lane
                    guard input.crosses(place) else { continue }
                    let (lower, upper) = (input.lower[place], input.upper[place])
                    let weight = coefficient(part.node, place)
                    let slope = relaxation.slope(part, place)
                    // The chord is furthest off at 0; the lower line at either end, but its slope is free.
                    let gap =
                        weight < 0
                        ? -weight * (-lower * upper / (upper - lower))
                        : weight * max((1 - slope) * upper, slope * -lower) * 0.15
                    guard best[lane].count < count || gap > (best[lane].last?.gap ?? 0) else { continue }
                    let rank = best[lane].firstIndex { gap > $0.gap } ?? best[lane].count
                    best[lane].insert((gap, NeuronSign(node: part.input, element: element, isPositive: true)), at: rank)
                    if best[lane].count > count { best[lane].removeLast() }
                }
            }
        }
        return best.map { $0.map(\.sign) }
    }

    /// A bound of the target in each region with one more sign settled, the slopes as they are. nil leaves a region alone.
    package func bounds(of target: Int, relaxation: Relaxation, settling signs: [NeuronSign?]) -> [Double] {
        var replaced: [(sign: NeuronSign, lane: Int, lines: [Double])] = []
        for (lane, sign) in signs.enumerated() {
            guard let sign, let part = relaxation.part(of: sign.node) else { continue }
            let line = sign.isPositive ? 1.0 : 0
            replaced.append((sign, lane, exchange(part, sign.element, lane, relaxation, [line, line, 0, 0, line])))
        }
        seed(target, rows: regions, element: { _ in 0 }, sign: { _ in 1 })
        propagate(from: target, rows: regions, .ofEachRegion, relaxation: relaxation)
        let bounds = (0..<regions).map { bound($0, .ofEachRegion) }
        for (sign, lane, lines) in replaced {
            guard let part = relaxation.part(of: sign.node) else { continue }
            _ = exchange(part, sign.element, lane, relaxation, lines)
        }
        return bounds
    }

    /// Replaces both slopes, both offsets and the free slope of one element, and returns what they were.
    private func exchange(
        _ part: Relaxation.Part, _ element: Int, _ lane: Int, _ relaxation: Relaxation, _ lines: [Double]
    ) -> [Double] {
        guard let slopes = memory[part.node].slopes, let offsets = memory[part.node].offsets else { return lines }
        let place = element * regions + lane
        let arrays = [slopes.lower, slopes.upper, offsets.lower, offsets.upper, part.slopes]
        return zip(arrays, lines).map { array, line in
            switch plan.nodes[part.node].storage {
            case .float32:
                let numbers = array.assumingMemoryBound(to: Float.self)
                defer { numbers[place] = Float(line) }
                return Double(numbers[place])
            case .float64:
                let numbers = array.assumingMemoryBound(to: Double.self)
                defer { numbers[place] = line }
                return numbers[place]
            }
        }
    }
}
