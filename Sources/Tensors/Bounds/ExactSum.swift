import Kernels

/// A sum that comes out the same in every order, fused or not: all of its terms are multiples of one power of two, so small
/// a multiple, all together, that every partial sum is a number of the type.
///
/// Rounding is monotone, so a computed sum of terms that are at least these is at least their sum.
struct ExactSum {
    private var sum = 0.0
    private var size = 0.0
    /// The exponent of the last place of any term.
    private var last = Int.max

    mutating func add(_ term: Double) {
        guard term != 0 else { return }
        sum += term
        size += term.magnitude
        last = term.isFinite ? min(last, Int(term.exponent) - term.significandWidth) : Int.min / 2
    }

    /// nil where some order of summation may round.
    func value(_ element: ElementType) -> Double? {
        if last == .max { return 0 }
        let digits = element == .float32 ? 24 : 53
        // Multiples of less than the least number are none of the type.
        guard last >= (element == .float32 ? -149 : -1074), last < 900 else { return nil }
        // As long as this holds, these sums were not rounded either.
        return size < Double(sign: .plus, exponent: last + digits, significand: 1) ? sum : nil
    }
}

extension BoundWorkspace {
    /// Narrows the interval of a sum, or a mean, of many elements to the sums of their ends, where these are exact.
    func narrowSum(_ index: Int, _ node: BoundPlan.Node, _ reduce: ReduceStep) {
        let (own, from, element) = (memory[index], memory[node.inputs[0]], node.type.element)
        let count = Double(reduce.blocks.axis)
        // Where a runtime multiplies by a reciprocal instead, that is rounded to float32.
        let isMean = reduce.code == GS_REDUCTION_MEAN
        guard !isMean || element == .float64 else { return }
        for target in 0..<node.count {
            let members = ReduceStep.members(of: target, reduce.blocks, reduce.table)
            for lane in 0..<regions {
                let place = target * regions + lane
                guard own.lower[place].isFinite, own.upper[place].isFinite else { continue }
                var (low, high) = (ExactSum(), ExactSum())
                for member in members {
                    low.add(from.lower[member * regions + lane])
                    high.add(from.upper[member * regions + lane])
                }
                guard var least = low.value(element), var most = high.value(element) else { continue }
                if isMean {
                    least = min(Interval.quotient(least, count).lower, least * (1 / count))
                    most = max(Interval.quotient(most, count).upper, most * (1 / count))
                }
                own.lower[place] = max(own.lower[place], least)
                own.upper[place] = min(own.upper[place], most)
            }
        }
    }

    /// Narrows a + b where engines may fuse it with a sum that is one of the two: all terms are taken together.
    func narrowFused(_ index: Int, _ node: BoundPlan.Node) {
        guard node.inputs.allSatisfy({ !isSumOfProducts($0) }) else { return }
        let own = memory[index]
        let operands = node.inputs.map { ends(of: node, $0) }
        for element in 0..<node.count {
            for lane in 0..<regions {
                let place = element * regions + lane
                guard own.lower[place].isFinite, own.upper[place].isFinite else { continue }
                var (low, high) = (ExactSum(), ExactSum())
                for (input, operand) in zip(node.inputs, operands) {
                    addTerms(of: input, operand.source(of: element), lane, &low, &high)
                }
                guard let least = low.value(node.type.element), let most = high.value(node.type.element)
                else { continue }
                own.lower[place] = max(own.lower[place], least)
                own.upper[place] = min(own.upper[place], most)
            }
        }
    }

    /// Whether a node is a sum of products, moved or not.
    private func isSumOfProducts(_ index: Int) -> Bool {
        switch plan.nodes[index].kind {
        case .alias: isSumOfProducts(plan.nodes[index].inputs[0])
        case .linear(let linear):
            linear.isSumOfProducts || linear.wide is GatherStep && isSumOfProducts(plan.nodes[index].inputs[0])
        default: false
        }
    }

    /// The ends of what an element is the sum of.
    private func addTerms(
        of index: Int, _ element: Int, _ lane: Int, _ low: inout ExactSum, _ high: inout ExactSum
    ) {
        let node = plan.nodes[index]
        switch node.kind {
        case .constant(let constant):
            low.add(constant.values.pointer[element])
            return high.add(constant.values.pointer[element])
        case .alias: return addTerms(of: node.inputs[0], element, lane, &low, &high)
        case .linear(let linear):
            if let moved = linear.wide as? GatherStep {
                let source = Int(moved.table.pointer[element])
                if source >= 0 { return addTerms(of: node.inputs[0], source, lane, &low, &high) }
                low.add(moved.fill)
                return high.add(moved.fill)
            }
            if let reduce = linear.wide as? ReduceStep, reduce.code == GS_REDUCTION_SUM {
                for member in ReduceStep.members(of: element, reduce.blocks, reduce.table) {
                    addTerms(of: node.inputs[0], member, lane, &low, &high)
                }
                return
            }
        default: break
        }
        low.add(memory[index].lower[element * regions + lane])
        high.add(memory[index].upper[element * regions + lane])
    }
}
