/// Bounds numbers of a circuit over one area: forward by intervals, and backward by lines (Singh et al., An Abstract
/// Domain for Certifying Neural Networks, POPL 2019), with interval coefficients.
///
/// Backward: the wanted number is at least Σ c·g + constant over gates g, where each c is known to lie in an interval.
/// The last gate is replaced by what it is made of, exactly or by one of its two lines, until coordinates are left. All
/// arithmetic rounds outward, so what is left is true of real numbers, and with the allowances of computed ones.
final class Substitution {
    /// What a leaf of a proof says besides its area.
    struct Hints: Sendable {
        /// Slopes of the lower lines of functions, by the gate that they take.
        var slopes: [Int: Double] = [:]
        /// For each part: by gate with a known sign, how much of it is taken off.
        var multipliers: [Int: [Int: Double]] = [:]
    }

    let circuit: Circuit
    private(set) var ranges: [Enclosure]
    private var lines: [Lines]
    private var planes: [Int: (lower: Plane, upper: Plane)] = [:]
    private var errors: [Double]
    private var coefficients: [Enclosure]
    /// Whether a gate feeds one that is not linear, and is itself more than a sum of coordinates.
    private let isPivot: [Bool]
    /// What is only ever bent at zero is as good as exact on one side of it.
    private let isKinked: [Bool]
    private var signs: [Int: Area.Side] = [:]
    /// How much of the last bound depends on each coordinate.
    private(set) var influence: [Double]

    private struct Plane {
        let first, second, offset: Double
    }

    init(_ circuit: Circuit) {
        self.circuit = circuit
        let count = circuit.gates.count
        ranges = Array(repeating: .unbounded, count: count)
        lines = Array(repeating: .identity, count: count)
        errors = Array(repeating: 0, count: count)
        coefficients = Array(repeating: Enclosure(0), count: count)
        influence = Array(repeating: 0, count: circuit.dimension)
        isPivot = Substitution.pivots(of: circuit)
        isKinked = Substitution.kinks(of: circuit)
    }

    private static func pivots(of circuit: Circuit) -> [Bool] {
        var isPivot = [Bool](repeating: false, count: circuit.gates.count)
        for gate in circuit.gates {
            switch gate {
            case .curve(_, let source, _): isPivot[source] = true
            case .product(let first, let second, _): (isPivot[first], isPivot[second]) = (true, true)
            case .extremum(_, let sources): for source in sources { isPivot[source] = true }
            case .compare(let first, let second, _): (isPivot[first], isPivot[second]) = (true, true)
            case .entry(let index, _, _): isPivot[index] = true
            case .leaf(let tree, 0): for gate in circuit.trees[tree].tested { isPivot[gate] = true }
            case .leaf: continue
            case .coordinate, .constant, .sum: continue
            }
        }
        for (index, gate) in circuit.gates.enumerated() where isPivot[index] {
            if case .compare = gate { continue }
            guard case .sum(let places, _, _) = gate else {
                isPivot[index] = false
                continue
            }
            isPivot[index] = !places.allSatisfy { place in
                switch circuit.gates[Int(circuit.terms[place].source)] {
                case .coordinate, .constant: true
                default: false
                }
            }
        }
        return isPivot
    }

    private static func kinks(of circuit: Circuit) -> [Bool] {
        var isKinked = [Bool](repeating: true, count: circuit.gates.count)
        for gate in circuit.gates {
            switch gate {
            case .curve(.relu, _, _), .curve(.leakyRelu, _, _), .curve(.absolute, _, _): continue
            case .curve(_, let source, _): isKinked[source] = false
            case .product(let first, let second, _): (isKinked[first], isKinked[second]) = (false, false)
            case .extremum(_, let sources): for source in sources { isKinked[source] = false }
            case .compare(let first, let second, _): (isKinked[first], isKinked[second]) = (false, false)
            case .entry(let index, _, _): isKinked[index] = false
            case .leaf(let tree, 0): for gate in circuit.trees[tree].tested { isKinked[gate] = false }
            case .leaf: continue
            case .coordinate, .constant, .sum: continue
            }
        }
        return isKinked
    }

