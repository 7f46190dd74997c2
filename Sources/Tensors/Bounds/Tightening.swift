/// Bounds of what feeds the nodes that are not linear, in one region: kept so that parts of the region start from them.
package final class KnownBounds: Sendable {
    /// For each pivot of the plan its elements, rounded outward to float32.
    let lower, upper: [[Float]]

    init(lower: [[Float]], upper: [[Float]]) {
        self.lower = lower
        self.upper = upper
    }

    package var bytes: Int { lower.reduce(0) { $0 + $1.count * 8 } }
}

/// An element of what feeds max(x, 0).
package struct NeuronPlace: Sendable, Hashable {
    package let node, element: Int
}

/// A constraint: that an element of what feeds max(x, 0) is not negative, or not positive; or of what feeds another curve, not
/// below a threshold, or not above it.
package struct NeuronSign: Sendable, Hashable {
    package let node, element: Int
    package let isPositive: Bool
    package let threshold: Double

    package init(node: Int, element: Int, isPositive: Bool, threshold: Double = 0) {
        (self.node, self.element, self.isPositive) = (node, element, isPositive)
        self.threshold = threshold
    }
}

extension BoundWorkspace {
    /// Which elements of a pivot are bounded anew.
    package enum Renewal: Sendable, Hashable {
        /// None: what is known of the whole stays.
        case none
        /// Those of which more has to be known: for max(x, 0) only whether the sign is settled.
        case open
        /// All, since what rounding may cost grows with every magnitude.
        case all
    }

    /// Bounds everything, each pivot by backward propagation, starting from what is known of each region.
    ///
    /// `signs` are constraints per region; what is bounded then holds where they are met.
    package func bound(known: [KnownBounds?], signs: [[NeuronSign]] = [], _ renewal: Renewal = .open) {
        vacuous.removeAll(keepingCapacity: true)
        for factor in forms.values { factor.reset() }
        bound { node in
            if plan.nodes[node].isPivot { intersect(node, known) }
            for (lane, signs) in signs.enumerated() { clip(node, lane, signs) }
            if case .quotient(let rounding) = plan.nodes[node].kind {
                return tightenQuotient(node, rounding) { if renewal != .none { tighten(node, renewal) } }
            }
            if plan.nodes[node].isPivot, renewal != .none { tighten(node, renewal) }
            if renewal != .none, !plan.nodes[node].isPivot, plan.nodes[node].feedsProducts { findForms(node) }
        }
    }

    private func clip(_ node: Int, _ lane: Int, _ signs: [NeuronSign]) {
        for sign in signs where sign.node == node {
            let place = sign.element * regions + lane
            if sign.isPositive {
                memory[node].lower[place] = max(memory[node].lower[place], sign.threshold)
            } else {
                memory[node].upper[place] = min(memory[node].upper[place], sign.threshold)
            }
            // Nothing meets the constraint: any bound is sound, and an interval must stay one.
            if memory[node].lower[place] > memory[node].upper[place] {
                (memory[node].lower[place], memory[node].upper[place]) = (0, 0)
                vacuous.insert(lane)
            }
        }
    }

    /// What is known of one region after `bound`.
    package func known(_ lane: Int) -> KnownBounds {
        func copy(_ pivot: Int, _ bounds: UnsafeMutablePointer<Double>, _ round: (Double) -> Float) -> [Float] {
            (0..<plan.nodes[pivot].count).map { round(bounds[$0 * regions + lane]) }
        }
        return KnownBounds(
            lower: plan.pivots.map { copy($0, memory[$0].lower, Float.roundedDown) },
            upper: plan.pivots.map { copy($0, memory[$0].upper, Float.roundedUp) })
    }

    private func intersect(_ pivot: Int, _ known: [KnownBounds?]) {
        guard let place = plan.pivots.firstIndex(of: pivot) else { return }
        let own = memory[pivot]
        for lane in 0..<regions {
            guard let known = known.isEmpty ? nil : known[min(lane, known.count - 1)] else { continue }
            let (lower, upper) = (known.lower[place], known.upper[place])
            for element in lower.indices {
                let at = element * regions + lane
                own.lower[at] = max(own.lower[at], Double(lower[element]))
                own.upper[at] = min(own.upper[at], Double(upper[element]))
            }
        }
    }

