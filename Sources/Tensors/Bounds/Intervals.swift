import Kernels

/// The forward pass: an interval for every element of every node, and the lines of those that are not linear.
extension BoundWorkspace {
    /// Bounds every node in every region, in order; `tighten` is asked for each node that feeds what is not linear, after
    /// its interval is known, and may narrow it.
    func bound(tighten: (_ node: Int) -> Void) {
        floors.update(repeating: plan.sumUnderflow, count: regions)
        for index in plan.nodes.indices {
            let node = plan.nodes[index]
            switch node.kind {
            case .unneeded: continue
            case .constant:
                if node.isTarget { fillOffsets(index) }
                continue
            case .alias:
                fillJoins(index, node)
                continue
            case .input: measure(index)
            case .linear(let linear): encloseLinear(index, node, linear)
            case .curve(let curve): encloseCurve(index, node, curve)
            case .product(let rounding): encloseProduct(index, node, rounding)
            case .quotient(let rounding): encloseQuotient(index, node, rounding)
            case .enclosed(let operation, let rounding): encloseOther(index, node, operation, rounding)
            }
            if node.feedsCurves || node.isPivot { tighten(index) }
            finish(index, node)
        }
    }

    /// What follows from a node's bounds once they are final.
    private func finish(_ index: Int, _ node: BoundPlan.Node) {
        measure(index)
        let own = memory[index]
        let least = node.storage == .float32 ? 0x1p-148 : 0x1p-1073
        let allowance = least * Double(plan.greatestSum)
        for place in 0..<(node.count * regions) { floors[place % regions] += own.magnitude[place] * allowance }
        fillJoins(index, node)
        switch node.kind {
        case .input, .enclosed: fillOffsets(index)
        default: break
        }
    }

    /// Middle, half width and magnitude, each rounded so that they contain the interval.
    func measure(_ index: Int) {
        let own = memory[index]
        for place in 0..<(plan.nodes[index].count * regions) {
            let (lower, upper) = (own.lower[place], own.upper[place])
            let center = lower == upper ? lower : 0.5 * lower + 0.5 * upper
            own.center[place] = center
            own.radius[place] = lower == upper ? 0 : max(upper - center, center - lower).nextUp
            // Nor is anything known that is made of what is unknown.
            own.magnitude[place] =
                lower.isFinite && upper.isFinite ? max(lower.magnitude, upper.magnitude) : .infinity
        }
    }

    // MARK: linear nodes

    private func encloseLinear(_ index: Int, _ node: BoundPlan.Node, _ linear: BoundPlan.LinearNode) {
        let own = memory[index]
        run(linear.wide, node, own.center) {
            memory[$0].center
        } constants: {
            $0.values.pointer
        }
        run(linear.magnitude, node, own.radius) {
            memory[$0].radius
        } constants: {
            linear.addsConstants ? $0.zeros.pointer : $0.magnitudes.pointer
        }
        run(linear.magnitude, node, own.magnitude) {
            memory[$0].magnitude
        } constants: {
            linear.addsConstants ? $0.zeros.pointer : $0.magnitudes.pointer
        }
        switch node.storage {
        case .float32: placeLinear(index, node, linear, as: Float.self)
        case .float64: placeLinear(index, node, linear, as: Double.self)
        }
        sharpen(index, node, linear)
        if linear.wide is any Scattered { spreadUnknowns(index, node) }
    }

    /// Weights that are left out make NaN of what is no number, as all do.
    private func spreadUnknowns(_ index: Int, _ node: BoundPlan.Node) {
        var isUnknown = [Bool](repeating: false, count: regions)
        for input in node.inputs {
            let from = memory[input]
            for place in 0..<(plan.nodes[input].count * regions)
            where !(from.lower[place].isFinite && from.upper[place].isFinite) {
                isUnknown[place % regions] = true
            }
        }
        let own = memory[index]
        for lane in 0..<regions where isUnknown[lane] {
            for place in stride(from: lane, to: node.count * regions, by: regions) {
                (own.lower[place], own.upper[place]) = (-.infinity, .infinity)
            }
        }
    }

