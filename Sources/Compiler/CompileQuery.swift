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
            "the model has \(model.inputs.count) inputs and \(model.outputs.count) outputs; VNN-LIB 1.0 knows one of each")
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
            var builder = try QueryBuilder(query, part, model)
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
    private let part: Query.Case
    private var graph = Graph()
    private let x: Value
    private let y: Value
    private let leaf: Leaf
    private let answer: SayType.Tensor

    init(_ query: Query, _ part: Query.Case, _ model: Graph) throws(ShapeError) {
        self.part = part
        let input = model.type(of: model.inputs[0].value)
        x = try graph.input("X", TensorType(.float64, Shape([query.inputCount])))
        let shaped = try graph.add(Rearrange.reshape(graph.shape(of: x), to: input.shape), [x])
        let rounded = input.element == .float64 ? shaped : try graph.add(Cast(to: input.element), [shaped])
        let raw = try graph.splice(model, inputs: [rounded])[0]
        let wide = graph.type(of: raw).element == .float64 ? raw : try graph.add(Cast(to: .float64), [raw])
        y = try graph.add(Rearrange.reshape(graph.shape(of: wide), to: Shape([query.outputCount])), [wide])
        leaf = Leaf(
            name: "X", type: .tensor(.vector(query.inputCount)), unit: nil, coordinates: 0..<query.inputCount,
            table: nil, variable: 0, path: [])
        answer = .vector(query.outputCount)
    }

    mutating func trial(named name: String) throws(ShapeError) -> Trial {
        let violation = try margin(of: part.violation)
        let none = graph.constant(.scalar(0.0))
        // Strictly below zero where the violation holds with nothing to spare; a NaN among the answers violates nothing.
        let total = try graph.add(Compare(.less), [violation, none])
        let place = Span(file: SourceFile.ID(0), 0..<0)
        let entry = Exhibits.Entry(name: "Y", span: place, type: .tensor(answer))
        return Trial(
            name: name, title: nil, span: nil, leaves: [leaf],
            objective: try GraphObjective(space: space(), graph: graph, margin: total, answers: y), shrinkKeys: [],
            exhibits: try Exhibits(entries: [(entry, y)], clauses: [], of: graph), admission: nil,
            rejections: [])
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
        let vector = term.variable.side == .input ? x : y
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
