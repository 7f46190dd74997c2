/// What each coordinate is worth: how much of what relaxation loses would be won by narrowing it.
extension BoundWorkspace {
    /// Keeps how an element's bound depends on the coordinates, right after it was propagated in each region.
    func noteDependence(_ pivot: Int, _ element: Int) {
        guard let kept = dependence[pivot] else { return }
        for (index, place) in plan.varying.enumerated() {
            let row = memory[place.node].coefficients.assumingMemoryBound(to: Double.self) + place.element * regions
            let target = kept + (element * plan.varying.count + index) * regions
            for lane in 0..<regions { target[lane] = Float(row[lane].magnitude) }
        }
    }

    /// The same from one of many rows, for the only region.
    func noteDependence(_ pivot: Int, _ element: Int, row: Int, rows: Int) {
        guard let kept = dependence[pivot] else { return }
        for (index, place) in plan.varying.enumerated() {
            let coefficients = memory[place.node].coefficients.assumingMemoryBound(to: Double.self)
            kept[element * plan.varying.count + index] = Float(coefficients[place.element * rows + row].magnitude)
        }
    }

    /// For each coordinate and region, the part of a target's loss to relaxation that hangs on its width:
    /// `[coordinate][lane]`, as are the widths. After `propagate` in each region.
    package func addLosses(of target: Int, widths: UnsafePointer<Double>, to total: UnsafeMutablePointer<Double>) {
        guard let cone = plan.cones[target] else { return }
        for index in cone.nodes {
            switch (plan.nodes[index].kind, plan.nodes[index].storage) {
            case (.curve, .float32): addCurveLosses(index, widths, total, as: Float.self)
            case (.curve, .float64): addCurveLosses(index, widths, total, as: Double.self)
            case (.product, .float32): addProductLosses(index, widths, total, as: Float.self)
            case (.product, .float64): addProductLosses(index, widths, total, as: Double.self)
            case (.quotient, .float32): addQuotientLosses(index, widths, total, as: Float.self)
            case (.quotient, .float64): addQuotientLosses(index, widths, total, as: Double.self)
            default: continue
            }
        }
    }

    /// The loss is the distance of a curve's two lines in the middle of its interval, as the target weighs it.
    private func addCurveLosses<Number: Coefficient>(
        _ curve: Int, _ widths: UnsafePointer<Double>, _ total: UnsafeMutablePointer<Double>, as: Number.Type
    ) {
        let input = BoundPlan.root(plan.nodes[curve].inputs[0], plan.nodes)
        guard let slopes = memory[curve].slopes, let offsets = memory[curve].offsets else { return }
        func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            raw.assumingMemoryBound(to: Number.self)
        }
        let (low, high) = (numbers(slopes.lower), numbers(slopes.upper))
        let (below, above) = (numbers(offsets.lower), numbers(offsets.upper))
        let (weights, centers) = (numbers(memory[curve].coefficients), memory[input].center)
        for element in 0..<plan.nodes[curve].count {
            for lane in 0..<regions {
                let place = element * regions + lane
                guard weights[place] != 0, low[place] != high[place] else { continue }
                let gap =
                    Double(high[place] - low[place]) * centers[place] + Double(above[place]) - Double(below[place])
                share(Double(weights[place]).magnitude * gap, input, element, lane, widths, total)
            }
        }
    }

    /// The planes of a product are a quarter of its box apart from it, in the middle; both factors are to blame.
    private func addProductLosses<Number: Coefficient>(
        _ product: Int, _ widths: UnsafePointer<Double>, _ total: UnsafeMutablePointer<Double>, as: Number.Type
    ) {
        let factors = plan.nodes[product].inputs.map { BoundPlan.root($0, plan.nodes) }
        let weights = memory[product].coefficients.assumingMemoryBound(to: Number.self)
        for element in 0..<plan.nodes[product].count {
            for lane in 0..<regions {
                let place = element * regions + lane
                guard weights[place] != 0 else { continue }
                let area = memory[factors[0]].radius[place] * memory[factors[1]].radius[place]
                for factor in factors {
                    share(Double(weights[place]).magnitude * area * 0.5, factor, element, lane, widths, total)
                }
            }
        }
    }

    /// The planes of a quotient are off by up to its width as often as the divisor changes.
    private func addQuotientLosses<Number: Coefficient>(
        _ quotient: Int, _ widths: UnsafePointer<Double>, _ total: UnsafeMutablePointer<Double>, as: Number.Type
    ) {
        let parts = plan.nodes[quotient].inputs.map { BoundPlan.root($0, plan.nodes) }
        let weights = memory[quotient].coefficients.assumingMemoryBound(to: Number.self)
        for element in 0..<plan.nodes[quotient].count {
            for lane in 0..<regions {
                let place = element * regions + lane
                guard weights[place] != 0, memory[parts[1]].magnitude[place] > 0 else { continue }
                let change = memory[parts[1]].radius[place] / memory[parts[1]].magnitude[place]
                for part in parts {
                    let loss = Double(weights[place]).magnitude * memory[quotient].radius[place] * change
                    share(loss, part, element, lane, widths, total)
                }
            }
        }
    }

    /// Shares a loss out to the coordinates, as an element depends on them.
    private func share(
        _ loss: Double, _ node: Int, _ element: Int, _ lane: Int, _ widths: UnsafePointer<Double>,
        _ total: UnsafeMutablePointer<Double>
    ) {
        guard loss > 0, loss < .infinity, let kept = dependence[node] else { return }
        let shares = kept + element * plan.varying.count * regions + lane
        var sum = 0.0
        for (index, place) in plan.varying.enumerated() {
            sum += Double(shares[index * regions]) * widths[place.coordinate * regions + lane]
        }
        guard sum > 0 else { return }
        for (index, place) in plan.varying.enumerated() {
            let at = place.coordinate * regions + lane
            total[at] += loss / sum * Double(shares[index * regions]) * widths[at]
        }
    }

    /// Notes what never changes: how the nodes that are linear in the coordinates depend on them.
    func noteDirectDependence() {
        for (index, node) in plan.nodes.enumerated() where node.feedsCurves && node.isDirect && dependence[index] != nil
        {
            guard plan.cones[index] != nil else { continue }
            for element in 0..<node.count {
                seed(index, rows: regions, element: { _ in element }, sign: { _ in 1 })
                propagate(from: index, rows: regions, .ofEachRegion)
                noteDependence(index, element)
            }
        }
    }
}
