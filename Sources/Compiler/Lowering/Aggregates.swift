import Checker
import Diagnostics
import Tensors

/// Aggregates over a table's rows or a finite domain: one region, evaluated row by row.
extension Lowering {
    func aggregate(_ aggregate: Term.Aggregate, _ term: Term) throws(Diagnostic) -> Value {
        if let chosen = try averageOfChosenRows(term) { return chosen }
        return try region(aggregate, aggregate.kind.reduction(of: .positive), term) { (inner) throws(Diagnostic) in
            try inner.numbers(aggregate.body)
        }
    }

    /// `all` and `any` as formulas: the least and the greatest margin over the rows. Conditions that are kept keep theirs.
    func quantified(
        _ aggregate: Term.Aggregate, _ polarity: Polarity, _ term: Term, wanted: ForEachRow.Wanted = .value
    ) throws(Diagnostic) -> Value {
        guard term.type.isFormula else { throw .unlowered(term, "as a condition") }
        let reduction = aggregate.kind.reduction(of: polarity)
        return try region(aggregate, reduction, term, wanted: wanted) { (inner) throws(Diagnostic) in
            try inner.margin(aggregate.body, polarity)
        }
    }

    func region(
        _ aggregate: Term.Aggregate, _ reduction: ForEachRow.Reduction, _ term: Term,
        wanted: ForEachRow.Wanted = .value, rows chosen: [Tensor]? = nil,
        body: (Lowering) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        let inner = Lowering(context.inside)
        var arguments: [Value] = []
        let captures = try capture(
            everyTermOf: [aggregate.body] + (aggregate.filter.map { [$0] } ?? []), into: inner, &arguments)
        var tables = try bindRows(of: aggregate.binder, in: inner, for: term)
        if let chosen { tables = chosen }
        if captures.needsPlace(of: aggregate.binder.id) {
            guard chosen == nil else { throw .unlowered(term, "over some of its rows") }
            tables.append(try bindPlaces(aggregate.binder.id, tables.first?.shape[0] ?? 0, in: inner, for: term))
        }
        inner.graph.output("body", try body(inner))
        if let filter = aggregate.filter {
            let holds = try inner.add(Cast(to: .bool), [inner.truth(filter)], for: filter)
            inner.graph.output("counts", holds)
        }
        let rows: ForEachRow.Rows = aggregate.filter == nil ? .all : .filtered
        let operation = ForEachRow(body: inner.graph, tables: tables, reduction: reduction, rows: rows, wanted: wanted)
        return try add(operation, arguments, for: term)
    }

    /// Gives `inner` inputs for what the terms have from outside of it, and itself the values to pass there.
    @discardableResult
    func capture(
        everyTermOf terms: [Term], into inner: Lowering, _ arguments: inout [Value]
    ) throws(Diagnostic) -> Captures {
        var captures = Captures { [self] in hasValue($0) }
        for term in terms { captures.visit(term) }
        for captured in captures.found { try capture(captured, into: inner, &arguments) }
        return captures
    }

    /// Gives `inner` an input for each value of the term, and itself the values to pass there.
    private func capture(_ term: Term, into inner: Lowering, _ arguments: inout [Value]) throws(Diagnostic) {
        let outer = term.type.isFormula ? .numbers(try numbers(term)) : try lower(term)
        inner.capture(term, as: try inner.input(like: outer, from: self, &arguments, for: term))
    }

    private func input(
        like outer: Lowered, from lowering: Lowering, _ arguments: inout [Value], for term: Term
    ) throws(Diagnostic) -> Lowered {
        switch outer {
        case .numbers(let value): return .numbers(try input(value, lowering, &arguments, for: term))
        case .row(let number, let columns):
            return .row(try input(number, lowering, &arguments, for: term), columns: columns)
        case .record(let fields):
            var inputs: [Lowered] = []
            for field in fields { inputs.append(try input(like: field, from: lowering, &arguments, for: term)) }
            return .record(inputs)
        }
    }

    private func input(
        _ value: Value, _ lowering: Lowering, _ arguments: inout [Value], for term: Term
    ) throws(Diagnostic) -> Value {
        if let constant = lowering.graph.constant(of: value) { return graph.constant(constant) }
        let type = lowering.graph.type(of: value)
        let name = "captured \(arguments.count)"
        arguments.append(value)
        return try add(for: term) { graph throws(ShapeError) in try graph.input(name, type) }
    }

    /// An input for a row of each of the columns, as float64.
    func inputs(for columns: [Tensor], _ term: Term) throws(Diagnostic) -> [Value] {
        var entries: [Value] = []
        for (index, column) in columns.enumerated() {
            let entry = try add(for: term) { graph throws(ShapeError) in
                let shape = try Shape(Array(column.shape.dimensions.dropFirst()))
                return try graph.input("column \(index)", TensorType(column.element, shape))
            }
            entries.append(try float64(entry, for: term))
        }
        return entries
    }

