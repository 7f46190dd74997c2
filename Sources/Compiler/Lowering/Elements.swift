import Checker
import Diagnostics
import Tensors

/// Indexing, and tensors put together from parts.
extension Lowering {
    func index(_ tensor: Value, _ entries: [Term.IndexEntry], _ term: Term) throws(Diagnostic) -> Value {
        var value = tensor
        var axis = 0
        for entry in entries {
            switch entry {
            case .slice(let range):
                value = try slice(value, axis, range, term)
                axis += 1
            case .at(let place): value = try entryValue(value, axis, place, term)
            }
        }
        return try reshape(value, for: term)
    }

    private func entryValue(_ value: Value, _ axis: Int, _ place: Term, _ term: Term) throws(Diagnostic) -> Value {
        let index = try numbers(place)
        let size = graph.shape(of: value)[axis]
        if let constant = graph.constant(of: index)?.doubles.first, let place = Int(exactly: constant),
            (0..<size).contains(place)
        {
            let sliced = try slice(value, axis, place..<(place + 1), term)
            var dimensions = graph.shape(of: sliced).dimensions
            dimensions.remove(at: axis)
            return try reshape(sliced, to: dimensions, for: term)
        }
        let front = try transpose(value, bringing: axis, term)
        let last = Double(graph.shape(of: front)[0] - 1)
        let inside = try add(Unary(.clip(lower: 0, upper: last)), [index], for: term)
        return try add(GatherRows(), [front, add(Cast(to: .int64), [inside], for: term)], for: term)
    }

    private func slice(_ value: Value, _ axis: Int, _ range: Range<Int>, _ term: Term) throws(Diagnostic) -> Value {
        let shape = graph.shape(of: value)
        guard range != 0..<shape[axis] else { return value }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.slice(shape, axis: axis, from: range.lowerBound, count: range.count), [value])
        }
    }

    /// `axis` in front, the others in their order behind it.
    private func transpose(_ value: Value, bringing axis: Int, _ term: Term) throws(Diagnostic) -> Value {
        guard axis != 0 else { return value }
        let shape = graph.shape(of: value)
        let axes = [axis] + (0..<shape.rank).filter { $0 != axis }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.transpose(shape, axes: axes), [value])
        }
    }

    /// A new leading dimension.
    func stack(_ parts: [Value], _ term: Term) throws(Diagnostic) -> Value {
        var rows: [Value] = []
        for part in parts {
            rows.append(try reshape(part, to: [1] + graph.shape(of: part).dimensions, for: term))
        }
        return try concatenate(rows, axis: 0, term)
    }

    func concatenate(_ values: [Value], axis: Int, _ term: Term) throws(Diagnostic) -> Value {
        let shapes = values.map { graph.shape(of: $0) }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.concatenate(shapes, axis: axis), values)
        }
    }
}
