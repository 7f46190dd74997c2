import Checker
import Diagnostics
import Tensors

/// `net(x).label == c` where the model itself chooses the label: its margin follows the scores, as that of `argmax(y) == c` does.
extension Lowering {
    /// nil where neither side is a label that a model chose by its scores.
    func labelEquality(
        _ first: Value, _ second: Value, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value? {
        if let label = label(first) { return try equality(label, second, polarity, term) }
        if let label = label(second) { return try equality(label, first, polarity, term) }
        return nil
    }

    /// How a model chose a label.
    private struct Label {
        enum Choice {
            /// The place of the greatest or the least of some scores.
            case extremum(ArgExtremum.Kind, of: Value)
            /// 1 where a score is above a number, else 0.
            case above(score: Value, Value)
        }

        let choice: Choice
        /// What each place is called, where that is not its number.
        var names: [Double]?
    }

    private func label(_ value: Value) -> Label? {
        guard graph.shape(of: value).count == 1 else { return nil }
        var (element, names) = (GraphElement(value, 0), [Double]?.none)
        while case .element(let own) = graph.origin(of: element) {
            guard case .operation(let operation) = graph.nodes[own.value.index].source else { return nil }
            let inputs = graph.nodes[own.value.index].inputs
            switch operation {
            case is Cast:
                if let above = above(inputs[0], own.place) { return Label(choice: above, names: names) }
                element = GraphElement(inputs[0], own.place)
            case is GatherRows:
                guard names == nil, let table = graph.constant(of: inputs[0]), table.shape.rank == 1 else { return nil }
                names = table.doubles
                element = GraphElement(inputs[1], own.place)
            case let extremum as ArgExtremum:
                guard extremum.tie == .first, let scores = scores(extremum, inputs[0], own.place) else { return nil }
                return Label(choice: .extremum(extremum.kind, of: scores), names: names)
            default: return nil
            }
        }
        return nil
    }

    private func above(_ truth: Value, _ place: Int) -> Label.Choice? {
        guard case .element(let own) = graph.origin(of: GraphElement(truth, place)),
            case .operation(let operation) = graph.nodes[own.value.index].source,
            (operation as? Binary)?.kind == .greater
        else { return nil }
        let sides = graph.operands(of: own)
        guard let score = try? scalar(sides[0]), let limit = try? scalar(sides[1]) else { return nil }
        return .above(score: score, limit)
    }

    private func scalar(_ element: GraphElement) throws(ShapeError) -> Value {
        let shape = graph.shape(of: element.value)
        let flat = try graph.add(Rearrange.reshape(shape, to: Shape([shape.count])), [element.value])
        let one = try graph.add(Rearrange.slice(Shape([shape.count]), axis: 0, from: element.place, count: 1), [flat])
        return try graph.add(
            Cast(to: .float64), [graph.add(Rearrange.reshape(Shape([1]), to: .scalar), [one])])
    }

    /// The scores among which a row's extremum is, as a vector; nil where the extremum is not along the last axis.
    private func scores(_ extremum: ArgExtremum, _ scores: Value, _ row: Int) -> Value? {
        let shape = graph.shape(of: scores)
        guard let axis = try? shape.axis(extremum.axis, of: extremum.name), axis == shape.rank - 1 else { return nil }
        let count = shape[axis]
        return try? graph.add(
            Cast(to: .float64),
            [
                graph.add(
                    Rearrange.slice(Shape([shape.count]), axis: 0, from: row * count, count: count),
                    [graph.add(Rearrange.reshape(shape, to: Shape([shape.count])), [scores])])
            ])
    }

    private func equality(
        _ label: Label, _ other: Value, _ polarity: Polarity, _ term: Term
    ) throws(Diagnostic) -> Value? {
        guard graph.shape(of: other).count == 1 else { return nil }
        switch label.choice {
        case .extremum(let kind, let scores):
            guard let place = try place(of: other, label.names, term) else { return nil }
            let form: ArgIs.Polarity = polarity == .positive ? .positive : .negative
            return try add(ArgIs(kind, form), [scores, place], for: term)
        case .above(let score, let limit):
            let names = label.names ?? [0, 1]
            guard names.count == 2, names[0] != names[1] else { return nil }
            let isAbove = try add(Compare(.less), [limit, score], for: term)
            // What is no number is not above: the comparison denied, not the opposite one.
            let isNot = try add(Compare(.less), [isAbove, number(0)], for: term)
            let second = try least(isAbove, numberEquality(other, number(names[1]), .positive, term), term)
            let first = try least(isNot, numberEquality(other, number(names[0]), .positive, term), term)
            let same = try greatest(first, second, term)
            return polarity == .positive ? same : try add(Compare(.less), [same, number(0)], for: term)
        }
    }

    /// Which of the places has a name; nil where that cannot be told.
    private func place(of other: Value, _ names: [Double]?, _ term: Term) throws(Diagnostic) -> Value? {
        guard let names else { return try add(Cast(to: .int64), [other], for: term) }
        guard let name = graph.constant(of: other)?.doubles.first else { return nil }
        return try add(Cast(to: .int64), [number(Double(names.firstIndex(of: name) ?? names.count))], for: term)
    }
}