    /// Bounds every gate in an area, where `known` holds already. Returns false where there is no point in it.
    func bound(_ area: Area, known: Ranges, _ hints: Hints = Hints()) -> Bool {
        signs = [:]
        for sign in area.signs { signs[sign.gate] = sign.side }
        planes.removeAll(keepingCapacity: true)
        for gate in circuit.gates.indices {
            var range = circuit.range(of: gate, ranges, area)
            if range.isFinite { range = range.intersection(known.values[gate]) }
            ranges[gate] = signed(range, gate)
            errors[gate] = range.isFinite ? circuit.error(of: gate, ranges) : .infinity
            guard !ranges[gate].isEmpty else { return false }
            if isPivot[gate], range.isFinite, isOpen(gate) {
                let lower = lowerBound(of: gate)
                ranges[gate] = ranges[gate].intersection(Enclosure(lower, -lowerBound(of: gate, sign: -1)))
                guard !ranges[gate].isEmpty else { return false }
            }
            relax(gate, hints)
        }
        return true
    }

    /// Bounds the number that a part of the claim is about, backward.
    func tighten(_ part: Condition.Part, number: Int, _ hints: Hints = Hints()) {
        let range = ranges[part.gate]
        guard range.isFinite else { return }
        let bound = lowerBound(of: part.gate, multipliers: hints.multipliers[number] ?? [:])
        ranges[part.gate] = range.intersection(Enclosure(bound, .infinity))
    }

    private func signed(_ range: Enclosure, _ gate: Int) -> Enclosure {
        // Whatever is unbounded may be no number, which has no sign.
        guard let side = signs[gate], range.isFinite else { return range }
        return side == .notNegative
            ? Enclosure(max(range.lower, 0), range.upper) : Enclosure(range.lower, min(range.upper, 0))
    }

    /// Whether tighter bounds may change a line.
    private func isOpen(_ gate: Int) -> Bool { !ranges[gate].isPoint && !isKinked[gate] || crosses(gate) }

    private func crosses(_ gate: Int) -> Bool { ranges[gate].lower < 0 && ranges[gate].upper > 0 }

    /// The lines, or planes, between which a gate lies.
    private func relax(_ gate: Int, _ hints: Hints) {
        guard ranges[gate].isFinite else { return }
        switch circuit.gates[gate] {
        case .curve(let curve, let source, _):
            lines[gate] =
                ranges[source].isPoint
                ? .constant(ranges[gate])
                : curve.lines(over: ranges[source], slope: hints.slopes[source]).widened(by: errors[gate])
        case .product(let first, let second, _):
            planes[gate] = Substitution.planes(ranges[first], ranges[second])
        default: break
        }
    }

    /// McCormick's: x·y >= a·x + b·y - a·b for a and b both lower or both upper ends of y and x, and the other way for one
    /// of each.
    private static func planes(_ x: Enclosure, _ y: Enclosure) -> (lower: Plane, upper: Plane) {
        func plane(_ a: Double, _ b: Double, _ offset: Double) -> Plane { Plane(first: a, second: b, offset: offset) }
        func height(_ plane: Plane) -> Double { plane.first * x.middle + plane.second * y.middle + plane.offset }
        let under = [
            plane(y.lower, x.lower, -Up.product(y.lower, x.lower)),
            plane(y.upper, x.upper, -Up.product(y.upper, x.upper)),
        ]
        let over = [
            plane(y.upper, x.lower, -Down.product(y.upper, x.lower)),
            plane(y.lower, x.upper, -Down.product(y.lower, x.upper)),
        ]
        return (
            height(under[0]) >= height(under[1]) ? under[0] : under[1],
            height(over[0]) <= height(over[1]) ? over[0] : over[1]
        )
    }

    // MARK: backward

    /// A number that `sign` times the gate is nowhere less than.
    private func lowerBound(of target: Int, sign: Double = 1, multipliers: [Int: Double] = [:]) -> Double {
        var constant = 0.0
        coefficients[target] = Enclosure(sign)
        for (gate, multiplier) in multipliers {
            // Where s·g >= 0, taking multiplier·s·g off leaves no more.
            guard gate <= target, let side = signs[gate], multiplier >= 0 else { continue }
            coefficients[gate] = coefficients[gate] + Enclosure(side == .notNegative ? -multiplier : multiplier)
        }
        for coordinate in influence.indices { influence[coordinate] = 0 }
        for gate in stride(from: target, through: 0, by: -1) {
            let coefficient = coefficients[gate]
            if coefficient.lower == 0, coefficient.upper == 0 { continue }
            coefficients[gate] = Enclosure(0)
            constant = Down.sum(constant, replace(gate, coefficient))
        }
        return constant
    }

