import Checker
import Diagnostics
import Tensors

/// Turns the terms of one property into one graph.
///
/// A region (the body of an aggregate over rows) has a lowering of its own, over its own graph; what does not depend on
/// the row is lowered outside and captured.
final class Lowering {
    let context: Context
    var graph: Graph
    /// Variables, by id.
    private var variables: [Int: Lowered] = [:]
    /// The number of the row at hand, a scalar int64, by the id of the region's binder.
    private var places: [Int: Value] = [:]
    private var lowered: [ObjectIdentifier: Lowered] = [:]
    private var captured: Set<ObjectIdentifier> = []
    private var margins: [MarginKey: Value] = [:]
    /// Of regions, whose truth alone is asked for.
    var truths: [ObjectIdentifier: Value] = [:]
    private var calls: [Int: Call] = [:]
    /// The float64 answers of all model calls made outside of regions, in order.
    private(set) var answers: [Value] = []

    /// What all lowerings of a spec share.
    struct Context {
        let spec: CheckedSpec
        /// The graphs of `spec.models`, in order.
        var models: [CalledModel]
        /// The columns of `spec.tables`, in order.
        let tables: [[Tensor]]
        var reading = AnswerReading.asComputed
        /// What stands for what is drawn, where estimates are computed in the graph.
        var sample = Sample(key: 0, count: 64)
        /// The rows that rates go through, outside of other regions; nil for all of them.
        var rowChoice: RowChoice?
        /// What a binder stands for where one row is looked at alone.
        var oneRow: OneRow?

        /// For what is inside of a region.
        var inside: Context {
            var context = self
            context.rowChoice = nil
            context.oneRow = nil
            return context
        }
    }

    struct Call {
        let outputs: [Value]
        let inner: [Value]
    }

    private struct MarginKey: Hashable {
        let term: ObjectIdentifier
        let polarity: Polarity
    }

    /// `graph` may hold the variables' inputs already.
    init(_ context: Context, continuing graph: Graph = Graph()) {
        self.context = context
        self.graph = graph
    }

    func bind(_ id: Int, to value: Lowered) { variables[id] = value }

    func bindPlace(of id: Int, to value: Value) { places[id] = value }

    /// Whether a term is a variable that is bound here, or was captured from around the region.
    func hasValue(_ term: Term) -> Bool {
        if captured.contains(ObjectIdentifier(term)) { return true }
        return switch term.kind {
        case .variable(let id): variables[id] != nil
        case .place(let id): places[id] != nil
        default: false
        }
    }

    /// The meaning of `term` given in advance.
    func capture(_ term: Term, as value: Lowered) {
        lowered[ObjectIdentifier(term)] = value
        captured.insert(ObjectIdentifier(term))
    }

    /// Makes a variable a tensor of one entry, for the one row there is.
    func spread(_ variable: QuantifiedVariable) throws(Diagnostic) {
        guard let value = variables[variable.id] else { return }
        variables[variable.id] = try spread(value, Term(.variable(id: variable.id), variable.type, at: variable.span))
    }

    private func spread(_ value: Lowered, _ term: Term) throws(Diagnostic) -> Lowered {
        switch value {
        case .numbers(let numbers): return .numbers(try stack([numbers], term))
        case .record(let fields):
            var rows: [Lowered] = []
            for field in fields { rows.append(try spread(field, term)) }
            return .record(rows)
        case .row: throw .unlowered(term, "as one of a row's own")
        }
    }

    /// The float64 value of a term that is neither record nor row; a Bool becomes 0 or 1.
    func numbers(_ term: Term) throws(Diagnostic) -> Value {
        if term.type.isFormula, !isStored(term) { return try truth(term) }
        guard case .numbers(let value) = try lower(term) else { throw .unlowered(term, "as a number") }
        return value
    }

    func lower(_ term: Term) throws(Diagnostic) -> Lowered {
        if let known = lowered[ObjectIdentifier(term)] { return known }
        let value = try lowerAnew(term)
        lowered[ObjectIdentifier(term)] = value
        return value
    }

    /// The margin of a Bool term, element by element: at least 0 exactly where it has the polarity's truth value.
    func margin(_ term: Term, _ polarity: Polarity) throws(Diagnostic) -> Value {
        let key = MarginKey(term: ObjectIdentifier(term), polarity: polarity)
        if let known = margins[key] { return known }
        let value = try formula(term, polarity)
        margins[key] = value
        return value
    }

    func add(_ operation: any Operator, _ inputs: [Value], for term: Term) throws(Diagnostic) -> Value {
        do { return try graph.add(operation, inputs) } catch { throw .shape(error, at: term.span) }
    }

    func add(
        for term: Term, _ make: (inout Graph) throws(ShapeError) -> Value
    ) throws(Diagnostic) -> Value {
        do { return try make(&graph) } catch { throw .shape(error, at: term.span) }
    }

    func number(_ value: Double) -> Value { graph.constant(.scalar(value)) }

    /// The call's model, spliced once per call site.
    func call(_ model: Int, site: Int, _ inputs: [Term], for term: Term) throws(Diagnostic) -> Call {
        if let known = calls[site] { return known }
        let call = try splice(model, inputs, for: term)
        calls[site] = call
        answers += call.outputs
        return call
    }