    /// A value of a finite domain from its leaves, in order.
    private func assemble(
        _ type: SayType, from leaves: inout ArraySlice<Value>, _ term: Term
    ) throws(Diagnostic) -> Lowered {
        guard case .record(let record) = type else {
            guard let leaf = leaves.popFirst() else { throw .unlowered(term, "as a finite domain") }
            return .numbers(leaf)
        }
        var fields: [Lowered] = []
        for field in record.fields { fields.append(try assemble(field.type, from: &leaves, term)) }
        return .record(fields)
    }

    /// One input more: the number of the row.
    private func bindPlaces(_ id: Int, _ count: Int, in inner: Lowering, for term: Term) throws(Diagnostic) -> Tensor {
        let place = try inner.add(for: term) { graph throws(ShapeError) in
            try graph.input("place", TensorType(.int64, .scalar))
        }
        inner.bindPlace(of: id, to: place)
        do { return try Tensor(Shape([count]), (0..<count).map(Int64.init)) } catch {
            throw .shape(error, at: term.span)
        }
    }

    /// One input per column, or the finite domain's own values; returns the tables to run over.
    private func bindRows(
        of binder: QuantifiedVariable, in inner: Lowering, for term: Term
    ) throws(Diagnostic) -> [Tensor] {
        guard case .row(let table, _) = binder.domain else {
            let columns = try FiniteDomain.values(of: binder, at: term.span)
            var leaves = try inner.inputs(for: columns, term)[...]
            inner.bind(binder.id, to: try inner.assemble(binder.domain.type, from: &leaves, term))
            return columns
        }
        return try inner.bindInputs(of: binder, toRowsOf: table, for: term)
    }

    /// Makes a binder stand for a row whose columns are inputs; gives the columns.
    func bindInputs(
        of binder: QuantifiedVariable, toRowsOf table: Int, for term: Term
    ) throws(Diagnostic) -> [Tensor] {
        let columns = context.tables[table]
        try bind(binder, toRowOf: inputs(for: columns, term), for: term)
        return columns
    }

    /// Makes a binder stand for a row of these entries, one for each column.
    func bind(_ binder: QuantifiedVariable, toRowOf entries: [Value], for term: Term) throws(Diagnostic) {
        var fields: [Lowered] = []
        for (entry, field) in zip(entries, binder.type.fields) {
            if field.type.isOptional {
                fields.append(try optional(entry, term))
                continue
            }
            fields.append(.numbers(try reshape(entry, to: field.type.shape ?? [], for: term)))
        }
        bind(binder.id, to: .record(fields))
    }
}

extension Term.Aggregate.Kind {
    /// How what the rows give is put together, of negated margins the other way round.
    func reduction(of polarity: Polarity) -> ForEachRow.Reduction {
        switch self {
        case .rate, .mean: .mean
        case .sum: .sum
        case .all, .least: polarity == .positive ? .minimum : .maximum
        case .any, .greatest: polarity == .positive ? .maximum : .minimum
        case .stacked: .stacked
        }
    }
}

/// The largest parts of a region's terms that do not depend on its row, nor on that of a region inside it, in the order of
/// first use.
struct Captures {
    /// Whether a term has a value outside of the region: a variable that is bound there, or what was captured there.
    let hasValue: (Term) -> Bool
    private(set) var found: [Term] = []
    private var places: Set<Int> = []
    private var seen: Set<ObjectIdentifier> = []
    private var open: [ObjectIdentifier: Set<Int>] = [:]

    init(hasValue: @escaping (Term) -> Bool) { self.hasValue = hasValue }

    mutating func visit(_ term: Term) {
        guard seen.insert(ObjectIdentifier(term)).inserted else { return }
        if case .constant = term.kind { return }
        if case .place(let id) = term.kind { places.insert(id) }
        // A formula keeps its margin only if it is lowered where it is used, and so does what is compared with an answer.
        let isTakenApart = term.type.isFormula && !term.isVariable || term.isAnswer
        let isWhole = openVariables(of: term).isEmpty && !isTakenApart
        guard !isWhole else { return found.append(term) }
        for child in term.children { visit(child) }
    }

    /// Whether the number of a binder's row is asked for; known when all has been visited.
    func needsPlace(of binder: Int) -> Bool { places.contains(binder) }

    /// The variables of a term that have no value outside of the region, and are not its own binders.
    private mutating func openVariables(of term: Term) -> Set<Int> {
        if let known = open[ObjectIdentifier(term)] { return known }
        var result: Set<Int> = []
        if !hasValue(term) {
            switch term.kind {
            case .variable(let id), .place(let id): result.insert(id)
            default: break
            }
            for child in term.children { result.formUnion(openVariables(of: child)) }
            result.subtract(term.bound)
        }
        open[ObjectIdentifier(term)] = result
        return result
    }
}

extension Term {
    fileprivate var isVariable: Bool {
        if case .variable = kind { true } else { false }
    }

    /// Whether it is an argmax or argmin, of which Answers.swift takes the scores.
    fileprivate var isAnswer: Bool {
        guard case .apply(let function, _) = named.kind else { return false }
        return function == .argmax || function == .argmin
    }
}
