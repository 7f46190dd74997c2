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
        case let binary as BinaryStep where binary.code == GS_BINARY_ADD:
            combine(node, lower, upper) { Enclosure.sum($0, $1) }
            // More than one rounding: engines may fuse it with a sum.
            if linear.rounding.relative > node.type.element.roundoff * 1.5 { return narrowFused(index, node) }
        case let binary as BinaryStep where binary.code == GS_BINARY_SUB:
            combine(node, lower, upper) { Enclosure.difference($0, $1) }
        case let binary as BinaryStep where binary.code == GS_BINARY_MUL:
            combine(node, lower, upper) { Interval.product($0, $1) }
        case let binary as BinaryStep where binary.code == GS_BINARY_DIV:
            combine(node, lower, upper) { Interval.quotient($0, $1) }
        case let reduce as ReduceStep where reduce.before == .nothing && reduce.after == nil:
            return narrowSum(index, node, reduce)
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

    /// Ends of what is made of two numbers, rounded outward where it is not exact.
    private func combine(
        _ node: BoundPlan.Node, _ lower: UnsafeMutablePointer<Double>, _ upper: UnsafeMutablePointer<Double>,
        _ result: (Ends, Ends) -> Ends
    ) {
        let (a, b) = (ends(of: node, node.inputs[0]), ends(of: node, node.inputs[1]))
        for element in 0..<node.count {
            for lane in 0..<regions {
                let ends = result(a[element, lane], b[element, lane])
                (lower[element * regions + lane], upper[element * regions + lane]) = ends
            }
        }
    }

    /// How an operand's ends are read for each element of a broadcast result.
    struct Operand {
        let lower, upper: UnsafePointer<Double>
        let table: [Int32]?
        let row, step: Int

        func source(of element: Int) -> Int { table.map { Int($0[element]) } ?? element }

        subscript(element: Int, lane: Int) -> Ends {
            let place = source(of: element) * row + lane * step
            return (lower[place], upper[place])
        }
    }

    func ends(of node: BoundPlan.Node, _ input: Int) -> Operand {
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

    /// What more roundings than one cost depends on the terms, which may cancel, and not on the result: then nothing is
    /// narrowed.
    private func narrow(
        _ index: Int, _ node: BoundPlan.Node, _ rounding: Rounding, _ lower: UnsafePointer<Double>,
        _ upper: UnsafePointer<Double>
    ) {
        let (own, element) = (memory[index], node.type.element)
        let isOnce = rounding == .sum(terms: 1, element)
        guard isOnce || rounding.relative == 0 else { return }
        for place in 0..<(node.count * regions) {
            let isKnown = own.lower[place].isFinite && own.upper[place].isFinite
            guard isKnown, lower[place].isFinite, upper[place].isFinite else { continue }
            let ends = rounding.around((lower[place], upper[place]), element)
            own.lower[place] = max(own.lower[place], ends.lower)
            own.upper[place] = min(own.upper[place], ends.upper)
        }
    }
}
