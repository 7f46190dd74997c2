import Diagnostics

/// Moves quantifiers out of a property's terms to its front, where the search meets them.
///
/// A `forall` in a place where truth helps (or an `exists` where it harms) becomes a variable of the property: one for each
/// place that is written out, and one with an entry for each row where it stands in a region (RegionVariable.swift). So
/// `rate(row in test : forall noise: T : ok(row, noise)) >= 0.9` is a property of all noises, one for each row.
/// The other quantifier becomes the property's inner one. What would need a third alternation, or stands where neither truth
/// nor falsehood plainly helps, is refused.
struct Prenex {
    let checker: Checker
    /// The property's own quantifier, and variables and conditions that were moved to its front.
    let quantifier: Quantifier
    private(set) var outer: [QuantifiedVariable] = []
    private(set) var inner: [QuantifiedVariable] = []
    private(set) var isComplete = true
    private var isInsideInner = false
    /// What has become of the quantified variables so far, by id.
    private var roles: [Int: Quantifier] = [:]
    /// How many variables there are of a name.
    private var counts: [String: Int] = [:]
    private var hasQuantifier: [ObjectIdentifier: Bool] = [:]

    /// Whether truth of a part helps the whole to be true, or its falsehood does.
    private enum Polarity {
        case helps, harms

        var flipped: Polarity { self == .helps ? .harms : .helps }
    }

    init(_ checker: Checker, _ property: CheckedProperty) {
        self.checker = checker
        quantifier = property.quantifier
        for variable in property.variables + property.inner { counts[variable.name, default: 0] += 1 }
    }

    /// The condition with no quantifier in it.
    mutating func moved(_ term: Term) -> Term { isQuantified(term) ? moved(term, .helps) : term }

    /// Whether a quantifier stands anywhere in a term.
    mutating func isQuantified(_ term: Term) -> Bool {
        if let known = hasQuantifier[ObjectIdentifier(term)] { return known }
        var found = false
        if case .quantified = term.kind { found = true }
        for child in term.children where !found { found = isQuantified(child) }
        hasQuantifier[ObjectIdentifier(term)] = found
        return found
    }

    /// Whether one stands outside of some terms, to which those are added that were looked through.
    mutating func isQuantified(_ term: Term, besides others: inout Set<ObjectIdentifier>) -> Bool {
        guard isQuantified(term), others.insert(ObjectIdentifier(term)).inserted else { return false }
        if case .quantified = term.kind { return true }
        for child in term.children where isQuantified(child, besides: &others) { return true }
        return false
    }

    private mutating func moved(_ term: Term, _ polarity: Polarity) -> Term {
        guard isQuantified(term) else { return term }
        switch term.kind {
        case .binding(let binding): return moved(binding.term, polarity)
        case .quantified(let it): return moved(it, polarity, term)
        case .and(let parts): return Term(.and(moved(parts, polarity)), term.type, at: term.span)
        case .or(let parts): return Term(.or(moved(parts, polarity)), term.type, at: term.span)
        case .not(let part): return Term(.not(moved(part, polarity.flipped)), term.type, at: term.span)
        case .implies(let a, let b):
            return Term(.implies(moved(a, polarity.flipped), moved(b, polarity)), term.type, at: term.span)
        case .select(let condition, let a, let b) where !isQuantified(condition) && term.type == .bool:
            return Term(.select(condition, moved(a, polarity), moved(b, polarity)), term.type, at: term.span)
        case .listed(let listed) where term.type == .bool: return moved(listed, polarity, term)
        case .aggregate(let aggregate) where term.type == .bool: return moved(aggregate, polarity, term)
        case .stack(let parts): return Term(.stack(moved(parts, polarity)), term.type, at: term.span)
        case .apply(let function, let parts) where function == .every || function == .some:
            return Term(.apply(function, moved(parts, polarity)), term.type, at: term.span)
        case .compare(let comparison, let a, let b): return moved(comparison, a, b, polarity, term)
        default: return refused(term)
        }
    }

    private mutating func moved(_ terms: [Term], _ polarity: Polarity) -> [Term] {
        var result: [Term] = []
        for term in terms { result.append(moved(term, polarity)) }
        return result
    }

    private mutating func moved(_ it: Term.Quantified, _ polarity: Polarity, _ term: Term) -> Term {
        // A quantifier that has to hold against all choices where truth helps: the same as the property's forall.
        let own: Quantifier = polarity == .helps ? it.quantifier : it.quantifier.other
        if own == quantifier, isInsideInner { return refused(term, .deep) }
        for condition in it.conditions where isQuantified(condition) { return refused(condition) }
        for variable in it.variables {
            // Met again through a name: the same values serve both places, if both ask the same of them.
            if let known = roles[variable.id] {
                guard known == own else { return refused(term, .bothWays) }
            } else {
                roles[variable.id] = own
                add(variable, own)
            }
        }
        let around = isInsideInner
        isInsideInner = isInsideInner || own != quantifier
        let body = moved(it.body, polarity)
        isInsideInner = around
        guard !it.conditions.isEmpty else { return body }
        let condition = Term.all(it.conditions, at: term.span)
        return it.quantifier == .forall
            ? Term(.implies(condition, body), .bool, at: term.span)
            : Term(.and([condition, body]), .bool, at: term.span)
    }