    private func lowerAnew(_ term: Term) throws(Diagnostic) -> Lowered {
        switch term.kind {
        case .variable(let id):
            guard let value = variables[id] else { throw .unlowered(term, "outside of its quantifier") }
            return value
        case .place(let id):
            guard let place = places[id] else { throw .unlowered(term, "outside of its region") }
            return .numbers(try float64(place, for: term))
        case .row(let table, let number):
            let last = Double(max(context.spec.tables[table].rowCount - 1, 0))
            let inside = try add(Unary(.clip(lower: 0, upper: last)), [numbers(number)], for: term)
            let place = try add(Cast(to: .int64), [inside], for: term)
            return .row(place, columns: context.tables[table])
        case .loop(let loop): return try self.loop(loop, term)
        case .drawn(let drawn): return .numbers(try estimate(drawn, term))
        case .quantified: throw .unlowered(term, "inside of the property")
        case .binding(let binding): return try lower(binding.term)
        case .constant(let values): return .numbers(try constant(values, term))
        case .field(let record, let index): return try field(of: try lower(record), index, term)
        case .record(let fields):
            var values: [Lowered] = []
            for field in fields { values.append(try entry(field)) }
            return .record(values)
        case .call(let model, let site, let inputs, let port):
            return .numbers(try answer(call(model, site: site, inputs, for: term), port, term))
        case .arithmetic(let operation, let a, let b): return .numbers(try arithmetic(operation, a, b, term))
        case .select(let condition, let a, let b): return .numbers(try select(condition, a, b, term))
        case .apply(let function, let arguments): return .numbers(try apply(function, arguments, term))
        case .text(let function, let arguments): return .numbers(try text(function, arguments, term))
        case .index(let tensor, let entries): return .numbers(try index(numbers(tensor), entries, term))
        case .reshape(let tensor): return .numbers(try reshape(numbers(tensor), for: term))
        case .concat(let parts, let axis):
            return .numbers(
                try concatenate(parts.map { (part) throws(Diagnostic) in try numbers(part) }, axis: axis, term))
        case .stack(let parts):
            return .numbers(try stack(parts.map { (part) throws(Diagnostic) in try numbers(part) }, term))
        case .aggregate(let aggregate): return .numbers(try self.aggregate(aggregate, term))
        case .listed(let listed): return .numbers(try self.listed(listed, term))
        case .compare, .and, .or, .implies, .not: return .numbers(try truth(term))
        }
    }

    /// A field of a record literal: formulas are stored as 0 and 1.
    private func entry(_ term: Term) throws(Diagnostic) -> Lowered {
        term.type.isFormula ? .numbers(try numbers(term)) : try lower(term)
    }

    func vector(_ values: [Double], for term: Term) throws(Diagnostic) -> Value {
        do { return graph.constant(try Tensor(Shape([values.count]), values)) } catch {
            throw .shape(error, at: term.span)
        }
    }

    private func constant(_ values: [Double], _ term: Term) throws(Diagnostic) -> Value {
        do {
            let shape = try Shape(term.type.shape ?? [])
            return graph.constant(try Tensor(shape, values))
        } catch { throw .shape(error, at: term.span) }
    }

    private func field(of value: Lowered, _ index: Int, _ term: Term) throws(Diagnostic) -> Lowered {
        switch value {
        case .record(let fields) where fields.indices.contains(index): return fields[index]
        case .row(let number, let columns) where columns.indices.contains(index):
            let column = graph.constant(columns[index])
            let entry = try add(GatherRows(), [column, number], for: term)
            if term.type.isOptional { return try optional(float64(entry, for: term), term) }
            return .numbers(try reshape(float64(entry, for: term), for: term))
        default: throw .unlowered(term, "as a field")
        }
    }

    /// A number of data, NaN where it is missing, as whether it is and what it is.
    func optional(_ entry: Value, _ term: Term) throws(Diagnostic) -> Lowered {
        let number = try reshape(entry, to: [], for: term)
        let isMissing = try add(for: term) { graph throws(ShapeError) in try graph.isNaN(number) }
        let value = try add(Select(), [isMissing, self.number(0), number], for: term)
        return .record([.numbers(try add(Cast(to: .float64), [isMissing], for: term)), .numbers(value)])
    }

    /// Whether a Bool term is kept as 0 and 1: it comes from a variable, a field or a tensor of them.
    func isStored(_ term: Term) -> Bool {
        if captured.contains(ObjectIdentifier(term)) { return true }
        return switch term.kind {
        case .variable, .constant, .field, .loop, .call: true
        case .reshape(let tensor), .index(let tensor, _): isStored(tensor)
        case .stack(let parts), .concat(let parts, _): parts.allSatisfy { isStored($0) }
        case .binding(let binding): isStored(binding.term)
        default: false
        }
    }
}

extension Lowering {
    func float64(_ value: Value, for term: Term) throws(Diagnostic) -> Value {
        graph.type(of: value).element == .float64 ? value : try add(Cast(to: .float64), [value], for: term)
    }

    /// `value` under the shape of the term.
    func reshape(_ value: Value, for term: Term) throws(Diagnostic) -> Value {
        try reshape(value, to: term.type.shape ?? [], for: term)
    }

    func reshape(_ value: Value, to dimensions: [Int], for term: Term) throws(Diagnostic) -> Value {
        let current = graph.shape(of: value)
        guard current.dimensions != dimensions else { return value }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.reshape(current, to: Shape(dimensions)), [value])
        }
    }
}

extension Diagnostic {
    /// An operator's shape rule refused what the checker had let through.
    static func shape(_ error: ShapeError, at span: Span) -> Diagnostic {
        Diagnostic(code: "compile-shape", "\(error)", at: span)
    }

    static func unlowered(_ term: Term, _ use: String) -> Diagnostic {
        Diagnostic(code: "compile-unsupported", "this cannot be used \(use)", at: term.span)
    }
}
