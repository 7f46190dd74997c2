/// Shows that one number of a circuit is at most another by what they are made of, where ranges cannot: the two may be equal.
///
/// Numbers made alike are equal, choices are exact, and one rounding of float64 to nearest is monotone. So what is shown
/// holds for the numbers as computed and for real ones. All numbers that it speaks of have to be bounded.
struct Order {
    private static let greatestDepth = 40
    private static let greatestEffort = 4000

    private let circuit: Circuit
    private let ranges: [Enclosure]
    private var effort = 0

    init(_ circuit: Circuit, _ ranges: [Enclosure]) { (self.circuit, self.ranges) = (circuit, ranges) }

    /// Whether a number that has to be at least 0 is a difference of two in order, or a sum of such.
    mutating func shows(_ part: Condition.Part) -> Bool {
        guard part.limit == .atLeastZero, ranges[part.gate].isFinite else { return false }
        guard case .sum(let places, 0, .exact) = circuit.gates[part.gate], places.count == 2 else { return false }
        let (first, second) = (circuit.terms[places.lowerBound], circuit.terms[places.lowerBound + 1])
        guard first.weight == 1, second.weight == -1 else { return false }
        return isAtMost(Int(second.source), Int(first.source), 0)
    }

    private mutating func isAtMost(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        guard ranges[a].isFinite, ranges[b].isFinite else { return false }
        if a == b || ranges[a].upper <= ranges[b].lower { return true }
        effort += 1
        guard effort < Order.greatestEffort, depth < Order.greatestDepth else { return false }
        return areAlike(a, b, depth) || isByChoice(a, b, depth + 1) || isByTerms(a, b, depth + 1)
    }

    // MARK: equal numbers

    /// Whether two gates are made alike of the same numbers.
    private func areAlike(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        if a == b { return true }
        guard depth < Order.greatestDepth else { return false }
        switch (circuit.gates[a], circuit.gates[b]) {
        case (.constant(let x), .constant(let y)): return x == y
        case (.curve(let f, let x, let first), .curve(let g, let y, let second)):
            return f == g && first == second && x == y
        case (.product(let x, let y, let first), .product(let z, let w, let second)):
            return first == second && (x == z && y == w || x == w && y == z)
        case (.extremum(let kind, let xs), .extremum(let other, let ys)): return kind == other && Set(xs) == Set(ys)
        case (.sum(let xs, let x, let first), .sum(let ys, let y, let second)):
            // A sum of two does not depend on their order.
            let (own, others) = (Array(circuit.terms[xs]), Array(circuit.terms[ys]))
            return x == y && first == second && first.manner == .once && own.count <= 2
                && (own == others || own == others.reversed())
        default: return false
        }
    }

    // MARK: choices

    private mutating func isByChoice(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        if case .extremum(.greatest, let parts) = circuit.gates[a] {
            return all(parts) { $0.isAtMost($1, b, depth) }
        }
        if case .extremum(.least, let parts) = circuit.gates[b] {
            return all(parts) { $0.isAtMost(a, $1, depth) }
        }
        if case .extremum(.least, let parts) = circuit.gates[a], any(parts, { $0.isAtMost($1, b, depth) }) {
            return true
        }
        if case .extremum(.greatest, let parts) = circuit.gates[b], any(parts, { $0.isAtMost(a, $1, depth) }) {
            return true
        }
        return isBelowBend(a, b, depth) || isAboveBend(a, b, depth)
    }

    /// relu(x) is x or 0, |x| is x or -x, and a clipped number is itself or an end.
    private mutating func isBelowBend(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        guard case .curve(let curve, let x, _) = circuit.gates[a] else { return false }
        switch curve {
        case .relu: return ranges[b].lower >= 0 && isAtMost(x, b, depth)
        case .absolute: return isAtMost(x, b, depth) && isNegativeAtMost(x, b)
        case .clip(let lower, let upper):
            return ranges[b].lower >= lower && (upper <= ranges[b].lower || isAtMost(x, b, depth))
        default: return false
        }
    }

    private mutating func isAboveBend(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        guard case .curve(let curve, let x, _) = circuit.gates[b] else { return false }
        switch curve {
        case .relu: return isAtMost(a, x, depth)
        case .absolute: return isAtMost(a, x, depth) || isNegative(a, of: x)
        case .clip(let lower, let upper):
            return ranges[a].upper <= upper && (ranges[a].upper <= lower || isAtMost(a, x, depth))
        default: return false
        }
    }