    /// Each instance of what is written out has variables of its own, told apart by number.
    private mutating func add(_ variable: QuantifiedVariable, _ own: Quantifier) {
        var variable = variable
        let count = counts[variable.name, default: 0] + 1
        counts[variable.name] = count
        if count > 1 { variable.name += "#\(count)" }
        if own == quantifier { outer.append(variable) } else { inner.append(variable) }
    }

    private mutating func moved(_ listed: Term.Listed, _ polarity: Polarity, _ term: Term) -> Term {
        var entries: [Term.Listed.Entry] = []
        for entry in listed.entries {
            if let condition = entry.condition, isQuantified(condition) { return refused(condition) }
            entries.append(.init(condition: entry.condition, value: moved(entry.value, polarity)))
        }
        return Term(.listed(.init(kind: listed.kind, entries: entries)), term.type, at: term.span)
    }

    private mutating func moved(_ aggregate: Term.Aggregate, _ polarity: Polarity, _ term: Term) -> Term {
        if let filter = aggregate.filter, isQuantified(filter) { return refused(filter) }
        var aggregate = aggregate
        aggregate.body = moved(aggregate.body, polarity)
        return Term(.aggregate(aggregate), term.type, at: term.span)
    }

    /// `rate(...) >= 0.9`: the more hold, the better; with `<=` the fewer.
    private mutating func moved(
        _ comparison: Term.Comparison, _ a: Term, _ b: Term, _ polarity: Polarity, _ term: Term
    ) -> Term {
        let isUpward: Bool
        switch comparison {
        case .greater, .greaterOrEqual: isUpward = true
        case .less, .lessOrEqual: isUpward = false
        case .equal, .notEqual: return refused(term)
        }
        let first = isQuantified(a) ? share(a, isUpward ? polarity : polarity.flipped) : a
        let second = isQuantified(b) ? share(b, isUpward ? polarity.flipped : polarity) : b
        return Term(.compare(comparison, first, second), term.type, at: term.span)
    }

    /// A number that grows with the share of what holds: a rate, or a count.
    private mutating func share(_ term: Term, _ polarity: Polarity) -> Term {
        switch term.kind {
        case .binding(let binding): return share(binding.term, polarity)
        case .apply(.convert, let parts) where parts[0].type == .bool:
            return Term(.apply(.convert, [moved(parts[0], polarity)]), term.type, at: term.span)
        case .arithmetic(.divide, let total, let count) where count.constant.map { $0 > 0 } ?? false:
            return Term(.arithmetic(.divide, share(total, polarity), count), term.type, at: term.span)
        case .aggregate(var aggregate)
        where aggregate.kind == .rate || aggregate.kind == .sum || aggregate.kind == .mean:
            if let filter = aggregate.filter, isQuantified(filter) { return refused(filter) }
            let body = aggregate.body
            aggregate.body = body.type == .bool ? moved(body, polarity) : share(body, polarity)
            return Term(.aggregate(aggregate), term.type, at: term.span)
        case .listed(let listed) where listed.kind == .rate || listed.kind == .sum || listed.kind == .mean:
            var entries: [Term.Listed.Entry] = []
            for entry in listed.entries {
                if let condition = entry.condition, isQuantified(condition) { return refused(condition) }
                let value =
                    !isQuantified(entry.value)
                    ? entry.value
                    : entry.value.type == .bool ? moved(entry.value, polarity) : share(entry.value, polarity)
                entries.append(.init(condition: entry.condition, value: value))
            }
            return Term(.listed(.init(kind: listed.kind, entries: entries)), term.type, at: term.span)
        default: return refused(term)
        }
    }

    private enum Reason { case place, deep, bothWays }

    private mutating func refused(_ term: Term, _ reason: Reason = .place) -> Term {
        isComplete = false
        switch reason {
        case .place: checker.report(.quantifierPlace(term))
        case .deep: checker.report(.thirdAlternation(term))
        case .bothWays: checker.report(.quantifierBothWays(term))
        }
        return .bool(true, at: term.span)
    }
}

extension Diagnostic {
    fileprivate static func thirdAlternation(_ term: Term) -> Diagnostic {
        Diagnostic(
            .quantifierPlace,
            "this quantifier stands inside one of the other kind, which the property has to decide first",
            at: term.span,
            hints: [
                Hint("a property alternates once, as in `forall x ... exists y ...`; state the inner part by itself")
            ])
    }

    fileprivate static func quantifierBothWays(_ term: Term) -> Diagnostic {
        Diagnostic(
            .quantifierPlace, "this quantifier is used where it helps and where it harms, by the same name",
            at: term.span,
            hints: [Hint("write it out in both places, without `let`")])
    }

    fileprivate static func quantifierPlace(_ term: Term) -> Diagnostic {
        Diagnostic(
            .quantifierPlace, "a `forall` or `exists` over infinitely many values cannot be decided here",
            at: term.span,
            hints: [
                Hint(
                    "it may stand in `and`, `or`, `not`, `implies`, `all`, `any`, and in a rate or count that is compared with `<=` or `>=`"
                )
            ])
    }
}
