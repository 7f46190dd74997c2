import Syntax

/// A property, or one member of a family of them, decided by trying everything.
struct Question {
    let evaluator: Evaluator
    let property: PropertyDeclaration
    /// Its place among the members, 0 where there is one.
    let member: Int
    private let clauses: [Clause]
    private let parameters: [Binder]

    /// Which the property's own quantifier is: that of its first clause.
    let quantifier: Quantified.Quantifier

    /// Each property of a file, families member by member.
    static func all(of evaluator: Evaluator) throws -> [Question] {
        try evaluator.tree.declarations.flatMap { declaration -> [Question] in
            guard case .property(let property) = declaration else { return [] }
            let first = Question(evaluator, property, member: 0)
            var count = 0
            try evaluator.forEach(first.parameters[...]) {
                count += 1
                return true
            }
            return (0..<count).map { Question(evaluator, property, member: $0) }
        }
    }

    private init(_ evaluator: Evaluator, _ property: PropertyDeclaration, member: Int) {
        (self.evaluator, self.property, self.member) = (evaluator, property, member)
        parameters = property.parameters + property.clauses.flatMap(\.familyBinders)
        clauses = property.clauses.filter { if case .each = $0 { false } else { true } }
        let first = clauses.first { if case .forall = $0 { true } else if case .exists = $0 { true } else { false } }
        quantifier = if case .exists? = first { .exists } else { .forall }
    }

    // MARK: - Answers

    struct Answer {
        /// Whether the property holds.
        var holds: Bool
        /// Whether any input meets every `where` and `assume`.
        var isAdmitted: Bool
    }

    /// An input that decides the property.
    struct Decisive {
        let inputs: [String: [Value]]
        let measures: [Double]
    }

    func answer() throws -> Answer {
        var answer = Answer(holds: quantifier == .forall, isAdmitted: false)
        try visit { claim in
            answer.isAdmitted = true
            answer.holds = try claim()
            return answer.holds == (quantifier == .forall)
        }
        return answer
    }

    /// Whether these values of the quantified variables decide it: a counterexample of `forall`, a witness of `exists`.
    func isDecided(by inputs: [String: [Value]]) throws -> Bool {
        var isDecided = false
        try visit(inputs) { claim in
            isDecided = try claim() == (quantifier == .exists)
            return !isDecided
        }
        return isDecided
    }

    /// Every input that decides it, each with its values by name, and what its `shrink` clauses measure.
    func decisive() throws -> [Decisive] {
        var found: [Decisive] = []
        try visit { claim in
            guard try claim() == (quantifier == .exists) else { return true }
            var inputs: [String: [Value]] = [:]
            for name in variables {
                inputs.merge(try evaluator.value(of: .name(name)).leaves(named: name.text)) { first, _ in first }
            }
            found.append(Decisive(inputs: inputs, measures: try measures()))
            return true
        }
        return found
    }

    private var variables: [Name] {
        binders.flatMap(\.patterns).compactMap { if case .name(let name) = $0 { name } else { nil } }
    }

    private var binders: [Binder] { clauses.flatMap { $0.binders(of: quantifier) ?? [] } }

    /// The property's own variables, with their types.
    var variableTypes: [(name: String, type: TypeExpression)] {
        binders.flatMap(\.separated).compactMap { binder in
            guard case .type(let type) = binder.domain, case .name(let name) = binder.patterns[0] else { return nil }
            return (name.text, type)
        }
    }

    /// All values that a variable has, whatever the others are, conditions aside.
    func every(_ variable: String) throws -> [Value] {
        var found: [Value] = []
        try inMember { _ = try gather(variable, binders.flatMap(\.separated)[...], &found) }
        return found
    }

    private func gather(_ variable: String, _ binders: ArraySlice<Binder>, _ found: inout [Value]) throws {
        guard let binder = binders.first else { return }
        for value in try evaluator.values(of: binder) {
            if case .name(let name) = binder.patterns[0], name.text == variable {
                if !found.contains(value) { found.append(value) }
            } else {
                try evaluator.with(binder.patterns[0], value) { try gather(variable, binders.dropFirst(), &found) }
            }
        }
    }

    private func measures() throws -> [Double] {
        try clauses.flatMap(\.shrinkMeasures).map { try evaluator.value(of: $0).number }
    }

    /// The value of the game: with `check e >= k` the property holds exactly for each k up to this.
    func threshold() throws -> Double {
        var result = Double.nan
        try inMember { result = try threshold(of: clauses[...]) }
        return result
    }

