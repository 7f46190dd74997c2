import Tensors

/// What a model of trees makes of its margins, `[rows, targets]`.
enum TreeAnswer: Sendable {
    case value(Link)
    /// What the classes are called, in order.
    case classes(Probabilities, labels: [Int])

    /// Of each margin alone.
    enum Link: Sendable, Hashable {
        case identity, exponential
        case logistic(steepness: Double)
        /// The square, with the margin's sign.
        case signedSquare
        /// log(1 + exp(margin)).
        case softplus
        /// 1 where the margin is above 0, else 0.
        case isPositive
    }

    enum Probabilities: Sendable, Hashable {
        /// Of two classes from one margin. The second one is named where the margin is above a number, the last one whose probability is
        /// rounded to a half.
        case logistic(steepness: Double, above: Double)
        /// Of as many classes as margins; the greatest margin is named, the first of several.
        case softmax
        /// The same, each margin by itself.
        case logisticEach(steepness: Double)
    }

    func add(to graph: inout Graph, of margin: Value) throws(ShapeError) {
        switch self {
        case .value(let link): graph.output("value", try link.add(to: &graph, of: margin))
        case .classes(let probabilities, let labels):
            let best = try probabilities.best(in: &graph, of: margin)
            graph.output("label", try Self.named(best, labels, in: &graph))
            graph.output("probabilities", try probabilities.add(to: &graph, of: margin))
        }
    }

    private static func named(_ classes: Value, _ labels: [Int], in graph: inout Graph) throws(ShapeError) -> Value {
        if labels == Array(labels.indices) { return classes }
        let table = graph.constant(try Tensor(Shape([labels.count]), labels.map(Int64.init)))
        return try graph.add(GatherRows(), [table, classes])
    }
}

extension TreeAnswer.Link {
    fileprivate func add(to graph: inout Graph, of margin: Value) throws(ShapeError) -> Value {
        switch self {
        case .identity: return margin
        case .exponential: return try graph.add(Unary(.exponential), [margin])
        case .softplus: return try graph.add(Unary(.softplus), [margin])
        case .logistic(let steepness):
            let steep =
                steepness == 1
                ? margin : try graph.add(Binary(.multiply), [margin, graph.number(steepness, like: margin)])
            return try graph.add(Unary(.sigmoid), [steep])
        case .signedSquare: return try graph.add(Binary(.multiply), [margin, graph.add(Unary(.absolute), [margin])])
        case .isPositive:
            let isPositive = try graph.add(Binary(.greater), [margin, graph.number(0, like: margin)])
            return try graph.add(Cast(to: graph.type(of: margin).element), [isPositive])
        }
    }
}

extension TreeAnswer.Probabilities {
    /// The class of each row.
    fileprivate func best(in graph: inout Graph, of margin: Value) throws(ShapeError) -> Value {
        guard case .logistic(_, let bound) = self else { return try graph.add(ArgExtremum(.max, axis: 1), [margin]) }
        let isAbove = try graph.add(Binary(.greater), [margin, graph.number(bound, like: margin)])
        let shape = graph.shape(of: margin)
        let flat = try graph.add(Rearrange.reshape(shape, to: Shape([shape[0]])), [isAbove])
        return try graph.add(Cast(to: .int64), [flat])
    }

    fileprivate func add(to graph: inout Graph, of margin: Value) throws(ShapeError) -> Value {
        switch self {
        case .softmax: return try graph.add(Softmax(axis: 1), [margin])
        case .logisticEach(let steepness):
            return try TreeAnswer.Link.logistic(steepness: steepness).add(to: &graph, of: margin)
        case .logistic(let steepness, _):
            let second = try TreeAnswer.Link.logistic(steepness: steepness).add(to: &graph, of: margin)
            let first = try graph.add(Binary(.subtract), [graph.number(1, like: second), second])
            let shape = graph.shape(of: margin)
            return try graph.add(Rearrange.concatenate([shape, shape], axis: 1), [first, second])
        }
    }
}
