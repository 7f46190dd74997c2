import Checker
import Search
import Statistics
import Tensors

/// `corrected(net, for: polynomial(d), ...)`.
///
/// A polynomial of degree d along the line from x (t = 0) to a drawn y (t = 1) is known at 0 from its values at d + 1 other
/// places (Lagrange). Each line gives one estimate of each entry of the answer, and the median of all counts: a minority of
/// lines that meet a wrong answer changes nothing. Polynomials are tested and corrected so since Rubinfeld and Sudan, "Robust
/// characterizations of polynomials with applications to program testing", 1996; as a means against backdoors it is after
/// Goldwasser, Shafer, Vafa and Vaikuntanathan, "Oblivious defense in ML models", 2024 (arXiv 2411.03279).
package struct LinePlan: Sendable {
    /// The places on a line, ascending; the last is 1, where the answer does not depend on the input.
    package let places: [Double]
    /// What the answer at each place counts.
    package let weights: [Double]
    /// The inputs at the far ends: [lines, ...].
    package let ends: Tensor

    init(_ lines: CheckedWrapper.Lines, _ type: TensorType, _ random: inout Random) throws(ShapeError) {
        let step = (1 - lines.nearest) / Double(lines.degree)
        let places = (0...lines.degree).map { $0 == lines.degree ? 1 : lines.nearest + Double($0) * step }
        self.places = places
        weights = places.map { own in
            places.reduce(1) { $1 == own ? $0 : $0 * ($1 / ($1 - own)) }
        }
        ends = try WrapperPlan.table(lines.samples, type, &random) { place in
            switch lines.draws {
            case .uniform(let lower, let upper): .uniform(low: lower[place], high: upper[place])
            case .normal(let deviation): .normal(mean: 0, deviation: deviation)
            }
        }
    }

    func graph(of model: Graph) throws(ShapeError) -> Graph {
        let type = model.type(of: model.inputs[0].value)
        var body = Graph()
        let (x, end) = (try body.input("x", type), try body.input("end", type))
        var sum: Value?
        for (place, weight) in zip(places, weights) {
            let answer = try body.answers(of: model, at: try body.point(from: x, to: end, at: place))
            let share = try body.add(Binary(.multiply), [answer, body.constant(.scalar(weight))])
            sum = try sum.map { (sum) throws(ShapeError) in try body.add(Binary(.add), [sum, share]) } ?? share
        }
        if let sum { body.output("estimate", sum) }
        var graph = Graph()
        let input = try graph.input(model.inputs[0].name, type)
        let estimates = try graph.add(ForEachRow(body: body, tables: [ends], reduction: .stacked), [input])
        // An answer that is no number is the last, and no more than one estimate.
        let sorted = try graph.add(Sort(.ascending, axis: 0), [estimates])
        let middle = try graph.add(
            Rearrange.slice(graph.shape(of: sorted), axis: 0, from: ends.shape[0] / 2, count: 1), [sorted])
        try graph.setOutputs(like: model, from: middle)
        return graph
    }
}

extension Graph {
    /// (1 - t) x + t y, in the arithmetic of x.
    fileprivate mutating func point(from x: Value, to y: Value, at t: Double) throws(ShapeError) -> Value {
        guard t < 1 else { return y }
        return try add(
            Binary(.add),
            [add(Binary(.multiply), [x, number(1 - t, like: x)]), add(Binary(.multiply), [y, number(t, like: y)])])
    }

    /// All answers of a model as one vector of float64.
    mutating func answers(of model: Graph, at point: Value) throws(ShapeError) -> Value {
        var parts: [Value] = []
        for answer in try splice(model, inputs: [point]) {
            let shape = shape(of: answer)
            let line = try add(Rearrange.reshape(shape, to: Shape([shape.count])), [answer])
            parts.append(type(of: line).element == .float64 ? line : try add(Cast(to: .float64), [line]))
        }
        guard parts.count > 1 else { return parts[0] }
        return try add(Rearrange.concatenate(parts.map { self.shape(of: $0) }, axis: 0), parts)
    }

    /// Takes the model's outputs, in their types, from all their numbers one after the other.
    mutating func setOutputs(like model: Graph, from numbers: Value) throws(ShapeError) {
        let all = try add(Rearrange.reshape(shape(of: numbers), to: Shape([shape(of: numbers).count])), [numbers])
        var start = 0
        for port in model.outputs {
            let type = model.type(of: port.value)
            let slice = try Rearrange.slice(shape(of: all), axis: 0, from: start, count: type.shape.count)
            let own = try add(Rearrange.reshape(Shape([type.shape.count]), to: type.shape), [add(slice, [all])])
            output(port.name, type.element == .float64 ? own : try add(Cast(to: type.element), [own]))
            start += type.shape.count
        }
    }
}
