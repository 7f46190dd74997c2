import Checker
import Diagnostics
import Search
import Tensors

/// Builds the trial of one property.
final class TrialBuilder {
    let property: CheckedProperty
    let lowering: Lowering
    let context: Lowering.Context
    var bounds: LeafBounds
    var leftovers: [Term] = []
    var innerLeftovers: [Term] = []
    /// The conditions that points are drawn by.
    var drawn: Set<ObjectIdentifier> = []

    init(_ property: CheckedProperty, _ context: Lowering.Context, continuing graph: Graph = Graph()) {
        self.property = property
        self.context = context
        lowering = Lowering(context, continuing: graph)
        bounds = LeafBounds(property.variables + property.inner, rowCounts: context.spec.tables.map(\.rowCount))
        for case (let index, .lines(let table, _)?) in bounds.leaves.enumerated().map({ ($0, $1.texts) }) {
            bounds.leaves[index].lines = context.tables[table][0]
        }
    }

    /// What a trial is of.
    enum Extent: Sendable {
        case whole
        /// Of some rows, for a search alone.
        case partial
    }

    func build(_ extent: Extent = .whole) throws(Diagnostic) -> Trial {
        if let rowwise = property.rowwise { return try trial(rowwise) }
        if let counting = try counting(), property.confidence == nil { return try trial(counting) }
        let margin = try self.margin()
        let refusal = property.quantifier == .forall ? try refusal() : nil
        let keys = try property.shrink.map { (clause) throws(Diagnostic) in try lowering.numbers(clause.term) }
        let shrinkKeys = try property.shrink.map { (clause) throws(Diagnostic) in try shrinkKey(clause) }
        let exhibits = try self.exhibits()
        let answers = try self.answers()
        if !property.isDrawn { roundToFloat32() }
        let graph = lowering.graph
        let space = try self.space()
        let estimation = try estimation(over: space)
        let counting = estimation == nil ? nil : try counting()
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
                shrinkKeys: shrinkKeys,
                exhibits: Exhibits(entries: exhibits.entries, clauses: exhibits.clauses, of: graph),
                admission: try refusal.map { (refusal) throws(ShapeError) in
                    try GraphObjective(space: space, graph: graph, margin: refusal)
                },
                rejections: leftovers.filter { !drawn.contains(ObjectIdentifier($0)) }.map(\.span),
                drawer: property.isDrawn ? Drawer(property.variables, bounds) : nil, estimation: estimation,
                counting: counting,
                universal: extent == .whole ? Universal(property, context) : nil)
        } catch { throw .shape(error, at: property.span) }
    }

    /// What is left to the inner quantifier; nil where there is none.
    func game(_ objective: GraphObjective) -> Game? {
        let inner = Set(property.inner.map(\.id))
        let outer = bounds.leaves.prefix { !inner.contains($0.variable) }
        return inner.isEmpty ? nil : Game(objective, leaves: bounds.leaves, outer: outer.count)
    }

    func margin() throws(Diagnostic) -> Value {
        narrow()
        try bindVariables()
        return try totalMargin()
    }

    /// The greatest margin over all that rounding may make of the models' answers; nil where no model is called.
    static func surroundings(
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
    func narrow() {
        let outer = Set(property.variables.filter(\.distributions.isEmpty).map(\.id))
        let inner = Set(property.inner.map(\.id))
        bounds.narrow(property.variables)
        for restriction in property.restrictions { leftovers += bounds.narrow(outer, by: restriction.term) }
        for restriction in property.innerRestrictions { innerLeftovers += bounds.narrow(inner, by: restriction.term) }
    }

    /// A graph input per leaf, put together into the variables they are part of.
    func bindVariables() throws(Diagnostic) {
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
        try context.oneRow?.bind(in: lowering, for: property)
    }

    /// Negative exactly for a counterexample of `forall`: `not where or not assume or check`; and for a witness of `exists`.
    func totalMargin() throws(Diagnostic) -> Value {
        guard let check = property.checks.first?.term else { return lowering.number(.infinity) }
        var claim = try innerMargin()
        if let excess = context.rowChoice?.excess, excess > 0 {
            claim = try lowering.add(Binary(.add), [claim, lowering.number(excess)], for: check)
        }
        guard property.quantifier == .exists else {
            guard let refusal = try refusal() else { return claim }
            if let penalty = context.rowChoice?.penalty { return try penalised(claim, refusal, by: penalty, check) }
            return try lowering.greatest(claim, refusal, check)
        }
        var total = claim
        for condition in leftovers + property.assumptions.map(\.term) {
            total = try lowering.least(total, lowering.margin(condition, .positive), condition)
        }
        return try lowering.add(Compare(.less), [total, lowering.number(0)], for: check)
    }

    /// What the checks are short of failing, and what is short of the assumptions.
    private func penalised(
        _ claim: Value, _ refusal: Value, by penalty: Double, _ term: Term
    ) throws(Diagnostic) -> Value {
        let lack = try lowering.add(Unary(.clip(lower: 0, upper: 0x1p40)), [refusal], for: term)
        let share = try lowering.add(Binary(.multiply), [lack, lowering.number(penalty)], for: term)
        return try lowering.add(Binary(.add), [claim, share], for: term)
    }

    /// At least 0 exactly where the checks hold, with what the inner quantifier's `where` says.
    func innerMargin() throws(Diagnostic) -> Value {
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
    func refusal() throws(Diagnostic) -> Value? {
        var result: Value?
        for condition in leftovers + property.assumptions.map(\.term) {
            let margin = try lowering.margin(condition, .negative)
            result = if let sofar = result { try lowering.greatest(sofar, margin, condition) } else { margin }
        }
        return result
    }

    /// All model answers as one vector.
    func answers() throws(Diagnostic) -> Value? {
        guard let check = property.checks.first?.term, !lowering.answers.isEmpty else { return nil }
        return try lowering.joined(lowering.answers, for: check)
    }

}

extension CheckedProperty {
    /// Whether it is a property of all, or of some, that is drawn.
    var isDrawn: Bool { variables.contains(where: \.isDrawn) }
}