    private func threshold(of clauses: ArraySlice<Clause>) throws -> Double {
        guard let first = clauses.first else { throw Undecided.unknown("no comparison is checked") }
        let rest = clauses.dropFirst()
        switch first {
        case .forall(let it): return try extreme(it.binders, from: .infinity, Swift.min, rest)
        case .exists(let it): return try extreme(it.binders, from: -.infinity, Swift.max, rest)
        case .let(let it):
            return try evaluator.with(it.pattern, evaluator.value(of: it.value)) { try threshold(of: rest) }
        case .check(let it):
            guard case .comparison(let comparison) = it.condition else { return try threshold(of: []) }
            return try evaluator.value(of: comparison.first).number
        case .each, .assume, .shrink: return try threshold(of: rest)
        }
    }

    private func extreme(
        _ binders: [Binder], from start: Double, _ better: (Double, Double) -> Double, _ rest: ArraySlice<Clause>
    ) throws -> Double {
        var result = start
        try evaluator.forEach(binders[...]) {
            result = better(result, try threshold(of: rest))
            return true
        }
        return result
    }

    // MARK: - Walks

    /// Does `work` where the member's parameters have their values.
    private func inMember(_ work: () throws -> Void) throws {
        var place = 0
        try evaluator.forEach(parameters[...]) {
            defer { place += 1 }
            guard place == member else { return true }
            try work()
            return false
        }
    }

    /// Goes through the inputs that meet every condition, those of `inputs` alone where given, until `work` returns false.
    private func visit(_ inputs: [String: [Value]] = [:], _ work: (_ claim: () throws -> Bool) throws -> Bool) throws {
        try inMember { _ = try visit(clauses[...], inputs, work) }
    }

    private func visit(
        _ clauses: ArraySlice<Clause>, _ inputs: [String: [Value]], _ work: (() throws -> Bool) throws -> Bool
    ) throws -> Bool {
        guard let first = clauses.first else { return try work { true } }
        let rest = clauses.dropFirst()
        if let binders = first.binders(of: quantifier) {
            return try bind(binders.flatMap(\.separated)[...], inputs) { try visit(rest, inputs, work) }
        }
        switch first {
        case .let(let it):
            return try evaluator.with(it.pattern, evaluator.value(of: it.value)) { try visit(rest, inputs, work) }
        case .assume(let it): return try evaluator.truth(of: it.condition) ? try visit(rest, inputs, work) : true
        case .forall, .exists, .each, .check, .shrink: return try work { try holds(clauses) }
        }
    }

    /// Like the evaluator's `forEach`, with some of the values given.
    private func bind(
        _ binders: ArraySlice<Binder>, _ inputs: [String: [Value]], _ work: () throws -> Bool
    ) throws -> Bool {
        guard let binder = binders.first else { return try work() }
        for value in try values(of: binder, inputs) {
            let goesOn = try evaluator.with(binder.patterns[0], value) {
                if let condition = binder.condition, !(try evaluator.truth(of: condition)) { return true }
                return try bind(binders.dropFirst(), inputs, work)
            }
            guard goesOn else { return false }
        }
        return true
    }

    private func values(of binder: Binder, _ inputs: [String: [Value]]) throws -> [Value] {
        guard case .name(let name) = binder.patterns[0], !inputs.isEmpty else {
            return try evaluator.values(of: binder)
        }
        if case .type(let type) = binder.domain, let interval = try evaluator.interval(of: type) {
            return try (inputs[name.text] ?? []).filter { interval.contains(try $0.number) }
        }
        if case .rows = binder.domain, let place = try inputs[name.text]?.first?.number {
            return [try evaluator.values(of: binder)[Int(place)]]
        }
        return try evaluator.values(of: binder).filter { $0.leaves(named: name.text).allSatisfy { inputs[$0] == $1 } }
    }

    /// What is claimed of one input.
    private func holds(_ clauses: ArraySlice<Clause>) throws -> Bool {
        guard let first = clauses.first else { return true }
        let rest = clauses.dropFirst()
        switch first {
        case .forall(let it):
            return try evaluator.forEach(it.binders[...]) { try holds(rest) }
        case .exists(let it):
            return try !evaluator.forEach(it.binders[...]) { try !holds(rest) }
        case .let(let it): return try evaluator.with(it.pattern, evaluator.value(of: it.value)) { try holds(rest) }
        case .check(let it): return try evaluator.truth(of: it.condition) && holds(rest)
        case .each, .assume, .shrink: return try holds(rest)
        }
    }
}

extension Clause {
    fileprivate var familyBinders: [Binder] { if case .each(let it) = self { it.binders } else { [] } }
    fileprivate var shrinkMeasures: [Expression] { if case .shrink(let it) = self { it.measures } else { [] } }

    /// The binders of a clause with this quantifier.
    fileprivate func binders(of quantifier: Quantified.Quantifier) -> [Binder]? {
        switch self {
        case .forall(let it): quantifier == .forall ? it.binders : nil
        case .exists(let it): quantifier == .exists ? it.binders : nil
        default: nil
        }
    }
}
