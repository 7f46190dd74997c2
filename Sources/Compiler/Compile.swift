import Checker
import Diagnostics
import Search
import Tensors

/// The properties of a checked spec, each turned into a trial when it is asked for: a spec may have thousands, and a trial
/// holds all coordinates of its space several times.
package struct Compilation: Sendable {
    private let context: Lowering.Context

    /// `models` are the graphs of `spec.models` and `tables` the columns of `spec.tables`, in their orders.
    package init(_ spec: CheckedSpec, models: [Graph], tables: [[Tensor]]) {
        context = Lowering.Context(spec: spec, models: models.map { CalledModel($0) }, tables: tables)
    }

    /// Of the properties, in order.
    package var names: [String] { context.spec.properties.map(\.name) }

    /// Throws a located diagnostic where the property cannot be tried: an empty domain, an operator that cannot be run.
    package func trial(_ index: Int) throws(Diagnostic) -> Trial {
        try TrialBuilder(context.spec.properties[index], context).build()
    }
}

/// Builds the trial of one property.
private final class TrialBuilder {
    private let property: CheckedProperty
    private let lowering: Lowering
    private let context: Lowering.Context
    private var bounds: LeafBounds
    private var leftovers: [Term] = []
    private var innerLeftovers: [Term] = []
    /// The conditions that points are drawn by.
    private var drawn: Set<ObjectIdentifier> = []

    init(_ property: CheckedProperty, _ context: Lowering.Context, continuing graph: Graph = Graph()) {
        self.property = property
        self.context = context
        lowering = Lowering(context, continuing: graph)
        bounds = LeafBounds(property.variables + property.inner, rowCounts: context.spec.tables.map(\.rowCount))
    }

    func build() throws(Diagnostic) -> Trial {
        let margin = try self.margin()
        let refusal = property.quantifier == .forall ? try refusal() : nil
        let keys = try property.shrink.map { (clause) throws(Diagnostic) in try lowering.numbers(clause.term) }
        let exhibits = try self.exhibits()
        let answers = try self.answers()
        if !property.isDrawn { roundToFloat32() }
        let graph = lowering.graph
        let space = try self.space()
        let estimation = try estimation(over: space)
        do {
            let objective = try GraphObjective(
                space: space, graph: graph, margin: margin, keys: keys, answers: answers)
            return Trial(
                name: property.name, title: property.title, member: property.member, span: property.span,
                quantifier: property.quantifier,
                leaves: bounds.leaves, objective: objective, game: game(objective),
                sturdiness: Sturdiness(of: objective) { [property, context] in
                    try Self.surroundings(of: property, context)
                },
                shrinkKeys: property.shrink.map { shrinkKey($0) },
                exhibits: Exhibits(entries: exhibits.entries, clauses: exhibits.clauses, of: graph),
                admission: try refusal.map { (refusal) throws(ShapeError) in
                    try GraphObjective(space: space, graph: graph, margin: refusal)
                },
                rejections: leftovers.filter { !drawn.contains(ObjectIdentifier($0)) }.map(\.span),
                drawer: property.isDrawn ? Drawer(property.variables, bounds) : nil, estimation: estimation)
        } catch { throw .shape(error, at: property.span) }
    }

    /// What is left to the inner quantifier; nil where there is none.
    private func game(_ objective: GraphObjective) -> Game? {
        let inner = Set(property.inner.map(\.id))
        let outer = bounds.leaves.prefix { !inner.contains($0.variable) }
        return inner.isEmpty ? nil : Game(objective, leaves: bounds.leaves, outer: outer.count)
    }

    private func margin() throws(Diagnostic) -> Value {
        narrow()
        try bindVariables()
        return try totalMargin()
    }

    /// The greatest margin over all that rounding may make of the models' answers; nil where no model is called.
    private static func surroundings(
        of property: CheckedProperty, _ context: Lowering.Context
    ) throws -> (graph: Graph, margin: Value)? {
        guard let count = context.models.map(\.answerCount).max() else { return nil }
        var context = context
        context.models = try context.models.map { try $0.widened() }
        var (graph, margins) = (Graph(), [Value]())
        for reading in AnswerReading.surroundings(answers: count) {
            context.reading = reading
            let builder = TrialBuilder(property, context, continuing: graph)
            margins.append(try builder.margin())
            graph = builder.lowering.graph
        }
        var margin = margins[0]
        for next in margins.dropFirst() { margin = try graph.add(Binary(.maximum), [margin, next]) }
        return (graph, margin)
    }

