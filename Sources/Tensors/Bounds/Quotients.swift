/// Quotients n / d where d is not 0.
///
/// Where the quotient is at least t all over a region, n - t·d has the sign of d, so t + (n - t·d) / D is not above it, for D the end of d
/// that is farther from 0. What that plane shows is a better t, and so on (Dinkelbach, "On Nonlinear Fractional
/// Programming", 1967): n and d may hang on the same values, and the bounds know.
extension BoundWorkspace {
    func encloseQuotient(_ index: Int, _ node: BoundPlan.Node, _ rounding: Rounding) {
        let (own, n, d) = (memory[index], memory[node.inputs[0]], memory[node.inputs[1]])
        for place in 0..<(node.count * regions) {
            let range = Interval.quotient((n.lower[place], n.upper[place]), (d.lower[place], d.upper[place]))
            (own.lower[place], own.upper[place]) = rounding.around(range, node.type.element)
            if !(max(range.lower.magnitude, range.upper.magnitude) <= node.type.element.greatest(rounding)) {
                (own.lower[place], own.upper[place]) = (-.infinity, .infinity)
            }
        }
        drawQuotient(index, rounding)
    }

    /// Draws the planes anew after each step that narrows the bounds, as long as that helps.
    func tightenQuotient(_ index: Int, _ rounding: Rounding, _ tighten: () -> Void) {
        drawQuotient(index, rounding)
        var width = knownWidth(index)
        for _ in 0..<Self.quotientSteps {
            tighten()
            drawQuotient(index, rounding)
            let narrowed = knownWidth(index)
            guard narrowed < 0.98 * width else { return }
            width = narrowed
        }
    }

    private static let quotientSteps = 24

    private func knownWidth(_ index: Int) -> Double {
        let own = memory[index]
        return (0..<(plan.nodes[index].count * regions)).reduce(0) { sum, place in
            let width = own.upper[place] - own.lower[place]
            return width.isFinite ? sum + width : sum
        }
    }

    private func drawQuotient(_ index: Int, _ rounding: Rounding) {
        switch plan.nodes[index].storage {
        case .float32: drawQuotient(index, rounding, as: Float.self)
        case .float64: drawQuotient(index, rounding, as: Double.self)
        }
    }

    private func drawQuotient<Number: Coefficient>(_ index: Int, _ rounding: Rounding, as: Number.Type) {
        let node = plan.nodes[index]
        let (own, n, d) = (memory[index], memory[node.inputs[0]], memory[node.inputs[1]])
        guard let slopes = own.slopes, let second = own.secondSlopes, let offsets = own.offsets else { return }
        func numbers(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            pointer.assumingMemoryBound(to: Number.self)
        }
        for place in 0..<(node.count * regions) {
            let (dividend, divisor) = ((n.lower[place], n.upper[place]), (d.lower[place], d.upper[place]))
            let planes = QuotientPlanes<Number>(
                dividend, divisor, computed: (own.lower[place], own.upper[place]), rounding)
            numbers(slopes.lower)[place] = planes.lower.dividend
            numbers(slopes.upper)[place] = planes.upper.dividend
            numbers(second.lower)[place] = planes.lower.divisor
            numbers(second.upper)[place] = planes.upper.divisor
            numbers(offsets.lower)[place] = Number.roundedDown(planes.lower.constant)
            numbers(offsets.upper)[place] = Number.roundedUp(planes.upper.constant)
        }
    }
}

/// A plane below and one above a quotient as computed, in the format of its node; flat and infinite where nothing is known.
private struct QuotientPlanes<Number: Coefficient> {
    struct Plane {
        var dividend: Number = 0
        var divisor: Number = 0
        var constant: Double
    }

    var lower = Plane(constant: -.infinity)
    var upper = Plane(constant: .infinity)

    /// `computed` are bounds of the quotient as computed, which may be narrower than the operands tell.
    init(_ dividend: Ends, _ divisor: Ends, computed: Ends, _ rounding: Rounding) {
        let range = Interval.quotient(dividend, divisor)
        let error = (max(range.lower.magnitude, range.upper.magnitude) * rounding.relative).nextUp + rounding.absolute
        guard error.isFinite, computed.lower.isFinite, computed.upper.isFinite else { return }
        let lowest = max(range.lower, (computed.lower - error).nextDown)
        let greatest = min(range.upper, (computed.upper + error).nextUp)
        let far = divisor.lower.magnitude > divisor.upper.magnitude ? divisor.lower : divisor.upper
        guard lowest <= greatest else { return }
        let sizes = (
            max(dividend.lower.magnitude, dividend.upper.magnitude),
            max(divisor.lower.magnitude, divisor.upper.magnitude)
        )
        let ends = [
            (lowest, divisor.lower), (lowest, divisor.upper), (greatest, divisor.lower), (greatest, divisor.upper),
        ]
        /// The plane with slopes that are next to those of the plane through an end. n = q·d, so what is left of the quotient is
        /// q - (a·q + b)·d, which is least and greatest at ends of q and d.
        func plane(through end: Double, _ choose: (Double, Double) -> Double, sign: Double) -> Plane? {
            let (first, second) = (Number(1 / far), Number(-end / far))
            let (a, b) = (Double(first), Double(second))
            let rests = ends.map { q, d -> Double in
                let size = q.magnitude + ((a * q).magnitude + b.magnitude) * d.magnitude
                return q - (a * q + b) * d - sign * (size * 0x1p-49 + 0x1p-1000)
            }
            let least = Number.self == Float.self ? 0x1p-140 * (sizes.0 + sizes.1) : 0
            let slack = (4 * Number.roundoff * (a.magnitude * sizes.0 + b.magnitude * sizes.1) + least + error).nextUp
            let rest = rests.dropFirst().reduce(rests[0], choose) - sign * slack
            let constant = sign > 0 ? rest.nextDown : rest.nextUp
            return a.isFinite && b.isFinite && constant.isFinite
                ? Plane(dividend: first, divisor: second, constant: constant) : nil
        }
        guard let below = plane(through: lowest, { min($0, $1) }, sign: 1),
            let above = plane(through: greatest, { max($0, $1) }, sign: -1)
        else { return }
        (lower, upper) = (below, above)
    }
}