    private func placeLinear<Number: Coefficient>(
        _ index: Int, _ node: BoundPlan.Node, _ linear: BoundPlan.LinearNode, as: Number.Type
    ) {
        let own = memory[index]
        guard let offsets = own.offsets else { return }
        let (low, high) = (
            offsets.lower.assumingMemoryBound(to: Number.self), offsets.upper.assumingMemoryBound(to: Number.self)
        )
        // γ of the sums that were just run in float64, and of those that coefficients will run through.
        let wide = 2 * Double(linear.terms.forward + 1) * 0x1p-53
        let underflow = Double(linear.terms.forward + 16) * .leastNonzeroMagnitude
        let absolute = linear.rounding.absolute
        let relatives = relativeErrors(linear, node)
        // Coefficients are rounded to the formats of the inputs as well.
        let isNarrow = ([node] + node.inputs.map { plan.nodes[$0] }).contains { $0.storage == .float32 }
        let backward = Rounding.sum(terms: linear.terms.backward + 3, isNarrow ? .float32 : .float64).relative
        let greatest = node.type.element.greatest(linear.rounding)
        // A margin that is strict is not exact even of what is.
        let isStrict = linear.rounding.relative == 0 && absolute > 0
        for element in 0..<node.count {
            let (constant, spread) = (linear.constant[element], linear.spread.isEmpty ? 0 : linear.spread[element])
            for lane in 0..<regions {
                let place = element * regions + lane
                let size = own.magnitude[place] * (1 + 2 * wide) + constant.magnitude
                let rounding = (size * relatives[lane]).nextUp + absolute
                let error = spread == 0 ? rounding : (rounding + spread).nextUp
                let (center, radius) = (own.center[place], own.radius[place])
                let reach = ((radius * (1 + 2 * wide) + size * wide).nextUp + error).nextUp + underflow
                own.lower[place] = (center - reach).nextDown
                own.upper[place] = (center + reach).nextUp
                // What overflows is not a number any more.
                if size > greatest { (own.lower[place], own.upper[place]) = (-.infinity, .infinity) }
                // Where nothing is rounded and nothing spreads, the bounds are exact.
                if radius == 0, size == 0, spread == 0, !isStrict {
                    (own.lower[place], own.upper[place]) = (center, center)
                }
                let slack = error + (size * backward).nextUp
                low[place] = Number.roundedDown(slack == 0 ? constant : (constant - slack).nextDown)
                high[place] = Number.roundedUp(slack == 0 ? constant : (constant + slack).nextUp)
            }
        }
    }

    /// By region, how far rounding takes an element at most, as a share of the magnitudes of its terms. Terms that are 0 all
    /// over a region are not rounded, nor is what they are added to.
    private func relativeErrors(_ linear: BoundPlan.LinearNode, _ node: BoundPlan.Node) -> [Double] {
        var errors = [Double](repeating: linear.rounding.relative, count: regions)
        guard linear.isSumOfProducts, linear.rounding != .exact else { return errors }
        let (input, from) = (plan.nodes[node.inputs[0]], memory[node.inputs[0]])
        var terms = [Int](repeating: 1, count: regions)
        for element in 0..<input.count {
            for lane in 0..<regions where from.magnitude[element * regions + lane] != 0 { terms[lane] += 1 }
        }
        for lane in 0..<regions {
            errors[lane] = min(errors[lane], Rounding.sum(terms: terms[lane], node.type.element).relative)
        }
        return errors
    }

    func run(
        _ step: any Step, _ node: BoundPlan.Node, _ output: UnsafeMutablePointer<Double>,
        inputs: (Int) -> UnsafeMutablePointer<Double>, constants: (LanedConstant) -> UnsafePointer<Double>
    ) {
        // A change of precision is none in float64.
        if step is Alias { return output.update(from: inputs(node.inputs[0]), count: node.count * regions) }
        var pointers: [UnsafeMutableRawPointer?] = node.inputs.map { input in
            if case .constant(let constant) = plan.nodes[input].kind {
                return UnsafeMutableRawPointer(mutating: constants(constant))
            }
            return UnsafeMutableRawPointer(inputs(input))
        }
        pointers.append(UnsafeMutableRawPointer(output))
        pointers.append(scratch)
        pointers += [UnsafeMutableRawPointer?](repeating: nil, count: node.inputs.count + 1)
        pointers.withUnsafeBufferPointer { pointers in
            guard let base = pointers.baseAddress else { return }
            step.forward(
                Frame(
                    pointers: base, inputCount: node.inputs.count, lanes: regions, store: GS_STORE_ADD, workspace: nil))
        }
    }

    // MARK: other nodes

    private func encloseCurve(_ index: Int, _ node: BoundPlan.Node, _ curve: BoundPlan.CurveNode) {
        let (own, from) = (memory[index], memory[node.inputs[0]])
        switch node.storage {
        case .float32: drawCurve(own, from, node, curve, as: Float.self)
        case .float64: drawCurve(own, from, node, curve, as: Double.self)
        }
    }