    /// Hands a gate's coefficient on to what it is made of; returns what is left of it besides, rounded down.
    private func replace(_ gate: Int, _ coefficient: Enclosure) -> Double {
        switch circuit.gates[gate] {
        case .coordinate(let index):
            influence[index] = max(influence[index], coefficient.magnitude)
            return concrete(gate, coefficient)
        case .constant, .entry: return concrete(gate, coefficient)
        case .leaf(let tree, let column): return leaf(gate, coefficient, circuit.trees[tree], column)
        case .sum(let places, let offset, _):
            spread(coefficient, over: places)
            let error = errors[gate] == 0 ? 0 : Up.product(coefficient.magnitude, errors[gate])
            return Down.sum((coefficient * offset).lower, -error)
        case .curve(_, let source, _):
            let line = lines[gate]
            if coefficient.lower >= 0 {
                add(coefficient * line.lowerSlope, to: source)
                return (coefficient * line.lowerOffset).lower
            }
            guard coefficient.upper <= 0 else { return concrete(gate, coefficient) }
            add(coefficient * line.upperSlope, to: source)
            return (coefficient * line.upperOffset).lower
        case .product(let first, let second, _):
            guard let planes = planes[gate], coefficient.lower >= 0 || coefficient.upper <= 0 else {
                return concrete(gate, coefficient)
            }
            let plane = coefficient.lower >= 0 ? planes.lower : planes.upper
            add(coefficient * plane.first, to: first)
            add(coefficient * plane.second, to: second)
            let error = Up.product(coefficient.magnitude, errors[gate])
            return Down.sum((coefficient * plane.offset).lower, -error)
        case .extremum(let extremum, let sources): return choose(gate, coefficient, extremum, sources)
        case .compare(let first, let second, let order):
            add(coefficient, to: second)
            add(-coefficient, to: first)
            return order == .less && coefficient.upper > 0
                ? Down.product(coefficient.upper, -.leastNonzeroMagnitude) : 0
        }
    }

    /// All columns of a tree are those of one leaf: they are at least what the worst leaf within reach gives of them together.
    private func leaf(_ gate: Int, _ coefficient: Enclosure, _ tree: TreeGates, _ column: Int) -> Double {
        var own = [(column, coefficient)]
        for other in 0..<column {
            let place = gate - column + other
            let coefficient = coefficients[place]
            if coefficient.lower != 0 || coefficient.upper != 0 { own.append((other, coefficient)) }
            coefficients[place] = Enclosure(0)
        }
        var least = Double.infinity
        tree.reachable(ranges) { weights in
            let sum = own.reduce(0.0) { Down.sum($0, ($1.1 * weights[$1.0]).lower) }
            least = min(least, sum)
        }
        return least.isFinite ? least : -.infinity
    }

    /// The greatest of some is at least each of them; it is one of them where that one is above all others.
    private func choose(
        _ gate: Int, _ coefficient: Enclosure, _ extremum: Gate.Extremum, _ sources: [Int]
    ) -> Double {
        guard let best = leader(of: sources, extremum) else { return concrete(gate, coefficient) }
        let isEasy = extremum == .greatest ? coefficient.lower >= 0 : coefficient.upper <= 0
        guard isEasy || leads(best, sources, extremum) else { return concrete(gate, coefficient) }
        add(coefficient, to: best)
        return 0
    }

    private func leader(of sources: [Int], _ extremum: Gate.Extremum) -> Int? {
        extremum == .greatest
            ? sources.max { ranges[$0].lower < ranges[$1].lower } : sources.min { ranges[$0].upper < ranges[$1].upper }
    }

    private func leads(_ best: Int, _ sources: [Int], _ extremum: Gate.Extremum) -> Bool {
        sources.allSatisfy { other in
            other == best
                || (extremum == .greatest
                    ? ranges[best].lower >= ranges[other].upper : ranges[best].upper <= ranges[other].lower)
        }
    }

    private func concrete(_ gate: Int, _ coefficient: Enclosure) -> Double { (coefficient * ranges[gate]).lower }

    private func add(_ coefficient: Enclosure, to gate: Int) { coefficients[gate] = coefficients[gate] + coefficient }

    private func spread(_ coefficient: Enclosure, over places: Range<Int>) {
        coefficients.withUnsafeMutableBufferPointer { coefficients in
            circuit.terms.withUnsafeBufferPointer { terms in
                for place in places {
                    let term = terms[place]
                    let source = Int(term.source)
                    coefficients[source] = coefficients[source] + coefficient * term.weight
                }
            }
        }
    }
}