    /// Whether -x is at most b: b is that, or made as large as it.
    private func isNegativeAtMost(_ x: Int, _ b: Int) -> Bool {
        if -ranges[x].lower <= ranges[b].lower || isNegative(b, of: x) { return true }
        if case .curve(.absolute, let y, _) = circuit.gates[b] { return y == x || isNegative(y, of: x) }
        return false
    }

    /// Whether a is -x: negated, or the difference of the same two the other way round.
    private func isNegative(_ a: Int, of x: Int) -> Bool {
        guard case .sum(let places, 0, let allowance) = circuit.gates[a] else { return false }
        let own = Array(circuit.terms[places])
        if own == [.init(source: Int32(x), weight: -1)] { return allowance == .exact }
        guard case .sum(let others, 0, allowance) = circuit.gates[x], allowance.manner == .once else { return false }
        let turned = circuit.terms[others].map { Gate.Term(source: $0.source, weight: -$0.weight) }
        return own.count == 2 && (own == turned || own == turned.reversed())
    }

    // MARK: arithmetic

    /// Of float64, each operation rounded once.
    private mutating func isByTerms(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        if let (x, y) = pair(a), let (z, w) = pair(b) {
            if isTermAtMost(x, z, depth), isTermAtMost(y, w, depth) { return true }
            if isTermAtMost(x, w, depth), isTermAtMost(y, z, depth) { return true }
        }
        if let (x, y) = pair(a) {
            for (own, other) in [(x, y), (y, x)] where range(of: other).upper <= 0 && own.weight == 1 {
                if isAtMost(Int(own.source), b, depth) { return true }
            }
        }
        if let (x, y) = pair(b) {
            for (own, other) in [(x, y), (y, x)] where range(of: other).lower >= 0 && own.weight == 1 {
                if isAtMost(a, Int(own.source), depth) { return true }
            }
        }
        return isScaled(a, b, depth) || isPart(a, of: b, depth)
    }

    /// One of many that are not negative is at most their sum, in whatever order that is formed.
    private mutating func isPart(_ a: Int, of b: Int, _ depth: Int) -> Bool {
        guard case .sum(let places, 0, let allowance) = circuit.gates[b], allowance.manner == .summed,
            allowance.element == .float64
        else { return false }
        let parts = circuit.terms[places]
        guard parts.allSatisfy({ $0.weight == 1 && ranges[Int($0.source)].lower >= 0 }) else { return false }
        return any(parts.map { Int($0.source) }) { $0.isAtMost(a, $1, depth) }
    }

    private func pair(_ gate: Int) -> (Gate.Term, Gate.Term)? {
        guard case .sum(let places, 0, let allowance) = circuit.gates[gate], places.count == 2,
            allowance.manner == .once, allowance.element == .float64
        else { return nil }
        return (circuit.terms[places.lowerBound], circuit.terms[places.lowerBound + 1])
    }

    private func range(of term: Gate.Term) -> Enclosure { ranges[Int(term.source)] * term.weight }

    private mutating func isTermAtMost(_ x: Gate.Term, _ y: Gate.Term, _ depth: Int) -> Bool {
        guard x.weight == y.weight else { return false }
        let (first, second) = (Int(x.source), Int(y.source))
        return x.weight >= 0 ? isAtMost(first, second, depth) : isAtMost(second, first, depth)
    }

    /// A share of a number that is not negative is at most the number.
    private mutating func isScaled(_ a: Int, _ b: Int, _ depth: Int) -> Bool {
        switch circuit.gates[a] {
        case .sum(let places, 0, let allowance)
        where places.count == 1 && allowance.manner == .once && allowance.element == .float64:
            let term = circuit.terms[places.lowerBound]
            let source = Int(term.source)
            return term.weight <= 1 && ranges[source].lower >= 0 && isAtMost(source, b, depth)
        case .product(let x, let y, let allowance) where allowance.manner == .once && allowance.element == .float64:
            return isShare(x, y, b, depth) || isShare(y, x, b, depth)
        case .curve(.square, let x, let allowance) where allowance.manner == .once && allowance.element == .float64:
            return isShare(x, x, b, depth)
        default: return false
        }
    }

    private mutating func isShare(_ x: Int, _ factor: Int, _ b: Int, _ depth: Int) -> Bool {
        ranges[x].lower >= 0 && ranges[factor].upper <= 1 && isAtMost(x, b, depth)
    }

    // MARK: lists

    private mutating func all(_ parts: [Int], _ test: (inout Order, Int) -> Bool) -> Bool {
        for part in parts where !test(&self, part) { return false }
        return true
    }

    private mutating func any(_ parts: [Int], _ test: (inout Order, Int) -> Bool) -> Bool {
        for part in parts where test(&self, part) { return true }
        return false
    }
}
