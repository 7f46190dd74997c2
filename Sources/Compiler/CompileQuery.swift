import Checker
import Diagnostics
import Search
import Tensors
import VNNLIB

/// Turns a VNN-LIB query about a model into trials, one for each of its cases: a violation of one answers the query.
///
/// The model has one input, `X`, and one output, `Y`, both flattened in row-major order.
package func compile(_ query: Query, model: Graph, name: String) throws(QueryError) -> [Trial] {
    guard model.inputs.count == 1, model.outputs.count == 1 else {
        throw QueryError(
            "the model has \(model.inputs.count) inputs and \(model.outputs.count) outputs; VNN-LIB 1.0 knows one of each"
        )
    }
    let input = model.type(of: model.inputs[0].value)
    let output = model.type(of: model.outputs[0].value)
    guard input.shape.count == query.inputCount, output.shape.count == query.outputCount else {
        throw QueryError(
            "the property speaks of \(query.inputCount) inputs and \(query.outputCount) outputs; the model has \(input) and \(output)"
        )
    }
    do {
        var trials: [Trial] = []
        for (index, part) in query.cases.enumerated() {
            let suffix = query.cases.count == 1 ? "" : ", case \(index + 1) of \(query.cases.count)"
            var builder = QueryBuilder(query, part, CalledModel(model))
            trials.append(try builder.trial(named: name + suffix))
        }
        return trials
    } catch { throw QueryError("\(error)") }
}

/// Why a query cannot be tried on a model.
package struct QueryError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

private struct QueryBuilder {
    private let query: Query
    private let part: Query.Case
    private let model: CalledModel
    private var graph = Graph()
    private var x = Value?.none
    private var y = Value?.none
    private let leaf: Leaf

    init(_ query: Query, _ part: Query.Case, _ model: CalledModel) {
        self.query = query
        self.part = part
        self.model = model
        leaf = Leaf(
            name: "X", type: .tensor(.vector(query.inputCount)), unit: nil, coordinates: 0..<query.inputCount,
            table: nil, variable: 0, path: [])
    }

    mutating func trial(named name: String) throws(ShapeError) -> Trial {
        let x = try graph.input("X", TensorType(.float64, Shape([query.inputCount])))
        let (y, margin) = try total(x, .asComputed)
        let place = Span(file: SourceFile.ID(0), 0..<0)
        let entry = Exhibits.Entry(name: "Y", span: place, type: .tensor(.vector(query.outputCount)))
        let objective = try GraphObjective(space: space(), graph: graph, margin: margin, answers: y)
        let builder = self
        return Trial(
            name: name, title: nil, span: nil, leaves: [leaf], objective: objective,
            sturdiness: Sturdiness(of: objective) { try builder.surroundings() }, shrinkKeys: [],
            exhibits: try Exhibits(entries: [(entry, y)], clauses: [], of: graph), admission: nil, rejections: [])
    }

    /// The greatest margin over all that rounding may make of the model's answers.
    private func surroundings() throws(ShapeError) -> (graph: Graph, margin: Value) {
        var builder = QueryBuilder(query, part, try model.widened())
        let x = try builder.graph.input("X", TensorType(.float64, Shape([query.inputCount])))
        var worst: Value?
        for reading in AnswerReading.surroundings(answers: query.outputCount) {
            let (_, margin) = try builder.total(x, reading)
            worst = if let sofar = worst { try builder.graph.add(Binary(.maximum), [sofar, margin]) } else { margin }
        }
        return (builder.graph, worst ?? builder.graph.constant(.scalar(0.0)))
    }

    /// The model's answer, and the margin: strictly below zero where the violation holds with nothing to spare; a NaN among
    /// the answers violates nothing.
    private mutating func total(
        _ x: Value, _ reading: AnswerReading
    ) throws(ShapeError) -> (answer: Value, margin: Value) {
        let input = model.graph.type(of: model.graph.inputs[0].value)
        let shaped = try graph.add(Rearrange.reshape(graph.shape(of: x), to: input.shape), [x])
        let rounded = input.element == .float64 ? shaped : try graph.add(Cast(to: input.element), [shaped])
        let answer = try graph.answers(of: model, on: [rounded], wanted: { [$0.outputs[0].value] }, reading)[0]
        let y = try graph.add(Rearrange.reshape(graph.shape(of: answer), to: Shape([query.outputCount])), [answer])
        (self.x, self.y) = (x, y)
        let violation = try margin(of: part.violation)
        return (y, try graph.add(Compare(.less), [violation, graph.constant(.scalar(0.0))]))
    }

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
        var sum: Value?
        for term in inequality.terms {
            let weighted = try product(term)
            sum = if let sofar = sum { try graph.add(Binary(.add), [sofar, weighted]) } else { weighted }
        }
        let limit = graph.constant(.scalar(inequality.limit))
        let relation: Compare.Relation = inequality.relation == .less ? .less : .lessOrEqual
        return try graph.add(Compare(relation), [sum ?? graph.constant(.scalar(0.0)), limit])
    }

    private mutating func product(_ term: VNNLIB.Term) throws(ShapeError) -> Value {
        guard let vector = term.variable.side == .input ? x : y else { throw ShapeError("no model was called") }
        let one = try graph.add(
            Rearrange.slice(graph.shape(of: vector), axis: 0, from: term.variable.index, count: 1), [vector])
        let scalar = try graph.add(Rearrange.reshape(graph.shape(of: one), to: .scalar), [one])
        if term.coefficient == 1 { return scalar }
        if term.coefficient == -1 { return try graph.add(Unary(.negate), [scalar]) }
        return try graph.add(Binary(.multiply), [scalar, graph.constant(.scalar(term.coefficient))])
    }

    /// A coordinate is float32, its bounds rounded inward, unless some box has no float32 between its bounds.
    private func space() -> Space {
        let direct = Float32Inputs(graph: graph).elements()[0]
        var bounds = part.boxes.map { LeafBounds(leaf, lower: $0.lower, upper: $0.upper) }
        for place in leaf.coordinates where direct[place] {
            let rounded = bounds.map { $0.float32Bounds(place) }
            guard rounded.allSatisfy({ $0 != nil }) else { continue }
            for index in bounds.indices { bounds[index].makeFloat32(place) }
        }
        return Space(
            kinds: bounds[0].kinds, boxes: bounds.map { Box(lower: $0.lower, upper: $0.upper) },
            reference: leaf.coordinates.map { bounds[0].reference($0) },
            variables: [Variable(name: leaf.name, coordinates: leaf.coordinates, shape: leaf.shape)])
    }
}
