import Checker
import CompactProofs
import Diagnostics
import Search
import Tensors

extension TrialBuilder {
    /// What is counted in the checks; nil where nothing is, or something around it varies.
    func counting() throws(Diagnostic) -> Counting? {
        guard property.quantifier == .forall, property.variables.isEmpty, property.inner.isEmpty,
            property.assumptions.isEmpty
        else { return nil }
        var seen: Set<ObjectIdentifier> = []
        let terms = property.checks.flatMap(\.term.ratesAndCounts).filter { seen.insert(ObjectIdentifier($0)).inserted }
        let drawn = terms.compactMap { term in term.countable.map { (term, $0) } }
        guard !terms.isEmpty, drawn.count == terms.count else { return nil }
        var rates: [CountedRate] = []
        for (term, counted) in drawn {
            let builder = TrialBuilder(property, drawing: counted.drawn, context)
            guard let rate = try builder.countedRate(counted.drawn, counted.measure, term) else {
                return nil
            }
            if property.confidence == nil, rate.inputs > CountedRate.most, let reason = rate.unread {
                throw .notProvable(term, reason)
            }
            rates.append(rate)
        }
        guard rates.contains(where: { $0.inputs > CountedRate.few }) else { return nil }
        return Counting(
            rates: rates, claims: try TrialBuilder(property, context).claims(of: drawn.map(\.0), outer: .empty),
            checks: property.checks.map(\.term.span))
    }

    private func countedRate(
        _ drawn: Term.Drawn, _ measure: CountedMeasure, _ term: Term
    ) throws(Diagnostic) -> CountedRate? {
        let estimate = try estimate(drawn, term)
        guard let inputs = estimate.inputCount else { return nil }
        do {
            let named = try drawn.filter == nil ? named(lowering.truth(drawn.body)) : nil
            return CountedRate(
                estimate: estimate, inputs: inputs, measure: measure, named: named,
                unread: named == nil ? "some are left out" : nil)
        } catch {
            if let diagnostic = error as? Diagnostic { throw diagnostic }
            return CountedRate(estimate: estimate, inputs: inputs, measure: measure, named: nil, unread: "\(error)")
        }
    }

    private func named(_ truth: Value) throws -> NamedGreatest {
        guard bounds.leaves.count == 1, let name = bounds.leaves.first?.name,
            let input = lowering.graph.input(named: name), let last = bounds.upper.first,
            bounds.lower.allSatisfy({ $0 == 0 }), bounds.upper.allSatisfy({ $0 == last })
        else { throw Unread("its inputs are not tokens that all have the same vocabulary") }
        return try NamedGreatest(lowering.graph, truth: truth, input: input, vocabulary: Int(last) + 1)
    }
}

extension Diagnostic {
    fileprivate static func notProvable(_ rate: Term, _ reason: String) -> Diagnostic {
        Diagnostic(
            code: "confidence",
            "this has too many values to try, the check does not say how sure it has to be, and no proof of it is known: \(reason)",
            at: rate.span, hints: [Hint("end the check with `with confidence 0.999`")])
    }
}

extension CountedRate {
    /// The greatest that the number can be.
    fileprivate var most: Double { measure == .share ? 1 : Double(inputs) }

    /// More inputs are not tried.
    static let most: UInt128 = 1 << 32

    /// So many inputs are no matter: a rate over them is a constant.
    static let few: UInt128 = 1 << 15
}

extension Term {
    /// A rate or a count over finitely many values, as if they were drawn evenly; nil for anything else.
    fileprivate var countable: (drawn: Term.Drawn, measure: CountedMeasure)? {
        counted.flatMap { $0.drawn.isCountable ? $0 : nil }
    }
}

extension TrialBuilder {
    /// The trial of a property of counted rates.
    func trial(_ counting: Counting) throws(Diagnostic) -> Trial {
        var trial = try trial(of: counting.claims, counting.rates.map(\.most))
        trial.counting = counting
        return trial
    }

    /// A trial of numbers alone, whose space is theirs: from 0 up to each one's greatest value.
    func trial(of claims: NumberClaims, _ most: [Double]) throws(Diagnostic) -> Trial {
        do throws(ShapeError) {
            let objective = try claims.objective(.holds, at: [], most.map { 0...$0 })
            return Trial(
                name: property.name, title: property.title, member: property.member, span: property.span,
                quantifier: property.quantifier, leaves: [], objective: objective, game: nil,
                sturdiness: Sturdiness(of: objective) { nil }, shrinkKeys: [],
                exhibits: Exhibits(entries: [], clauses: [], of: objective.graph), admission: nil, rejections: [])
        } catch { throw .shape(error, at: property.span) }
    }
}

extension Space {
    /// Of nothing that varies.
    static var empty: Space {
        Space(kinds: [], boxes: [Box(lower: [], upper: [])], reference: [], variables: [])
    }
}