    private func drawCurve<Number: Coefficient>(
        _ own: BoundMemory, _ from: BoundMemory, _ node: BoundPlan.Node, _ curve: BoundPlan.CurveNode,
        as: Number.Type
    ) {
        let (count, greatest) = (node.count, node.type.element.greatest(curve.rounding))
        guard let slopes = own.slopes, let offsets = own.offsets else { return }
        let slope = (
            slopes.lower.assumingMemoryBound(to: Number.self), slopes.upper.assumingMemoryBound(to: Number.self)
        )
        let offset = (
            offsets.lower.assumingMemoryBound(to: Number.self), offsets.upper.assumingMemoryBound(to: Number.self)
        )
        if curve.kind == .relu {
            Number.reluLines(count, regions, from.lower, from.upper, slope, offset)
            for place in 0..<(count * regions) {
                // What may be no number stays unknown.
                let isKnown = from.lower[place].isFinite && from.upper[place].isFinite
                own.lower[place] = isKnown ? max(from.lower[place], 0) : -.infinity
                own.upper[place] = isKnown ? max(from.upper[place], 0) : .infinity
            }
            return
        }
        let limits = curve.kind.computedLimits
        for place in 0..<(count * regions) {
            let (lower, upper) = (from.lower[place], from.upper[place])
            let range = curve.kind.range(lower: lower, upper: upper)
            let lines = curve.kind.lines(lower: lower, upper: upper)
            let size = curve.kind.size(range, upper: upper)
            let isExact = curve.rounding == .exact
            let computed = curve.kind.computed(range, size, curve.rounding, node.type.element)
            own.lower[place] = isExact ? range.lower : max(computed.lower, limits.lowerBound)
            own.upper[place] = isExact ? range.upper : min(computed.upper, limits.upperBound)
            if !(size <= greatest) { (own.lower[place], own.upper[place]) = (-.infinity, .infinity) }
            write(lines, of: curve, size, (slope, offset), place, reach: max(lower.magnitude, upper.magnitude))
        }
    }

    /// Writes down the lines of one element in one region, in the format of its node; `size` is the greatest magnitude of the curve
    /// there, `reach` that of its input.
    func write<Number: Coefficient>(
        _ lines: Lines, of curve: BoundPlan.CurveNode, _ size: Double,
        _ own: (
            slopes: (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Number>),
            offsets: (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Number>)
        ), _ place: Int, reach: Double
    ) {
        let error = (size * curve.rounding.relative).nextUp + curve.rounding.absolute
        // A slope is rounded once to the format, and its product with a coefficient once more.
        func slack(_ slope: Double) -> Double {
            let rounding =
                4 * Number.roundoff * slope.magnitude * reach + (Number.self == Float.self ? 0x1p-140 * reach : 0)
            return (curve.rounding == .exact ? rounding : rounding + error).nextUp
        }
        own.slopes.0[place] = Number(lines.lowerSlope)
        own.slopes.1[place] = Number(lines.upperSlope)
        own.offsets.0[place] = Number.roundedDown((lines.lowerIntercept - slack(lines.lowerSlope)).nextDown)
        own.offsets.1[place] = Number.roundedUp((lines.upperIntercept + slack(lines.upperSlope)).nextUp)
    }

    private func encloseProduct(_ index: Int, _ node: BoundPlan.Node, _ rounding: Rounding) {
        switch node.storage {
        case .float32: drawProduct(index, node, rounding, as: Float.self)
        case .float64: drawProduct(index, node, rounding, as: Double.self)
        }
    }

    private func drawProduct<Number: Coefficient>(
        _ index: Int, _ node: BoundPlan.Node, _ rounding: Rounding, as: Number.Type
    ) {
        let (own, x, y) = (memory[index], memory[node.inputs[0]], memory[node.inputs[1]])
        guard let slopes = own.slopes, let second = own.secondSlopes, let offsets = own.offsets else { return }
        func numbers(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            pointer.assumingMemoryBound(to: Number.self)
        }
        for place in 0..<(node.count * regions) {
            let planes = Planes(
                x: (x.lower[place], x.upper[place]), y: (y.lower[place], y.upper[place]))
            let range = Planes.range(x: (x.lower[place], x.upper[place]), y: (y.lower[place], y.upper[place]))
            let size = max(range.lower.magnitude, range.upper.magnitude)
            let error = (size * rounding.relative).nextUp + rounding.absolute
            (own.lower[place], own.upper[place]) = rounding.around(range, node.type.element)
            if size > node.type.element.greatest(rounding) {
                (own.lower[place], own.upper[place]) = (-.infinity, .infinity)
            }
            func slack(_ plane: Planes.Plane) -> Double {
                let reach = plane.x.magnitude * x.magnitude[place] + plane.y.magnitude * y.magnitude[place]
                let least = Number.self == Float.self ? 0x1p-140 * (x.magnitude[place] + y.magnitude[place]) : 0
                return (4 * Number.roundoff * reach + least + error).nextUp
            }
            own.slack?[place] = max(slack(planes.lower), slack(planes.upper))
            numbers(slopes.lower)[place] = Number(planes.lower.x)
            numbers(slopes.upper)[place] = Number(planes.upper.x)
            numbers(second.lower)[place] = Number(planes.lower.y)
            numbers(second.upper)[place] = Number(planes.upper.y)
            numbers(offsets.lower)[place] = Number.roundedDown((planes.lower.constant - slack(planes.lower)).nextDown)
            numbers(offsets.upper)[place] = Number.roundedUp((planes.upper.constant + slack(planes.upper)).nextUp)
        }
    }

