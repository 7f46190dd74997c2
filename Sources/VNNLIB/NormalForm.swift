import Diagnostics

/// Brings a conjunction of assertions into boxes of inputs and what makes one of them a violation.
///
/// Bounds of single inputs become boxes; a strict one becomes the box that includes its edge, and stays a condition. An `or`
/// that bounds inputs is multiplied out into alternatives, all others stay as they are; a condition that mixes several
/// variables stays a condition.
struct NormalForm {
    /// One way in which the assertions can be met: bounds, and what else must hold.
    private struct Alternative {
        var bounds: [Bound] = []
        var formula = Formula.always
    }

    let inputCount: Int
    /// Bounds that all boxes together may have.
    let boxLimit: Int
    /// Alternatives, and bounds in them, that may be multiplied out.
    let alternativeLimit: Int
    /// The end of the file, where an error about the whole of it points.
    let end: Span

    /// The alternatives, grouped by what else must hold. Empty if no input meets the assertions.
    func cases(of assertions: [Formula]) throws(Diagnostic) -> [Query.Case] {
        var base = InputBox(
            lower: Array(repeating: -.infinity, count: inputCount),
            upper: Array(repeating: .infinity, count: inputCount))
        var rest: [Formula] = []
        for part in assertions.flatMap(\.conjuncts) {
            let bound = part.bound
            if let bound { base.narrow(bound) }
            if bound?.isStrict ?? true { rest.append(part) }
        }
        return try group(try alternatives(of: .conjunction(rest)), base)
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
            guard let bound = formula.bound else { return [Alternative(formula: formula)] }
            return [Alternative(bounds: [bound], formula: bound.isStrict ? formula : .always)]
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
private struct Bound {
    enum Side { case lower, upper }

    let side: Side
    let index: Int
    let value: Double
    /// A box includes its edges, so a strict bound says more than the box.
    let isStrict: Bool
}

extension Formula {
    fileprivate var conjuncts: [Formula] {
        if case .all(let parts) = self { parts } else { [self] }
    }

    /// The bound that this formula is, if it is one.
    fileprivate var bound: Bound? {
        guard case .holds(let inequality) = self, inequality.terms.count == 1, inequality.products.isEmpty,
            inequality.terms[0].variable.side == .input
        else { return nil }
        let coefficient = inequality.terms[0].coefficient
        return Bound(
            // Adding 0 turns -0 into 0.
            side: coefficient > 0 ? .upper : .lower, index: inequality.terms[0].variable.index,
            value: inequality.limit / coefficient + 0, isStrict: inequality.relation == .less)
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
        switch bound.side {
        case .lower: lower[bound.index] = max(lower[bound.index], bound.value)
        case .upper: upper[bound.index] = min(upper[bound.index], bound.value)
        }
    }

    fileprivate var isEmpty: Bool { zip(lower, upper).contains { $0 > $1 } }
}