    /// Narrows the interval of a pivot where that matters.
    private func tighten(_ pivot: Int, _ renewal: Renewal) {
        let node = plan.nodes[pivot]
        if regions > 1 || forms[pivot] != nil {
            for element in 0..<node.count where isOpen(pivot, element, renewal) {
                if isHalted() { return }
                tightenInEachRegion(pivot, element, sign: 1)
                if isOpen(pivot, element, renewal) { tightenInEachRegion(pivot, element, sign: -1) }
            }
            return
        }
        let open = (0..<node.count).filter { isOpen(pivot, $0, renewal) }
        let firsts = Array(stride(from: 0, to: open.count, by: BoundWorkspace.rows / 2))
        share(firsts.count) { [isHalted] helper, part in
            if isHalted() { return }
            helper.tightenRows(
                pivot, Array(open[firsts[part]..<min(firsts[part] + BoundWorkspace.rows / 2, open.count)]))
        }
    }

    /// How many elements of a pivot have signs that are not settled in the only region.
    package func openCount(of pivot: Int) -> Int {
        guard plan.nodes[pivot].feedsOnlyRelu else { return 0 }
        return (0..<plan.nodes[pivot].count).reduce(0) { $0 + (isOpen(pivot, $1, .open) ? 1 : 0) }
    }

    /// Whether some region does not know all that is needed of an element.
    private func isOpen(_ pivot: Int, _ element: Int, _ renewal: Renewal) -> Bool {
        let own = memory[pivot]
        let isSignEnough = renewal == .open && plan.nodes[pivot].feedsOnlyRelu
        for lane in 0..<regions {
            let (lower, upper) = (own.lower[element * regions + lane], own.upper[element * regions + lane])
            guard lower.isFinite, upper.isFinite else { continue }
            if isSignEnough ? lower < 0 && upper > 0 : lower < upper { return true }
        }
        return false
    }

    private func tightenInEachRegion(_ pivot: Int, _ element: Int, sign: Double) {
        seed(pivot, rows: regions, element: { _ in element }, sign: { _ in sign })
        propagate(from: pivot, rows: regions, .ofEachRegion)
        if sign > 0 { noteDependence(pivot, element) }
        noteForm(pivot, element, sign: sign)
        for lane in 0..<regions {
            narrow(pivot, element * regions + lane, sign: sign, bound(lane, .ofEachRegion))
        }
    }

    /// Both bounds of some elements of the one region.
    private func tightenRows(_ pivot: Int, _ elements: [Int]) {
        let rows = Evaluator.lanes(for: 2 * elements.count)
        let relaxation = ascents > 0 && plan.nodes[pivot].feedsOnlyRelu ? self.relaxation() : nil
        relaxation?.reset(self, rows: rows, .ofRegion(0))
        for ascent in 0...(relaxation == nil ? 0 : ascents) {
            _ = seedBothBounds(pivot, elements)
            propagate(from: pivot, rows: rows, .ofRegion(0), relaxation: relaxation)
            for (index, element) in elements.enumerated() {
                if ascent == 0 { noteDependence(pivot, element, row: 2 * index, rows: rows) }
                narrow(pivot, element, sign: 1, bound(2 * index, .ofRegion(0)))
                narrow(pivot, element, sign: -1, bound(2 * index + 1, .ofRegion(0)))
            }
            guard let relaxation, ascent < ascents else { return }
            evaluate(to: pivot, rows: rows, .ofRegion(0), relaxation: relaxation)
            relaxation.ascend(
                self, from: pivot, rows: rows, .ofRegion(0), slopeRate: 0.25 * Double.pow(0.95, ascent),
                multiplierRate: 0)
        }
    }

    /// Slopes of max(x, 0), made when they are first needed.
    package func relaxation() -> Relaxation {
        if let made = relaxationOfRows { return made }
        let made = Relaxation(plan)
        relaxationOfRows = made
        return made
    }

    private func narrow(_ pivot: Int, _ place: Int, sign: Double, _ bound: Double) {
        let own = memory[pivot]
        // What may overflow on the way, or be no number, is not known by where it would end up.
        guard own.lower[place].isFinite, own.upper[place].isFinite else { return }
        if sign > 0 { own.lower[place] = max(own.lower[place], bound) }
        if sign < 0 { own.upper[place] = min(own.upper[place], -bound) }
    }
}