    private func encloseOther(
        _ index: Int, _ node: BoundPlan.Node, _ operation: any Enclosing, _ rounding: Rounding
    ) {
        let own = memory[index]
        let inputs = node.inputs.enumerated().map { place, input -> LanedBounds in
            let type = plan.nodes[input].type
            if case .constant(let constant) = plan.nodes[input].kind {
                guard operation.enclosesUniform(place) else { return splat(constant, type.shape, input) }
                let numbers = UnsafeMutablePointer(mutating: constant.values.pointer)
                return LanedBounds(lower: numbers, upper: numbers, shape: type.shape, isUniform: true)
            }
            return LanedBounds(lower: memory[input].lower, upper: memory[input].upper, shape: type.shape)
        }
        operation.enclose(
            inputs, LanedBounds(lower: own.lower, upper: own.upper, shape: node.type.shape), lanes: regions)
        let greatest = node.type.element.greatest(rounding)
        for place in 0..<(node.count * regions) {
            let size = max(own.lower[place].magnitude, own.upper[place].magnitude)
            (own.lower[place], own.upper[place]) = rounding.around(
                (own.lower[place], own.upper[place]), node.type.element)
            if size > greatest { (own.lower[place], own.upper[place]) = (-.infinity, .infinity) }
        }
    }

    /// A constant as an interval in every lane; made once.
    private func splat(_ constant: LanedConstant, _ shape: Shape, _ index: Int) -> LanedBounds {
        if let made = splats[index] { return LanedBounds(lower: made, upper: made, shape: shape) }
        let made = slab.doubles(shape.count * regions)
        for element in 0..<shape.count {
            (made + element * regions).update(repeating: constant.values.pointer[element], count: regions)
        }
        splats[index] = made
        return LanedBounds(lower: made, upper: made, shape: shape)
    }

    private func fillOffsets(_ index: Int) {
        switch plan.nodes[index].storage {
        case .float32: fillOffsets(index, as: Float.self)
        case .float64: fillOffsets(index, as: Double.self)
        }
    }

    private func fillOffsets<Number: Coefficient>(_ index: Int, as: Number.Type) {
        let own = memory[index]
        guard let offsets = own.offsets else { return }
        let low = offsets.lower.assumingMemoryBound(to: Number.self)
        let high = offsets.upper.assumingMemoryBound(to: Number.self)
        for place in 0..<(plan.nodes[index].count * regions) {
            low[place] = Number.roundedDown(own.lower[place])
            high[place] = Number.roundedUp(own.upper[place])
        }
    }

    private func fillJoins(_ index: Int, _ node: BoundPlan.Node) {
        guard let joins = memory[index].joins else { return }
        switch node.storage {
        case .float32: fillJoins(index, joins, as: Float.self)
        case .float64: fillJoins(index, joins, as: Double.self)
        }
    }

    private func fillJoins<Number: Coefficient>(
        _ index: Int, _ joins: (lower: UnsafeMutableRawPointer, upper: UnsafeMutableRawPointer), as: Number.Type
    ) {
        let low = joins.lower.assumingMemoryBound(to: Number.self)
        let high = joins.upper.assumingMemoryBound(to: Number.self)
        let unit = Number.roundoff * Double(plan.greatestFan + 1)
        for place in 0..<(plan.nodes[index].count * regions) {
            let error = (memory[index].magnitude[place] * unit).nextUp
            high[place] = Number.roundedUp(error)
            low[place] = -high[place]
        }
    }
}

extension ElementType {
    /// The greatest number that is computed as it should be, with room for rounding: what is exact has no limits, but
    /// integers are kept as float64.
    func greatest(_ rounding: Rounding) -> Double {
        switch self {
        case .int64: 0x1p53
        case .float32: rounding == .exact ? .infinity : 0x1p127
        case .float64, .bool: rounding == .exact ? .infinity : 0x1p1023
        }
    }
}
