import Diagnostics

/// Brings a conjunction of assertions into boxes of inputs and what makes one of them a violation.
///
/// Bounds of single inputs become boxes. An `or` that bounds inputs is multiplied out into alternatives, all others stay
/// as they are; a condition that mixes several variables stays a condition.
struct NormalForm {
    /// One way in which the assertions can be met: bounds, and what else must hold.
    private struct Alternative {
        var bounds: [Bound] = []
        var formula = Formula.always
    }

    let inputCount: Int
    let outputCount: Int
    /// Bounds that all boxes together may have.
    let boxLimit: Int
    /// Alternatives, and bounds in them, that may be multiplied out.
    let alternativeLimit: Int
    /// The end of the file, where an error about the whole of it points.
    let end: Span

    func query(of assertions: [Formula]) throws(Diagnostic) -> Query {
        var base = InputBox(
            lower: Array(repeating: -.infinity, count: inputCount),
            upper: Array(repeating: .infinity, count: inputCount))
        var rest: [Formula] = []
        for part in assertions.flatMap(\.conjuncts) {
            if let bound = part.bound { base.narrow(bound) } else { rest.append(part) }
        }
        let alternatives = try alternatives(of: .conjunction(rest))
        let cases = try group(alternatives, base)
        guard !cases.isEmpty else { throw .noInput(at: end) }
        return Query(inputCount: inputCount, outputCount: outputCount, cases: cases)
    }

    private func group(_ alternatives: [Alternative], _ base: InputBox) throws(Diagnostic) -> [Query.Case] {
        guard alternatives.count <= max(1, boxLimit / inputCount) else {
            throw .tooManyBoxes(alternatives.count, inputCount, at: end)
        }
        var cases: [Query.Case] = []
        var places: [Formula: Int] = [:]
        for alternative in alternatives where alternative.formula != .never {
            var box = base
            for bound in alternative.bounds { box.narrow(bound) }
            guard !box.isEmpty else { continue }
            if let open = box.firstUnbounded { throw .unbounded(Variable(side: .input, index: open), at: end) }
            if let place = places[alternative.formula] {
                cases[place].boxes.append(box)
            } else {
                places[alternative.formula] = cases.count
                cases.append(Query.Case(boxes: [box], violation: alternative.formula))
            }
        }
        return cases
    }

    private func alternatives(of formula: Formula) throws(Diagnostic) -> [Alternative] {
        guard formula.boundsInputs else { return [Alternative(formula: formula)] }
        switch formula {
        case .holds:
            return [Alternative(bounds: formula.bound.map { [$0] } ?? [])]
        case .any(let parts):
            return try alternatives(ofAny: parts)
        case .all(let parts):
            var product = [Alternative()]
            for part in parts { product = try multiply(product, try alternatives(of: part)) }
            return product
        }
    }

    private func alternatives(ofAny parts: [Formula]) throws(Diagnostic) -> [Alternative] {
        var result: [Alternative] = []
        let others = parts.filter { !$0.boundsInputs }
        if !others.isEmpty { result.append(Alternative(formula: .disjunction(others))) }
        for part in parts where part.boundsInputs { result += try alternatives(of: part) }
        return result
    }

    private func multiply(_ first: [Alternative], _ second: [Alternative]) throws(Diagnostic) -> [Alternative] {
        func bounds(_ alternatives: [Alternative]) -> Double { alternatives.reduce(0) { $0 + Double($1.bounds.count) } }
        let (rows, columns) = (Double(first.count), Double(second.count))
        let cost = rows * columns + rows * bounds(second) + columns * bounds(first)
        guard cost <= Double(alternativeLimit) else { throw .tooManyAlternatives(alternativeLimit, at: end) }
        return first.flatMap { first in
            second.map { second in
                Alternative(
                    bounds: first.bounds + second.bounds,
                    formula: .conjunction([first.formula, second.formula]))
            }
        }
    }
}

/// A bound of one input.
private enum Bound {
    case lower(Int, Double)
    case upper(Int, Double)
}

extension Formula {
    fileprivate var conjuncts: [Formula] {
        if case .all(let parts) = self { parts } else { [self] }
    }

    /// The bound that this formula is, if it is one. A strict one is not: a box includes its edges.
    fileprivate var bound: Bound? {
        guard case .holds(let inequality) = self, inequality.relation == .atMost, inequality.terms.count == 1,
            inequality.terms[0].variable.side == .input
        else { return nil }
        let (index, coefficient) = (inequality.terms[0].variable.index, inequality.terms[0].coefficient)
        // Adding 0 turns -0 into 0.
        let limit = inequality.limit / coefficient + 0
        return coefficient > 0 ? .upper(index, limit) : .lower(index, limit)
    }

    fileprivate var boundsInputs: Bool {
        switch self {
        case .holds: bound != nil
        case .all(let parts), .any(let parts): parts.contains(where: \.boundsInputs)
        }
    }
}

extension InputBox {
    fileprivate mutating func narrow(_ bound: Bound) {
        switch bound {
        case .lower(let index, let value): lower[index] = max(lower[index], value)
        case .upper(let index, let value): upper[index] = min(upper[index], value)
        }
    }

    fileprivate var isEmpty: Bool { zip(lower, upper).contains { $0 > $1 } }

    fileprivate var firstUnbounded: Int? {
        lower.indices.first { !lower[$0].isFinite || !upper[$0].isFinite }
    }
}
