/// Rates and counts over rows of data whose bodies quantify over infinitely many values, as in
/// `rate(row in test : forall noise: T : ok(row, noise)) >= 0.9`: each row is a property of its own, which is proved,
/// contradicted or left open, and what follows of the rate is a number between two others.
package struct Rowwise: Sendable {
    package struct Rate: Sendable {
        /// The rate or the count, as it stands in a check.
        package let term: Term
        package let measure: CountedMeasure
        /// What stands for the row.
        package let binder: QuantifiedVariable
        /// The index of its table.
        package let table: Int
        /// For each row 1 where the rate is about it, else 0; nil where it is about all.
        package let filter: Term?
        /// What is asked of one row, the variables that the body quantifies over being its own. The row itself is not among them.
        package let property: CheckedProperty
        /// Whether a row counts where that does not hold.
        package let isDenied: Bool
    }

    package let rates: [Rate]
}

extension Checker {
    /// The rates over rows that quantify; nil where there are none, or where something else in the property varies.
    func rowwise(_ property: CheckedProperty) -> Rowwise? {
        guard property.quantifier == .forall, property.variables.isEmpty, property.inner.isEmpty,
            property.assumptions.isEmpty, property.shrink.isEmpty, property.confidence == nil
        else { return nil }
        var (prenex, seen) = (Prenex(self, property), Set<ObjectIdentifier>())
        var rates: [Rowwise.Rate] = []
        for term in property.checks.flatMap(\.term.ratesAndCounts) where prenex.isQuantified(term) {
            guard seen.insert(ObjectIdentifier(term)).inserted else { continue }
            guard let rate = rate(term, of: property) else { return nil }
            rates.append(rate)
        }
        guard !rates.isEmpty, !property.checks.contains(where: { prenex.isQuantified($0.term, besides: &seen) }) else {
            return nil
        }
        return Rowwise(rates: rates)
    }

    private func rate(_ term: Term, of property: CheckedProperty) -> Rowwise.Rate? {
        guard let (drawn, measure) = term.counted, drawn.variables.count == 1, let binder = drawn.variables.first,
            binder.distributions.isEmpty, case .row(let table, _) = binder.domain
        else { return nil }
        for isDenied in [false, true] {
            let claim = isDenied ? Term(.not(drawn.body), .bool, at: drawn.body.span) : drawn.body
            guard let own = ofOneRow(claim, of: property, binder) else { continue }
            return Rowwise.Rate(
                term: term, measure: measure, binder: binder, table: table,
                filter: drawn.filter.map { ofEachRow($0, binder, tables[table].rowCount) }, property: own,
                isDenied: isDenied)
        }
        return nil
    }

    /// Whether a condition holds, as a number for each row.
    private func ofEachRow(_ condition: Term, _ binder: QuantifiedVariable, _ count: Int) -> Term {
        let body = Term(.apply(.convert, [condition]), .real, at: condition.span)
        return Term(
            .aggregate(.init(kind: .stacked, binder: binder, filter: nil, body: body)),
            .tensor(SayType.Tensor(.real, [.init(count)])), at: condition.span)
    }

    /// A claim with a row in it as a property for all values of what it quantifies over, an entry for this one row of each; nil where
    /// it is none.
    private func ofOneRow(
        _ claim: Term, of property: CheckedProperty, _ binder: QuantifiedVariable
    ) -> CheckedProperty? {
        log.mute()
        defer { log.unmute() }
        var prenex = Prenex(self, property)
        let check = prenex.moved(claim)
        guard prenex.isComplete, prenex.inner.isEmpty, !prenex.outer.isEmpty else { return nil }
        var variables: [QuantifiedVariable] = []
        for variable in prenex.outer {
            guard let spread = spreads[variable.id], spread.regions == [binder.id] else { return nil }
            var plain = spread.plain
            plain.name = variable.name
            variables.append(plain)
        }
        var own = property
        (own.variables, own.bindings) = (variables, [])
        own.checks = [Clause(term: check, span: claim.span)]
        return own
    }
}
