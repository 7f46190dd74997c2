import Checker
import Diagnostics
import Search
import Tensors
import VNNLIB

/// Builds the trial of one case: the networks side by side in one graph, and the margin over their inputs and answers.
struct QueryBuilder: Sendable {
    private let violation: Formula
    private var networks: [FittedNetwork]
    private let domain: QueryDomain
    private var graph = Graph()
    /// Flat float64 values of each declared input and of each answer, in the order of their variables.
    private var inputs: [Value] = []
    private var answers: [Value] = []

    init(_ violation: Formula, _ networks: [FittedNetwork], _ domain: QueryDomain) {
        (self.violation, self.networks, self.domain) = (violation, networks, domain)
    }

    func trial(named name: String) throws(ShapeError) -> QueryTrial {
        var builder = self
        let arguments = try builder.declareInputs()
        let margin = try builder.total(arguments, .asComputed)
        let answers = try builder.joined(builder.answers)
        let graph = builder.graph
        let space = domain.space(of: graph)
        let objective = try GraphObjective(space: space, graph: graph, margin: margin, answers: answers)
        let entries = zip(networks.flatMap(\.network.answers), builder.answers).map { (Exhibits.Entry($0), $1) }
        let trial = Trial(
            name: name, title: nil, member: nil, span: nil, quantifier: .forall, leaves: domain.leaves,
            objective: objective, game: nil,
            sturdiness: Sturdiness(of: objective) { try surroundings() }, shrinkKeys: [],
            exhibits: Exhibits(entries: entries, clauses: [], of: graph), admission: nil, rejections: [])
        return QueryTrial(
            trial: trial, violation: violation, networks: networks.map(\.network), coverage: domain.coverage)
    }

    /// The greatest margin over all that rounding may make of the models' answers.
    private func surroundings() throws(ShapeError) -> (graph: Graph, margin: Value) {
        var builder = self
        for index in networks.indices { builder.networks[index] = try networks[index].widened() }
        let arguments = try builder.declareInputs()
        var worst: Value?
        let count = networks.reduce(0) { $0 + $1.network.answerCount }
        for reading in AnswerReading.surroundings(answers: count) {
            let margin = try builder.total(arguments, reading)
            worst =
                if let sofar = worst { try builder.graph.add(Binary(.maximum), [sofar, margin]) } else { margin }
        }
        return (builder.graph, worst ?? builder.graph.constant(.scalar(0.0)))
    }

    private mutating func declareInputs() throws(ShapeError) -> [Value] {
        var values: [Value] = []
        for leaf in domain.leaves {
            values.append(try graph.input(leaf.name, TensorType(.float64, Shape(leaf.shape))))
        }
        return values
    }

    /// The margin: strictly below zero where the violation holds with nothing to spare; a NaN among the answers violates
    /// nothing.
    private mutating func total(_ arguments: [Value], _ reading: AnswerReading) throws(ShapeError) -> Value {
        (inputs, answers) = ([], [])
        var first = 0
        for network in networks {
            let own = Array(arguments[first..<(first + network.network.inputs.count)])
            first += own.count
            for value in own { inputs.append(try flat(value)) }
            let called = try call(network, own, reading, from: answers.reduce(0) { $0 + graph.shape(of: $1).count })
            for value in called { answers.append(try flat(value)) }
        }
        let violation = try margin(of: violation)
        return try graph.add(Compare(.less), [violation, graph.constant(.scalar(0.0))])
    }

    private mutating func call(
        _ network: FittedNetwork, _ values: [Value], _ reading: AnswerReading, from place: Int
    ) throws(ShapeError) -> [Value] {
        let model = network.model
        var arguments: [Value] = []
        for (input, tensor) in zip(model.graph.inputs, network.inputs) {
            let type = model.graph.type(of: input.value)
            let value = values[network.network.inputs.firstIndex(of: tensor) ?? 0]
            let shaped = try graph.add(Rearrange.reshape(graph.shape(of: value), to: type.shape), [value])
            arguments.append(type.element == .float64 ? shaped : try graph.add(Cast(to: type.element), [shaped]))
        }
        return try graph.answers(
            of: model, on: arguments, wanted: { network.wanted(in: $0) }, reading, startingAt: place)
    }