    /// What an inner `where` says of an outer variable is no bound of it: where that fails, so does every answer. Nor are
    /// bounds of what a distribution draws moved.
    private func narrow() {
        let outer = Set(property.variables.filter(\.distributions.isEmpty).map(\.id))
        let inner = Set(property.inner.map(\.id))
        bounds.narrow(property.variables)
        for restriction in property.restrictions { leftovers += bounds.narrow(outer, by: restriction.term) }
        for restriction in property.innerRestrictions { innerLeftovers += bounds.narrow(inner, by: restriction.term) }
    }

    /// A graph input per leaf, put together into the variables they are part of.
    private func bindVariables() throws(Diagnostic) {
        var inputs: [Value] = []
        let known = Dictionary(
            lowering.graph.inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for leaf in bounds.leaves {
            if let known = known[leaf.name] {
                inputs.append(known)
                continue
            }
            do {
                inputs.append(try lowering.graph.input(leaf.name, TensorType(.float64, Shape(leaf.shape))))
            } catch { throw .shape(error, at: property.span) }
        }
        try lowering.bind(property.variables + property.inner, bounds, to: inputs)
    }

    /// Negative exactly for a counterexample of `forall`: `not where or not assume or check`; and for a witness of `exists`.
    private func totalMargin() throws(Diagnostic) -> Value {
        guard let check = property.checks.first?.term else { return lowering.number(.infinity) }
        let claim = try innerMargin()
        guard property.quantifier == .exists else {
            guard let refusal = try refusal() else { return claim }
            return try lowering.greatest(claim, refusal, check)
        }
        var total = claim
        for condition in leftovers + property.assumptions.map(\.term) {
            total = try lowering.least(total, lowering.margin(condition, .positive), condition)
        }
        return try lowering.add(Compare(.less), [total, lowering.number(0)], for: check)
    }

    /// At least 0 exactly where the checks hold, with what the inner quantifier's `where` says.
    private func innerMargin() throws(Diagnostic) -> Value {
        var total = lowering.number(.infinity)
        for check in property.checks {
            total = try lowering.least(total, lowering.margin(check.term, .positive), check.term)
        }
        for condition in innerLeftovers {
            if property.quantifier == .forall {
                total = try lowering.least(total, lowering.margin(condition, .positive), condition)
            } else {
                total = try lowering.greatest(total, lowering.margin(condition, .negative), condition)
            }
        }
        return total
    }

    /// Negative exactly where every condition on the input is met; nil where there is none.
    private func refusal() throws(Diagnostic) -> Value? {
        var result: Value?
        for condition in leftovers + property.assumptions.map(\.term) {
            let margin = try lowering.margin(condition, .negative)
            result = if let sofar = result { try lowering.greatest(sofar, margin, condition) } else { margin }
        }
        return result
    }

    private func exhibits() throws(Diagnostic) -> (
        entries: [(Exhibits.Entry, Value)], clauses: [(Exhibits.ClauseEntry, Value)]
    ) {
        var entries: [(Exhibits.Entry, Value)] = []
        for binding in property.bindings where binding.term.type.shape != nil {
            let entry = Exhibits.Entry(name: binding.name, span: binding.span, type: binding.term.type)
            entries.append((entry, try lowering.numbers(binding.term)))
        }
        var clauses: [(Exhibits.ClauseEntry, Value)] = []
        for clause in property.assumptions {
            clauses.append((.init(kind: .assumption, span: clause.span), try lowering.margin(clause.term, .positive)))
        }
        for clause in property.checks {
            clauses.append((.init(kind: .check, span: clause.span), try lowering.margin(clause.term, .positive)))
            for side in clause.term.sides where !isShown(side) {
                let entry = Exhibits.Entry(name: nil, span: side.span, type: side.type)
                entries.append((entry, try lowering.numbers(side)))
            }
        }
        return (entries, clauses)
    }

    /// Whether a term is a variable, or a field of one, that is shown as an input, or a `let` that is shown by its name.
    private func isShown(_ term: Term) -> Bool {
        switch term.kind {
        case .binding(let binding): property.bindings.contains { $0.id == binding.id }
        case .variable, .field: leaf(of: term).map { $0.table == nil } ?? false
        default: false
        }
    }

    /// All model answers as one vector.
    private func answers() throws(Diagnostic) -> Value? {
        guard let check = property.checks.first?.term, !lowering.answers.isEmpty else { return nil }
        return try lowering.joined(lowering.answers, for: check)
    }

    /// Coordinates that feed a float32 model input as they are take float32 values only.
    private func roundToFloat32() {
        let direct = Float32Inputs(graph: lowering.graph).elements()
        for (leaf, direct) in zip(bounds.leaves, direct) { bounds.makeFloat32(direct, of: leaf) }
    }

    // MARK: - What is estimated

    /// What is estimated in the checks; nil where nothing is.
    private func estimation(over space: Space) throws(Diagnostic) -> Estimation? {
        var seen: Set<ObjectIdentifier> = []
        let terms = property.checks.flatMap(\.term.estimates).filter { seen.insert(ObjectIdentifier($0)).inserted }
        guard let confidence = property.confidence, !terms.isEmpty else { return nil }
        var estimates: [Estimate] = []
        for case (let term, .drawn(let drawn)) in terms.map({ ($0, $0.kind) }) {
            estimates.append(try TrialBuilder(property, drawing: drawn, context).estimate(drawn, term))
        }
        let builder = TrialBuilder(property, context)
        let (graph, holding, failing) = try builder.claims(of: terms)
        return Estimation(
            confidence: confidence, estimates: estimates, graph: graph, holding: holding, failing: failing,
            outer: space
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
    private convenience init(_ property: CheckedProperty, drawing drawn: Term.Drawn, _ context: Lowering.Context) {
        var whole = property
        whole.variables += drawn.variables
        self.init(whole, context)
    }

    private func estimate(_ drawn: Term.Drawn, _ term: Term) throws(Diagnostic) -> Estimate {
        narrow()
        let evenly = Set(drawn.variables.filter(\.distributions.isEmpty).map(\.id))
        let conditions = drawn.filter.map { bounds.narrow(evenly, by: $0) } ?? []
        try bindVariables()
        let space = try boxes()
        let isRate = drawn.measure == .rate
        let value = try isRate ? lowering.truth(drawn.body) : lowering.numbers(drawn.body)
        var outputs = [value]
        if let first = conditions.first {
            var counts = lowering.number(.infinity)
            for condition in conditions {
                counts = try lowering.least(counts, lowering.margin(condition, .positive), condition)
            }
            outputs.append(try lowering.add(Truth(), [counts], for: first))
        }
        var range = isRate ? 0...1 : -Double.infinity...(.infinity)
        if drawn.measure == .mean {
            let box = space.boxes[0]
            let known = lowering.graph.range(of: value, lower: box.lower, upper: box.upper)
            guard let known else { throw .unboundedMean(drawn.body) }
            range = known
        }
        let own = Set(drawn.variables.map(\.id))
        do {
            return Estimate(
                drawn, at: term.span, range: range, drawer: Drawer(drawn.variables, bounds),
                evaluator: try Evaluator(lowering.graph, outputs: outputs), leaves: bounds.leaves,
                outer: bounds.leaves.prefix { !own.contains($0.variable) }.count)
        } catch { throw .shape(error, at: term.span) }
    }

    /// The checks, and their opposite, as functions of the outer variables and of a number for each estimate.
    private func claims(of estimates: [Term]) throws(Diagnostic) -> (Graph, holding: Value, failing: Value) {
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
        return (lowering.graph, holding, failing)
    }

    private func space() throws(Diagnostic) -> Space {
        var space = try boxes()
        // Draws are taken as they are, and left out where they do not meet a condition.
        if !property.isDrawn { space.dependence = try dependence(in: space) }
        return space
    }

    private func boxes() throws(Diagnostic) -> Space {
        for leaf in bounds.leaves {
            for place in leaf.coordinates where !(bounds.lower[place] <= bounds.upper[place]) {
                throw .emptyDomain(leaf.name, bounds.lower[place], bounds.upper[place], at: property.span)
            }
            for place in leaf.coordinates where bounds.lower[place] == -.infinity || bounds.upper[place] == .infinity {
                throw .unboundedDomain(leaf.name, at: property.span)
            }
        }
        return Space(
            kinds: bounds.kinds, boxes: [Box(lower: bounds.lower, upper: bounds.upper)],
            reference: bounds.references(property.variables),
            variables: bounds.leaves.map {
                Variable(name: $0.name, coordinates: $0.coordinates, shape: $0.shape)
            })
    }

    /// The bounds that follow from other coordinates.
    private func dependence(in space: Space) throws(Diagnostic) -> DependentBounds? {
        let inner = Set(property.inner.map(\.id))
        let start = bounds.leaves.first { inner.contains($0.variable) }?.coordinates.lowerBound ?? space.dimension
        var open: [OpenCondition] = []
        for (conditions, own) in [(leftovers, 0..<start), (innerLeftovers, start..<space.dimension)] {
            for condition in conditions {
                guard let next = bounds.open(condition, within: own) else { continue }
                open += next
                drawn.insert(ObjectIdentifier(condition))
            }
        }
        return try lowering.dependence(of: open, in: space)
    }

    private func shrinkKey(_ clause: Clause) -> ShrinkKey {
        guard case .apply(let function, let arguments) = clause.term.kind, let norm = function.norm,
            let leaf = arguments.first.flatMap({ self.leaf(of: $0) })
        else { return ShrinkKey(span: clause.span, norm: nil, coordinates: 0..<0) }
        return ShrinkKey(span: clause.span, norm: norm, coordinates: leaf.coordinates)
    }

    private func leaf(of term: Term) -> Leaf? {
        switch term.kind {
        case .variable(let id): bounds.leaf(of: id, path: [])
        case .binding(let binding): leaf(of: binding.term)
        case .field(let record, let index):
            if case .variable(let id) = record.kind { bounds.leaf(of: id, path: [index]) } else { nil }
        default: nil
        }
    }
}

extension Term {
    /// The sides of the comparisons of single numbers in a condition, where they say more than their words do.
    fileprivate var sides: [Term] {
        switch kind {
        case .compare(_, let a, let b):
            [a, b].filter { side in
                if case .constant = side.kind { return false }
                return side.type.shape == []
            }
        case .not(let inner): inner.sides
        case .and(let parts), .or(let parts): parts.flatMap(\.sides)
        case .implies(let first, let second): first.sides + second.sides
        default: []
        }
    }
}

extension Term.Function {
    fileprivate var norm: ShrinkKey.Norm? {
        switch self {
        case .l0: .l0
        case .l1: .l1
        case .l2: .l2
        case .linf: .linf
        default: nil
        }
    }
}

extension CheckedProperty {
    /// Whether it is a property of all, or of some, that is drawn.
    fileprivate var isDrawn: Bool { variables.contains(where: \.isDrawn) }
}

extension Diagnostic {
    fileprivate static func unboundedMean(_ body: Term) -> Diagnostic {
        Diagnostic(
            code: "mean-unbounded",
            "no bounds are known of what is averaged, and the mean of what has none cannot be estimated",
            at: body.span,
            hints: [Hint("bound it, as in `clamp(..., low, high)`, or ask for a `quantile`, which needs no bounds")])
    }

    static func emptyDomain(_ name: String, _ lower: Double, _ upper: Double, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "domain-empty",
            "no value is left for `\(name)`: it would have to be at least \(Notation.text(lower)) and at most \(Notation.text(upper))",
            at: span)
    }

    static func unboundedDomain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "domain-unbounded", "`\(name)` has no bounds, so there is no end to what would have to be tried",
            at: span,
            hints: [Hint("bound it where it is declared, `in [low, high]`, or in a `where`")])
    }
}
