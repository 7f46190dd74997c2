/// Shows that one number is at most another where bounds of their difference cannot, because the two may be equal: by what
/// they are made of.
///
/// What it shows holds for real numbers and for numbers as computed: choices are exact, and one rounding to nearest is
/// monotone. Numbers that may be NaN or infinite are never compared. Belongs to one thread.
package final class Ordering {
    /// So many comparisons are made for one inequality, so deep at most.
    private static let greatestEffort = 20_000
    private static let greatestDepth = 60

    private let expressions: Expressions
    private let goals: [Goal]
    private let decomposition: Decomposition
    private let plan: BoundPlan
    /// What may be taken for granted: of the goal, and of the branches of choices that are looked at.
    private var assumed: [Inequality] = []
    private var known: [Question: Bool] = [:]
    private var found: [Int: Ends] = [:]
    private var effort = 0
    private var depth = 0
    private var workspace: BoundWorkspace?
    private var lane = 0

    private struct Goal {
        let value: Value
        let wanted: Inequality
        /// What may be taken for granted, since the claim holds anyway where it does not.
        let assumed: [Inequality]
        /// Whether there is more to it than bounds tell.
        let isStructured: Bool
    }

    private struct Question: Hashable {
        let lesser, greater: Int
    }

    /// A margin that has to be at least 0, or above it; `substitutes` are the margins that may hold in its stead.
    package struct Margin {
        let value: Value
        let isStrict: Bool
        let substitutes: [Int]

        package init(_ value: Value, isStrict: Bool, substitutes: [Int]) {
            (self.value, self.isStrict, self.substitutes) = (value, isStrict, substitutes)
        }
    }

    /// The margins are scalars of the graph that was decomposed.
    package init(_ graph: Graph, _ decomposition: Decomposition, _ plan: BoundPlan, _ margins: [Margin]) {
        var expressions = Expressions(graph)
        let sides = margins.map { expressions.inequality(GraphElement($0.value, 0), isStrict: $0.isStrict) }
        goals = zip(margins, sides).map { margin, wanted in
            let assumed = margin.substitutes.map { sides[$0].denied }
            let isOpaque = [wanted.lesser, wanted.greater].allSatisfy { expressions.all[$0].isOpaque }
            return Goal(
                value: margin.value, wanted: wanted, assumed: assumed,
                isStructured: !isOpaque || wanted.follows(from: assumed))
        }
        self.expressions = expressions
        (self.decomposition, self.plan) = (decomposition, plan)
    }

    /// Whether a margin holds in all of a region that was bounded, or else one that may hold in its stead.
    package func shows(_ margin: Int, _ lane: Int, of workspace: BoundWorkspace) -> Bool {
        let goal = goals[margin]
        // Only what is known to be a number has an order.
        guard goal.isStructured, let image = decomposition.image(of: goal.value),
            workspace.lower(image.index, lane) > -.infinity
        else { return false }
        (self.workspace, self.lane) = (workspace, lane)
        defer { self.workspace = nil }
        found.removeAll(keepingCapacity: true)
        effort = 0
        depth = 0
        assumed.removeAll()
        assumed = goal.assumed.filter { isKnown($0) }
        forget()
        let wanted = goal.wanted
        return wanted.isStrict ? isBelow(wanted.lesser, wanted.greater) : isAtMost(wanted.lesser, wanted.greater)
    }

    private func isKnown(_ inequality: Inequality) -> Bool {
        Enclosure.isKnown(ends(inequality.lesser)) && Enclosure.isKnown(ends(inequality.greater))
    }

    private func forget() {
        known.removeAll(keepingCapacity: true)
        found.removeAll(keepingCapacity: true)
    }

    // MARK: order

    private func isBelow(_ a: Int, _ b: Int) -> Bool {
        if ends(a).upper < ends(b).lower, Enclosure.isKnown(ends(a)), Enclosure.isKnown(ends(b)) { return true }
        return assumed.contains { $0.isStrict && isAtMost(a, $0.lesser) && isAtMost($0.greater, b) }
    }

    private func isAtMost(_ a: Int, _ b: Int) -> Bool {
        if a == b { return true }
        let question = Question(lesser: a, greater: b)
        if let known = known[question] { return known }
        effort += 1
        guard effort < Ordering.greatestEffort, depth < Ordering.greatestDepth else { return false }
        // Whatever comes back to the same question does not answer it.
        known[question] = false
        depth += 1
        defer { depth -= 1 }
        let result = isByBounds(a, b) || isByChoice(a, b) || isByParts(a, b) || isByAssumption(a, b)
        if result { known[question] = true }
        return result
    }

    private func isByBounds(_ a: Int, _ b: Int) -> Bool {
        let (lesser, greater) = (ends(a), ends(b))
        return Enclosure.isKnown(lesser) && Enclosure.isKnown(greater) && lesser.upper <= greater.lower
    }

    private func isByAssumption(_ a: Int, _ b: Int) -> Bool {
        assumed.contains { fact in
            (a == fact.lesser || isAtMost(a, fact.lesser)) && (b == fact.greater || isAtMost(fact.greater, b))
        }
    }

    /// The greatest of some is at most b where all are, and a at most the greatest of some where it is at most any.
    private func isByChoice(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (expressions.all[a], expressions.all[b])
        if case .greatest(let parts) = first { return parts.allSatisfy { isAtMost($0, b) } }
        if case .least(let parts) = second { return parts.allSatisfy { isAtMost(a, $0) } }
        if case .between(let parts, _) = first, parts.allSatisfy({ isAtMost($0, b) }) { return true }
        if case .between(let parts, _) = second, parts.allSatisfy({ isAtMost(a, $0) }) { return true }
        if case .least(let parts) = first, parts.contains(b) || parts.contains(where: { isAtMost($0, b) }) {
            return true
        }
        if case .greatest(let parts) = second, parts.contains(a) || parts.contains(where: { isAtMost(a, $0) }) {
            return true
        }
        if case .choice(let condition, let met, let unmet) = first {
            if assuming(expressions.conditions[condition].met, { isAtMost(met, b) }),
                assuming(expressions.conditions[condition].unmet, { isAtMost(unmet, b) })
            {
                return true
            }
        }
        if case .choice(let condition, let met, let unmet) = second {
            return assuming(expressions.conditions[condition].met) { isAtMost(a, met) }
                && assuming(expressions.conditions[condition].unmet) { isAtMost(a, unmet) }
        }
        return false
    }

    private func assuming(_ facts: [Inequality], _ question: () -> Bool) -> Bool {
        let facts = facts.filter { isKnown($0) && !assumed.contains($0) }
        guard !facts.isEmpty else { return question() }
        let (before, earlier) = (known, found)
        assumed += facts
        forget()
        defer {
            assumed.removeLast(facts.count)
            (known, found) = (before, earlier)
        }
        return question()
    }

    // MARK: arithmetic

    private func isByParts(_ a: Int, _ b: Int) -> Bool {
        let (first, second) = (expressions.all[a], expressions.all[b])
        switch (first, second) {
        case (.negated(let x), .negated(let y)): if isAtMost(y, x) { return true }
        case (.rising(let f, let x), .rising(let g, let y)) where f == g: if isAtMost(x, y) { return true }
        case (.sum(let x, let y), .sum(let z, let w)):
            if isAtMost(x, z) && isAtMost(y, w) || isAtMost(x, w) && isAtMost(y, z) { return true }
        case (.difference(let x, let y), .difference(let z, let w)):
            if isAtMost(x, z), isAtMost(w, y) { return true }
        case (.product(let x, let y), .product(let z, let w)):
            if areProductsOrdered(x, y, z, w) || areProductsOrdered(x, y, w, z) || areProductsOrdered(y, x, z, w)
                || areProductsOrdered(y, x, w, z)
            {
                return true
            }
        case (.quotient(let x, let y), .quotient(let z, let w)) where y == w:
            if ends(y).lower > 0, isAtMost(x, z) { return true }
            if ends(y).upper < 0, isAtMost(z, x) { return true }
        case (.total(let parts, let kind, let shape), .total(let others, let second, let other))
        where kind == second && shape == other:
            if zip(parts, others).allSatisfy({ isAtMost($0, $1) }) { return true }
        default: break
        }
        return isLesserPart(a, first, b) || isGreaterPart(a, b, second)
    }

    /// Whether a is at most one of its own parts, and that at most b.
    private func isLesserPart(_ a: Int, _ expression: Expression, _ b: Int) -> Bool {
        switch expression {
        case .sum(let x, let y):
            return isNotPositive(y) && isAtMost(x, b) || isNotPositive(x) && isAtMost(y, b)
        case .difference(let x, let y): return isNotNegative(y) && isAtMost(x, b)
        case .product(let x, let y): return shrinks(x, by: y, below: b) || shrinks(y, by: x, below: b)
        case .quotient(let x, let y):
            if isNotNegative(x), ends(y).lower >= 1, isAtMost(x, b) { return true }
            // x / y is at most 1 where x is at most y.
            return ends(b).lower >= 1 && ends(y).lower > 0 && isAtMost(x, y)
        case .rising(.curve(.floor), let x): return isAtMost(x, b)
        case .total(let parts, .sum, _):
            let rising = parts.filter { !isNotPositive($0) }
            return rising.count <= 1 && isAtMost(rising.first ?? parts[0], b)
        default: return false
        }
    }

    /// Whether a is at most a part of b, and that at most b.
    private func isGreaterPart(_ a: Int, _ b: Int, _ expression: Expression) -> Bool {
        switch expression {
        case .sum(let x, let y):
            return isNotNegative(y) && isAtMost(a, x) || isNotNegative(x) && isAtMost(a, y)
        case .difference(let x, let y): return isNotPositive(y) && isAtMost(a, x)
        case .product(let x, let y): return grows(x, by: y, above: a) || grows(y, by: x, above: a)
        case .quotient(let x, let y):
            if isNotPositive(x), ends(y).lower >= 1, isAtMost(a, x) { return true }
            if isNotNegative(x), ends(y).lower > 0, ends(y).upper <= 1, isAtMost(a, x) { return true }
            return ends(a).upper <= 1 && ends(y).lower > 0 && isAtMost(y, x)
        case .rising(.curve(.ceiling), let x): return isAtMost(a, x)
        case .total(let parts, .sum, _):
            let falling = parts.filter { !isNotNegative($0) }
            guard falling.count <= 1 else { return false }
            return falling.isEmpty ? parts.contains { isAtMost(a, $0) } : isAtMost(a, falling[0])
        default: return false
        }
    }

    private func isNotNegative(_ x: Int) -> Bool { ends(x).lower >= 0 }
    private func isNotPositive(_ x: Int) -> Bool { ends(x).upper <= 0 }

    /// x · factor is at most x, and x at most b.
    private func shrinks(_ x: Int, by factor: Int, below b: Int) -> Bool {
        let share = ends(factor)
        let isLess = isNotNegative(x) && share.upper <= 1
        let isMore = isNotPositive(x) && share.lower >= 1
        return (isLess || isMore) && isAtMost(x, b)
    }

    /// x · factor is at least x, and x at least a.
    private func grows(_ x: Int, by factor: Int, above a: Int) -> Bool {
        let share = ends(factor)
        let isMore = isNotNegative(x) && share.lower >= 1
        let isLess = isNotPositive(x) && share.upper <= 1
        return (isLess || isMore) && isAtMost(a, x)
    }

    /// x · y <= z · w for x <= z and y <= w, none negative; or for a common factor.
    private func areProductsOrdered(_ x: Int, _ y: Int, _ z: Int, _ w: Int) -> Bool {
        if y == w {
            return isNotNegative(y) && isAtMost(x, z) || isNotPositive(y) && isAtMost(z, x)
        }
        return isNotNegative(x) && isNotNegative(y) && isAtMost(x, z) && isAtMost(y, w)
    }

    // MARK: bounds

    /// What is known of a number in the region: by bounds, by what it is made of, by what is assumed.
    private func ends(_ number: Int) -> Ends {
        if let known = found[number] { return known }
        // What is asked for again on the way is known by its bounds only.
        found[number] = bounded(number)
        var result = bounded(number)
        if let made = made(of: expressions.all[number]), Enclosure.isKnown(made) {
            result = Enclosure.isKnown(result) ? met(result, made) : made
        }
        if Enclosure.isKnown(result) {
            for fact in assumed {
                if fact.greater == number, case .constant(let least) = expressions.all[fact.lesser] {
                    result = met(result, (least, result.upper))
                }
                if fact.lesser == number, case .constant(let most) = expressions.all[fact.greater] {
                    result = met(result, (result.lower, most))
                }
            }
        }
        found[number] = result
        return result
    }

    /// Both; where nothing meets both, no number does, and either is sound.
    private func met(_ x: Ends, _ y: Ends) -> Ends {
        let both = (max(x.lower, y.lower), min(x.upper, y.upper))
        return both.0 <= both.1 ? both : x
    }

    private func bounded(_ number: Int) -> Ends {
        if case .constant(let value) = expressions.all[number] {
            return value.isFinite ? (value, value) : Enclosure.unknown
        }
        guard let workspace, let origin = expressions.origins[number],
            let image = decomposition.image(of: origin.value)
        else { return Enclosure.unknown }
        return workspace.ends(image.index, origin.place, lane)
    }

    private func made(of expression: Expression) -> Ends? {
        switch expression {
        case .constant, .opaque, .rising, .total, .between: return nil
        case .least(let parts):
            return combined(parts) { (min($0.lower, $1.lower), min($0.upper, $1.upper)) }
        case .greatest(let parts):
            return combined(parts) { (max($0.lower, $1.lower), max($0.upper, $1.upper)) }.map {
                hasBothSigns(parts) ? (max($0.lower, 0), max($0.upper, 0)) : $0
            }
        case .choice(_, let x, let y): return combined([x, y], Enclosure.hull)
        case .negated(let x): return combined([x, x]) { x, _ in (-x.upper, -x.lower) }
        case .sum(let x, let y): return combined([x, y], Enclosure.sum)
        case .difference(let x, let y): return difference(x, y)
        case .product(let x, let y): return combined([x, y], Interval.product)
        case .quotient(let x, let y): return combined([x, y], Interval.quotient)
        }
    }

    /// Whether some x and -x are among them: the greatest is not negative.
    private func hasBothSigns(_ parts: [Int]) -> Bool {
        parts.contains { part in
            switch expressions.all[part] {
            case .negated(let inner): parts.contains(inner)
            case .difference(let a, let b):
                parts.contains { expressions.all[$0] == .difference(b, a) }
            default: false
            }
        }
    }

    /// Its sign is that of the order of the two.
    private func difference(_ x: Int, _ y: Int) -> Ends? {
        guard var result = combined([x, y], Enclosure.difference) else { return nil }
        if result.lower < 0, isAtMost(y, x) { result.lower = min(0, result.upper) }
        if result.upper > 0, isAtMost(x, y) { result.upper = max(0, result.lower) }
        return result
    }

    private func combined(_ parts: [Int], _ combine: (Ends, Ends) -> Ends) -> Ends? {
        var result = ends(parts[0])
        for part in parts.dropFirst() {
            let next = ends(part)
            guard Enclosure.isKnown(result), Enclosure.isKnown(next) else { return nil }
            result = combine(result, next)
        }
        return result
    }
}

extension Inequality {
    /// Whether some others lead from its one side to the other, or there is no way to go.
    fileprivate func follows(from others: [Inequality]) -> Bool {
        var (reached, open) = (Set([lesser]), [lesser])
        while let next = open.popLast() {
            if next == greater { return true }
            for other in others where other.lesser == next && reached.insert(other.greater).inserted {
                open.append(other.greater)
            }
        }
        return false
    }
}

extension Expression {
    fileprivate var isOpaque: Bool {
        switch self {
        case .constant, .opaque: true
        default: false
        }
    }
}

extension BoundWorkspace {
    /// What is known of an element in a region; unknown where no bounds were needed.
    func ends(_ node: Int, _ element: Int, _ lane: Int) -> Ends {
        switch plan.nodes[node].kind {
        case .unneeded: return Enclosure.unknown
        case .constant(let constant):
            let value = constant.values.pointer[element]
            return value.isFinite ? (value, value) : Enclosure.unknown
        default:
            let place = element * regions + lane
            let ends = (memory[node].lower[place], memory[node].upper[place])
            return Enclosure.isKnown(ends) ? ends : Enclosure.unknown
        }
    }
}
