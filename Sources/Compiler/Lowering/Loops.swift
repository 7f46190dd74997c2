import Checker
import Diagnostics
import Tensors

/// Loops: one node, whose body takes the state as one vector.
extension Lowering {
    func loop(_ loop: Term.Loop, _ term: Term) throws(Diagnostic) -> Lowered {
        let inner = Lowering(context)
        let stateType = loop.from.type
        var arguments = [try packed(lower(state: loop.from), for: term)]
        inner.bind(
            loop.state,
            to: try inner.parameter("state", like: graph.shape(of: arguments[0]).dimensions, stateType, term))
        if let scan = loop.scan {
            let rows = try packed(lower(scan.over), rows: loop.times, for: term)
            arguments.append(rows)
            let row = Array(graph.shape(of: rows).dimensions.dropFirst())
            inner.bind(scan.id, to: try inner.parameter("entry", like: row, scan.type, term))
        }
        try capture(everyTermOf: [loop.body], into: inner, &arguments)
        inner.graph.output("state", try inner.packed(inner.lower(state: loop.body), for: term))
        let operation = Iterate(
            body: inner.graph, times: loop.times, scanned: loop.scan == nil ? 0 : 1,
            result: loop.result == .last ? .last : .trace)
        let states = try add(operation, arguments, for: term)
        return try unpacked(states, as: stateType, rows: loop.result == .trace ? loop.times + 1 : nil, for: term)
    }

    private func lower(state term: Term) throws(Diagnostic) -> Lowered {
        term.type.shape == nil ? try lower(term) : .numbers(try numbers(term))
    }

    /// An input that holds a value of a type as one vector.
    private func parameter(
        _ name: String, like dimensions: [Int], _ type: SayType, _ term: Term
    ) throws(Diagnostic) -> Lowered {
        let vector = try add(for: term) { graph throws(ShapeError) in
            try graph.input(name, TensorType(.float64, Shape(dimensions)))
        }
        return try unpacked(vector, as: type, rows: nil, for: term)
    }

    /// A value as one vector; of `rows` entries one vector for each.
    private func packed(_ value: Lowered, rows: Int? = nil, for term: Term) throws(Diagnostic) -> Value {
        var parts: [Value] = []
        try gather(value, rows, &parts, term)
        guard parts.count > 1 else { return parts[0] }
        let shapes = parts.map { graph.shape(of: $0) }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.concatenate(shapes, axis: rows == nil ? 0 : 1), parts)
        }
    }

    private func gather(_ value: Lowered, _ rows: Int?, _ parts: inout [Value], _ term: Term) throws(Diagnostic) {
        switch value {
        case .numbers(let value):
            let count = graph.shape(of: value).count
            let shape = rows.map { [$0, count / max($0, 1)] } ?? [count]
            parts.append(try reshape(float64(value, for: term), to: shape, for: term))
        case .record(let fields): for field in fields { try gather(field, rows, &parts, term) }
        case .row: throw .unlowered(term, "as a state")
        }
    }

    private func unpacked(
        _ value: Value, as type: SayType, rows: Int?, for term: Term
    ) throws(Diagnostic) -> Lowered {
        var start = 0
        return try unpacked(value, &start, type, rows, term)
    }

    private func unpacked(
        _ value: Value, _ start: inout Int, _ type: SayType, _ rows: Int?, _ term: Term
    ) throws(Diagnostic) -> Lowered {
        guard let shape = type.shape else {
            var fields: [Lowered] = []
            for field in type.fields { fields.append(try unpacked(value, &start, field.type, rows, term)) }
            return .record(fields)
        }
        let (whole, axis) = (graph.shape(of: value), rows == nil ? 0 : 1)
        let count = shape.reduce(1, *)
        let part = try add(for: term) { [start] graph throws(ShapeError) in
            guard count < whole[axis] else { return value }
            return try graph.add(Rearrange.slice(whole, axis: axis, from: start, count: count), [value])
        }
        start += count
        return .numbers(try reshape(part, to: (rows.map { [$0] } ?? []) + shape, for: term))
    }
}
