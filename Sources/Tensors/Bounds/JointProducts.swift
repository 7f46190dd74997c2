/// Products whose factors hang on few coordinates, bounded jointly: what each of their planes loses is a product of two
/// forms that are nearly linear, and the sum of these is a quadratic form that often loses nothing.
///
/// x · y = a · x + b · y - a · b + (x - b) · (y - a) for the slopes a and b of the plane: all but the last is what was
/// propagated, and the last is quadratic in the coordinates but for what the forms do not know.
extension BoundWorkspace {
    /// A quadratic lower bound of a target in one region, after `propagate` in each region; `losses` are those that
    /// are left, by coordinate.
    package func quadraticBound(of target: Int, _ lane: Int, _ result: inout QuadraticBound, losses: inout [Double]) {
        result.clear()
        for at in losses.indices { losses[at] = 0 }
        guard let cone = plan.cones[target] else {
            result.constant = -.infinity
            return
        }
        let slack = (sizes[lane] * plan.sumError + floors[lane]).nextUp
        result.constant = sums[lane] - slack
        result.size = sizes[lane] + slack
        for (index, node) in plan.nodes.enumerated() {
            guard case .input(let first) = node.kind, cone.contains(index) else { continue }
            for element in 0..<node.count {
                let place = element * regions + lane
                let (slope, own) = (coefficient(index, place), memory[index])
                result.linear[first + element] = slope * own.radius[place]
                let half =
                    slope >= 0 ? own.center[place] - own.lower[place] : own.upper[place] - own.center[place]
                result.constant += slope.magnitude * half
                result.size += 4 * slope.magnitude * own.magnitude[place]
            }
        }
        var forms = (
            FactorForm(slopes: Array(repeating: 0, count: plan.dimension)),
            FactorForm(slopes: Array(repeating: 0, count: plan.dimension))
        )
        for index in cone.nodes {
            guard case .product = plan.nodes[index].kind else { continue }
            switch plan.nodes[index].storage {
            case .float32: join(index, lane, &result, &forms, &losses, as: Float.self)
            case .float64: join(index, lane, &result, &forms, &losses, as: Double.self)
            }
        }
    }

    private func join<Number: Coefficient>(
        _ product: Int, _ lane: Int, _ result: inout QuadraticBound, _ forms: inout (FactorForm, FactorForm),
        _ losses: inout [Double], as: Number.Type
    ) {
        let own = memory[product]
        guard let slopes = own.slopes, let second = own.secondSlopes, let offsets = own.offsets else { return }
        func number(_ raw: UnsafeMutableRawPointer, _ place: Int) -> Double {
            Double(raw.assumingMemoryBound(to: Number.self)[place])
        }
        let factors = plan.nodes[product].inputs.map { BoundPlan.root($0, plan.nodes) }
        for element in 0..<plan.nodes[product].count {
            let place = element * regions + lane
            let weight = number(own.coefficients, place)
            guard weight != 0, let slack = own.slack?[place],
                read(factors[0], element, lane, &forms.0), read(factors[1], element, lane, &forms.1)
            else { continue }
            let (byX, byY, offset) =
                weight > 0
                ? (number(slopes.lower, place), number(second.lower, place), number(offsets.lower, place))
                : (number(slopes.upper, place), number(second.upper, place), number(offsets.upper, place))
            let (x, y) = (forms.0.center - byY, forms.1.center - byX)
            let unknown =
                forms.0.reach * (forms.1.spread + y.magnitude + forms.1.reach)
                + forms.1.reach * (forms.0.spread + x.magnitude) + slack
            let magnitude = weight.magnitude
            // Where the forms know too little, the planes are better.
            guard unknown < memory[factors[0]].radius[place] * memory[factors[1]].radius[place] else { continue }
            result.add(weight, (forms.0, x), (forms.1, y))
            result.constant -= weight * (byX * byY + offset) + magnitude * unknown
            // The centres and slopes of which x and y are the differences count in full.
            let sizes = (forms.0.center.magnitude + byY.magnitude, forms.1.center.magnitude + byX.magnitude)
            result.size += magnitude * (4 * (byX * byY).magnitude + offset.magnitude + unknown)
            result.size += magnitude * (forms.0.spread + sizes.0) * (forms.1.spread + sizes.1)
            for row in losses.indices {
                let share =
                    (forms.0.slopes[row].magnitude + forms.1.slopes[row].magnitude)
                    / (forms.0.spread + forms.1.spread)
                if share > 0 { losses[row] += magnitude * unknown * share }
            }
        }
    }
}
