/// Where the tangents of convex and concave curves touch them: any place gives a bound, the middle of the interval at first.
extension BoundWorkspace {
    /// Whether a target depends on a curve that has tangents.
    package func hasTangents(_ target: Int) -> Bool {
        plan.cones[target]?.nodes.contains { index in
            if case .curve(let curve) = plan.nodes[index].kind { curve.kind.smooth != nil } else { false }
        } ?? false
    }

    /// Moves the tangents of a target's curves by a share of the way to the values that `evaluate` has left, a row for each region.
    ///
    /// That is where the bound is attained; a tangent that touches there loses nothing there (Frank and Wolfe's steps, 1956, of
    /// the greatest bound). `touches` are the places so far by node, empty before the first step.
    package func moveTangents(of target: Int, share: Double, _ touches: inout [Int: [Double]]) {
        for index in plan.cones[target]?.nodes ?? [] {
            guard case .curve(let curve) = plan.nodes[index].kind, let smooth = curve.kind.smooth else { continue }
            switch plan.nodes[index].storage {
            case .float32: move(index, curve, smooth, share, &touches[index, default: []], as: Float.self)
            case .float64: move(index, curve, smooth, share, &touches[index, default: []], as: Double.self)
            }
        }
    }

    private func move<Number: Coefficient>(
        _ index: Int, _ curve: BoundPlan.CurveNode, _ smooth: any Smooth, _ share: Double, _ touches: inout [Double],
        as: Number.Type
    ) {
        let (node, own) = (plan.nodes[index], memory[index])
        let from = memory[node.inputs[0]]
        guard let slopes = own.slopes, let offsets = own.offsets else { return }
        func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            raw.assumingMemoryBound(to: Number.self)
        }
        let lines = ((numbers(slopes.lower), numbers(slopes.upper)), (numbers(offsets.lower), numbers(offsets.upper)))
        let attained = numbers(values[node.inputs[0]])
        if touches.isEmpty {
            touches = (0..<(node.count * regions)).map { from.lower[$0] / 2 + from.upper[$0] / 2 }
        }
        for place in touches.indices {
            let (lower, upper) = (from.lower[place], from.upper[place])
            let range = curve.kind.range(lower: lower, upper: upper)
            guard lower < upper, range.lower.isFinite, range.upper.isFinite, attained[place].isFinite else { continue }
            let goal = min(max(Double(attained[place]), lower), upper)
            touches[place] = min(max(touches[place] + share * (goal - touches[place]), lower), upper)
            guard let moved = smooth.lines(lower, upper, touchingAt: touches[place]), moved.isFinite else { continue }
            write(
                moved, of: curve, max(range.lower.magnitude, range.upper.magnitude), lines, place,
                reach: max(lower.magnitude, upper.magnitude))
        }
    }
}

extension Lines {
    fileprivate var isFinite: Bool {
        lowerSlope.isFinite && lowerIntercept.isFinite && upperSlope.isFinite && upperIntercept.isFinite
    }
}
