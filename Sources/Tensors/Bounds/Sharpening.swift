import Kernels

/// Intervals of linear nodes that lose nothing: middle and radius, which serve every linear node, are rounded even where
/// elements are only moved, and bounds of 0 and 1 would be missed by their last bits.
extension BoundWorkspace {
    /// Intersects the interval of a linear node with one made of the ends themselves, where the node moves, negates,
    /// converts, adds or subtracts. What is unknown stays so.
    func sharpen(_ index: Int, _ node: BoundPlan.Node, _ linear: BoundPlan.LinearNode) {
        let own = memory[index]
        let (lower, upper) = (own.center, own.radius)
        switch linear.wide {
        case is Alias, is GatherStep, is AssembleStep: move(node, linear.wide, lower, upper, areExchanged: false)
        case let unary as UnaryStep where unary.function.code == GS_UNARY_NEG:
            move(node, linear.wide, lower, upper, areExchanged: true)
        case let binary as BinaryStep where binary.code == GS_BINARY_ADD: combine(node, lower, upper, sign: 1)
        case let binary as BinaryStep where binary.code == GS_BINARY_SUB: combine(node, lower, upper, sign: -1)
        default: return
        }
        narrow(index, node, linear.rounding, lower, upper)
    }

    /// Ends of what an exact step makes of the ends, or, where it falls, of the other ones.
    private func move(
        _ node: BoundPlan.Node, _ step: any Step, _ lower: UnsafeMutablePointer<Double>,
        _ upper: UnsafeMutablePointer<Double>, areExchanged: Bool
    ) {
        for (end, isLower) in [(lower, !areExchanged), (upper, areExchanged)] {
            run(step, node, end) {
                isLower ? memory[$0].lower : memory[$0].upper
            } constants: {
                $0.values.pointer
            }
        }
    }

    /// Ends of a + sign · b, each the sum of two ends, rounded outward where it is not exact.
    private func combine(
        _ node: BoundPlan.Node, _ lower: UnsafeMutablePointer<Double>, _ upper: UnsafeMutablePointer<Double>,
        sign: Double
    ) {
        let (a, b) = (ends(of: node, 0), ends(of: node, 1))
        for element in 0..<node.count {
            let (first, second) = (a.start(element), b.start(element))
            for lane in 0..<regions {
                let (x, y) = (first + lane * a.step, second + lane * b.step)
                let (least, most) = sign > 0 ? (b.lower[y], b.upper[y]) : (-b.upper[y], -b.lower[y])
                lower[element * regions + lane] = Enclosure.sum(a.lower[x], least, .down)
                upper[element * regions + lane] = Enclosure.sum(a.upper[x], most, .up)
            }
        }
    }

    /// How an operand's ends are read for each element of a broadcast result.
    private struct Operand {
        let lower, upper: UnsafePointer<Double>
        let table: [Int32]?
        let row, step: Int

        func start(_ element: Int) -> Int { (table.map { Int($0[element]) } ?? element) * row }
    }

    private func ends(of node: BoundPlan.Node, _ place: Int) -> Operand {
        let input = node.inputs[place]
        let shape = plan.nodes[input].type.shape
        let table =
            shape == node.type.shape ? nil : Shape.walk(node.type.shape, steps: shape.steps(in: node.type.shape))
        if case .constant(let constant) = plan.nodes[input].kind {
            let values = UnsafePointer(constant.values.pointer)
            return Operand(lower: values, upper: values, table: table, row: 1, step: 0)
        }
        let own = memory[input]
        return Operand(
            lower: UnsafePointer(own.lower), upper: UnsafePointer(own.upper), table: table, row: regions, step: 1)
    }

    /// One rounding is monotone: what is rounded lies between the rounded ends. What more of them cost depends on the terms,
    /// which may cancel, and not on the result: then nothing is narrowed.
    private func narrow(
        _ index: Int, _ node: BoundPlan.Node, _ rounding: Rounding, _ lower: UnsafePointer<Double>,
        _ upper: UnsafePointer<Double>
    ) {
        let own = memory[index]
        let isExact = rounding == .exact
        let isOnce = rounding == .sum(terms: 1, node.type.element)
        guard isExact || isOnce || rounding.relative == 0 else { return }
        let isRoundedOnce = isOnce && node.type.element == .float32
        for place in 0..<(node.count * regions) {
            var (low, high) = (lower[place], upper[place])
            let isKnown = own.lower[place].isFinite && own.upper[place].isFinite && low.isFinite && high.isFinite
            guard isKnown else { continue }
            if isRoundedOnce {
                (low, high) = (Double(Float(low)), Double(Float(high)))
            } else if !isExact {
                let error = (max(low.magnitude, high.magnitude) * rounding.relative).nextUp + rounding.absolute
                (low, high) = ((low - error).nextDown, (high + error).nextUp)
            }
            own.lower[place] = max(own.lower[place], low)
            own.upper[place] = min(own.upper[place], high)
        }
    }
}
