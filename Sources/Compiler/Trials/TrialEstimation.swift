import Checker
import Diagnostics
import Search
import Tensors

extension TrialBuilder {
    /// What is estimated in the checks; nil where nothing is.
    func estimation(over space: Space) throws(Diagnostic) -> Estimation? {
        var seen: Set<ObjectIdentifier> = []
        let terms = property.checks.flatMap(\.term.estimates).filter { seen.insert(ObjectIdentifier($0)).inserted }
        guard let confidence = property.confidence, !terms.isEmpty else { return nil }
        var estimates: [Estimate] = []
        for case (let term, .drawn(let drawn)) in terms.map({ ($0, $0.kind) }) {
            estimates.append(try TrialBuilder(property, drawing: drawn, context).estimate(drawn, term))
        }
        let builder = TrialBuilder(property, context)
        return Estimation(
            confidence: confidence, estimates: estimates, claims: try builder.claims(of: terms, outer: space)
        ) { [property, context] sample in
            var context = context
            context.sample = sample
            let builder = TrialBuilder(property, context)
            let margin = try builder.margin()
            builder.roundToFloat32()
            let graph = builder.lowering.graph
            return try GraphObjective(space: builder.space(), graph: graph, margin: margin)
        }
    }

    /// For what is drawn at given outer variables.
    convenience init(_ property: CheckedProperty, drawing drawn: Term.Drawn, _ context: Lowering.Context) {
        var whole = property
        whole.variables += drawn.variables
        self.init(whole, context)
    }

    /// Variables of which rows are given take them, one for each draw; `point` fixes the outer variables, else their values are
    /// any.
    func estimate(
        _ drawn: Term.Drawn, _ term: Term, taking rows: [TakenRows] = [], at point: [Double]? = nil
    ) throws(Diagnostic) -> Estimate {
        narrow()
        let given = Set(rows.map(\.variable))
        let evenly = Set(drawn.variables.filter { $0.distributions.isEmpty && !given.contains($0.id) }.map(\.id))
        let conditions = drawn.filter.map { bounds.narrow(evenly, by: $0) } ?? []
        try bindVariables()
        // Columns may have no bounds; then a mean has none.
        if rows.isEmpty { _ = try boxes() }
        let value = try drawn.measure == .rate ? lowering.truth(drawn.body) : lowering.numbers(drawn.body)
        var outputs = [value]
        if let first = conditions.first {
            var counts = lowering.number(.infinity)
            for condition in conditions {
                counts = try lowering.least(counts, lowering.margin(condition, .positive), condition)
            }
            outputs.append(try lowering.add(Truth(), [counts], for: first))
        }
        var range = drawn.measure == .rate ? 0...1 : -Double.infinity...(.infinity)
        if drawn.measure == .mean, let known = drawn.body.clampedRange ?? self.range(of: value, at: point ?? []) {
            range = known
        } else if drawn.measure == .mean, rows.isEmpty {
            throw .unboundedMean(drawn.body)
        }
        let own = Set(drawn.variables.map(\.id))
        do {
            return Estimate(
                drawn, at: term.span, range: range, drawer: Drawer(drawn.variables, bounds, taking: rows),
                evaluator: try Evaluator(lowering.graph, outputs: outputs), leaves: bounds.leaves,
                domain: bounds.wholeNumbers,
                outer: bounds.leaves.prefix { !own.contains($0.variable) }.count)
        } catch { throw .shape(error, at: term.span) }
    }

    /// Between which numbers a value lies for all values of the variables, the first ones as given; nil where that is not known.
    private func range(of value: Value, at point: [Double]) -> ClosedRange<Double>? {
        let (lower, upper) = (point + bounds.lower.dropFirst(point.count), point + bounds.upper.dropFirst(point.count))
        guard (lower + upper).allSatisfy(\.isFinite) else { return nil }
        return lowering.graph.range(of: value, lower: lower, upper: upper)
    }

    /// The checks, and their opposite, as functions of the outer variables and of a number for each estimate.
    func claims(of estimates: [Term], outer: Space) throws(Diagnostic) -> NumberClaims {
        narrow()
        try bindVariables()
        for (index, term) in estimates.enumerated() {
            let input = try lowering.add(for: term) { graph throws(ShapeError) in
                try graph.input("estimate \(index)", TensorType(.float64, .scalar))
            }
            lowering.capture(term, as: .numbers(input))
        }
        var (holding, failing) = (lowering.number(.infinity), lowering.number(-.infinity))
        for check in property.checks {
            holding = try lowering.least(holding, lowering.margin(check.term, .positive), check.term)
            failing = try lowering.greatest(failing, lowering.margin(check.term, .negative), check.term)
        }
        return NumberClaims(graph: lowering.graph, holding: holding, failing: failing, outer: outer)
    }
}

extension Term {
    /// Between which constants it is clamped.
    fileprivate var clampedRange: ClosedRange<Double>? {
        guard case .apply(.clamp, let parts) = named.kind, parts.count == 3, let low = parts[1].constant,
            let high = parts[2].constant, low <= high, low.isFinite, high.isFinite
        else { return nil }
        return low...high
    }
}

extension Diagnostic {
    fileprivate static func unboundedMean(_ body: Term) -> Diagnostic {
        Diagnostic(
            code: "mean-unbounded",
            "no bounds are known of what is averaged, and the mean of what has none cannot be estimated",
            at: body.span,
            hints: [Hint("bound it, as in `clamp(..., low, high)`, or ask for a `quantile`, which needs no bounds")])
    }
}