    private mutating func flat(_ value: Value) throws(ShapeError) -> Value {
        let shape = graph.shape(of: value)
        return try graph.add(Rearrange.reshape(shape, to: Shape([shape.count])), [value])
    }

    private mutating func joined(_ values: [Value]) throws(ShapeError) -> Value {
        guard values.count > 1 else { return values.first ?? graph.constant(.scalar(0.0)) }
        return try graph.add(Rearrange.concatenate(values.map { graph.shape(of: $0) }, axis: 0), values)
    }
}

// MARK: - Margins

extension QueryBuilder {
    /// At least 0 exactly where the formula holds.
    private mutating func margin(of formula: Formula) throws(ShapeError) -> Value {
        switch formula {
        case .holds(let inequality): return try margin(of: inequality)
        case .all(let parts): return try join(parts, .minimum, empty: .infinity)
        case .any(let parts): return try join(parts, .maximum, empty: -.infinity)
        }
    }

    private mutating func join(
        _ parts: [Formula], _ kind: Binary.Kind, empty: Double
    ) throws(ShapeError) -> Value {
        var result: Value?
        for part in parts {
            let next = try margin(of: part)
            result = if let sofar = result { try graph.add(Binary(kind), [sofar, next]) } else { next }
        }
        return result ?? graph.constant(.scalar(empty))
    }

    private mutating func margin(of inequality: Inequality) throws(ShapeError) -> Value {
        let left = try value(of: Polynomial(terms: inequality.terms, products: inequality.products))
        let limit = graph.constant(.scalar(inequality.limit))
        let relation: Compare.Relation = inequality.relation == .less ? .less : .lessOrEqual
        return try graph.add(Compare(relation), [left, limit])
    }

    private mutating func value(of polynomial: Polynomial) throws(ShapeError) -> Value {
        var parts: [Value] = []
        for term in polynomial.terms { parts.append(try scaled(element(term.variable), by: term.coefficient)) }
        for product in polynomial.products {
            parts.append(try scaled(value(of: product.factors), by: product.coefficient))
        }
        if polynomial.constant != 0 || parts.isEmpty { parts.append(graph.constant(.scalar(polynomial.constant))) }
        var sum = parts[0]
        for part in parts.dropFirst() { sum = try graph.add(Binary(.add), [sum, part]) }
        return sum
    }

    /// Of equal factors a square, which is bounded more tightly than a product.
    private mutating func value(of factors: [Polynomial]) throws(ShapeError) -> Value {
        var rest = factors
        var result: Value?
        while let factor = rest.popLast() {
            var next = try value(of: factor)
            if let twin = rest.firstIndex(of: factor) {
                rest.remove(at: twin)
                next = try graph.add(Unary(.square), [next])
            }
            result = if let sofar = result { try graph.add(Binary(.multiply), [sofar, next]) } else { next }
        }
        return result ?? graph.constant(.scalar(1.0))
    }

    private mutating func scaled(_ value: Value, by coefficient: Double) throws(ShapeError) -> Value {
        if coefficient == 1 { return value }
        if coefficient == -1 { return try graph.add(Unary(.negate), [value]) }
        return try graph.add(Binary(.multiply), [value, graph.constant(.scalar(coefficient))])
    }

    private mutating func element(_ variable: VNNLIB.Variable) throws(ShapeError) -> Value {
        var place = variable.index
        for vector in variable.side == .input ? inputs : answers {
            let shape = graph.shape(of: vector)
            guard place >= shape.count else {
                let one = try graph.add(Rearrange.slice(shape, axis: 0, from: place, count: 1), [vector])
                return try graph.add(Rearrange.reshape(graph.shape(of: one), to: .scalar), [one])
            }
            place -= shape.count
        }
        throw ShapeError("no network has the variable \(variable)")
    }
}

extension Exhibits.Entry {
    fileprivate init(_ tensor: DeclaredTensor) {
        self.init(name: tensor.name, span: tensor.span, type: .tensor(.reals([tensor.count])))
    }
}
