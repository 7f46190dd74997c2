import Checker

/// A checked spec as text, in one way only.
struct Dump {
    private(set) var text = ""
    private let spec: CheckedSpec
    /// Ids in the order of first mention, so that unrelated changes do not renumber.
    private var numbers: [Int: Int] = [:]

    init(_ spec: CheckedSpec) {
        self.spec = spec
        for parameter in spec.parameters {
            text += "param \(parameter.name): \(parameter.type) = \(parameter.values)\n"
        }
        for model in spec.models { dump(model) }
        for table in spec.tables {
            let columns = zip(table.columns, table.fileColumns).map { "\($0) at \($1)" }.joined(separator: ", ")
            text += "data \(table.name) from \(table.file ?? "?"), \(table.rowCount) rows: \(columns)\n"
        }
        for property in spec.properties { dump(property) }
    }

    private mutating func dump(_ model: CheckedModel) {
        let source =
            model.wrapper.map { "wraps model \($0.model): \(method($0.method))" } ?? "from \(model.file ?? "?")"
        text += "model \(model.name) \(source)\n"
        for (role, ports) in [("in", model.inputs), ("out", model.outputs), ("inner", model.inner)] {
            for port in ports {
                text += "  \(role) \(port.name): \(port.type) at \(port.tensor ?? "?") \(port.shape)\n"
            }
        }
    }

    private func method(_ method: CheckedWrapper.Method) -> String {
        switch method {
        case .polynomial(let it):
            let draws =
                switch it.draws {
                case .uniform(let lower, let upper): "uniform \(lower)...\(upper)"
                case .normal(let deviation): "normal \(deviation)"
                }
            return "degree \(it.degree), \(it.samples) samples, nearest \(it.nearest), \(draws)"
        case .parities(let it):
            return "parities of \(it.low) \(it.high), \(it.samples) samples, threshold \(it.threshold)"
        case .smoothed(let it):
            return "sigma \(it.sigma), \(it.pilot) + \(it.samples) samples, confidence \(it.confidence)"
        }
    }

    private mutating func dump(_ property: CheckedProperty) {
        text += "property \(property.name)\(property.title.map { " \"\($0)\"" } ?? "")\n"
        for variable in property.variables { text += "  \(property.quantifier.rawValue) \(show(variable))\n" }
        for clause in property.restrictions { text += "  where \(show(clause.term))\n" }
        for variable in property.inner { text += "  \(property.quantifier.other.rawValue) \(show(variable))\n" }
        for clause in property.innerRestrictions { text += "  where \(show(clause.term))\n" }
        for binding in property.bindings {
            text += "  let \(binding.name)#\(number(binding.id)): \(binding.term.type) = \(show(binding.term))\n"
        }
        for clause in property.assumptions { text += "  assume \(show(clause.term))\n" }
        for clause in property.checks { text += "  check \(show(clause.term))\n" }
        for clause in property.shrink { text += "  shrink \(show(clause.term))\n" }
    }

    private mutating func number(_ id: Int) -> Int {
        if let known = numbers[id] { return known }
        numbers[id] = numbers.count
        return numbers.count - 1
    }

    private mutating func show(_ variable: QuantifiedVariable) -> String {
        "\(variable.name)#\(number(variable.id)): \(show(variable.domain))"
    }

    private func show(_ domain: Domain) -> String {
        switch domain {
        case .real(let lower, let upper): "Real in [\(lower), \(upper)]"
        case .integer(let lower, let upper): "Int in [\(lower), \(upper)]"
        case .bool: "Bool"
        case .enumeration(let it): it.name
        case .tensor(let tensor, let lower, let upper):
            "\(tensor) in \(lower)...\(upper)\(tensor.view == .image ? " as image" : "")"
        case .record(let record, let fields):
            "\(record) { "
                + zip(record.fields, fields).map { "\($0.name): \(show($1))\($0.unit.map { " (\($0))" } ?? "")" }
                .joined(separator: ", ") + " }"
        case .set(let type, let values): "\(type) in \(values)"
        case .text(.generated(let it)): "Text matching /\(it.pattern)/ of \(it.length)"
        case .text(.tokens(let it)): "Tokens(\(it.model.name)) of \(it.count)"
        case .text(.lines(let table, let most)): "Text in \(spec.tables[table].name) of at most \(most)"
        case .row(let table, _): "row of \(spec.tables[table].name)"
        }
    }

    private mutating func show(_ term: Term) -> String {
        switch term.kind {
        case .variable(let id): return "#\(number(id))"
        case .place(let id): return "place(#\(number(id)))"
        case .row(let table, let number): return "\(spec.tables[table].name)[\(show(number))]"
        case .listed(let it):
            return "\(it.kind)[\(show(it.entries))]"
        case .quantified(let it):
            let variables = it.variables.map { show($0) }.joined(separator: ", ")
            return "\(it.quantifier.rawValue)(\(variables) where \(show(it.conditions)) : \(show(it.body)))"
        case .drawn(let it):
            let variables = it.variables.map { show($0) }.joined(separator: ", ")
            let filter = it.filter.map { " where \(show($0))" } ?? ""
            return "\(it.measure)(\(variables)\(filter) : \(show(it.body)))"
        case .loop(let it):
            let scan = it.scan.map { " over \(show($0.over)) as #\(number($0.id))" } ?? ""
            return
                "\(it.result)(#\(number(it.state)) from \(show(it.from)), \(it.times) times\(scan) : \(show(it.body)))"
        case .binding(let binding):
            if numbers[binding.id] != nil { return "\(binding.name)#\(number(binding.id))" }
            return "(\(binding.name)#\(number(binding.id)) = \(show(binding.term)))"
        case .constant(let values):
            return values.count == 1 ? "\(values[0])" : values.count > 12 ? "[\(values.count) values]" : "\(values)"
        case .field(let base, let index): return "\(show(base)).\(index)"
        case .record(let fields): return "{ \(show(fields)) }"
        case .call(let model, let site, let inputs, let port):
            let callee = "\(spec.models[model].name)@\(number(site)).\(port)"
            return "\(callee)(\(show(inputs)))"
        case .arithmetic(let operation, let a, let b): return "\(operation)(\(show([a, b])))"
        case .compare(let comparison, let a, let b): return "\(comparison)(\(show([a, b])))"
        case .and(let terms): return "and(\(show(terms)))"
        case .or(let terms): return "or(\(show(terms)))"
        case .implies(let a, let b): return "implies(\(show([a, b])))"
        case .not(let operand): return "not(\(show(operand)))"
        case .select(let a, let b, let c): return "select(\(show([a, b, c])))"
        case .apply(let function, let arguments): return "\(function)(\(show(arguments))): \(term.type)"
        case .text(let function, let arguments): return "\(function.name)(\(show(arguments))): \(term.type)"
        case .index(let base, let entries): return "\(show(base))[\(show(entries))]"
        case .reshape(let operand): return "reshape(\(show(operand))): \(term.type)"
        case .concat(let parts, let axis): return "concat\(axis)(\(show(parts))): \(term.type)"
        case .stack(let parts): return "stack(\(show(parts)))"
        case .row(let table, let place): return "\(spec.tables[table].name)[\(show(place))]"
        case .place(let id): return "place of #\(number(id))"
        case .listed(let it):
            var entries: [String] = []
            for entry in it.entries {
                let condition = entry.condition.map { "\(show($0)) : " } ?? ""
                entries.append(condition + show(entry.value))
            }
            return "\(it.kind){\(entries.joined(separator: ", "))}"
        case .quantified(let it):
            let conditions = it.conditions.isEmpty ? "" : " where \(show(it.conditions))"
            return
                "\(it.quantifier)(\(it.variables.map { show($0) }.joined(separator: ", "))\(conditions) : \(show(it.body)))"
        case .aggregate(let it):
            let binder = show(it.binder)
            let filter = it.filter.map { " where \(show($0))" } ?? ""
            return "\(it.kind)(\(binder)\(filter) : \(show(it.body)))"
        }
    }

    private mutating func show(_ entries: [Term.Listed.Entry]) -> String {
        var parts: [String] = []
        for entry in entries {
            let condition = entry.condition.map { show($0) + " ? " } ?? ""
            parts.append(condition + show(entry.value))
        }
        return parts.joined(separator: ", ")
    }

    private mutating func show(_ terms: [Term]) -> String {
        var parts: [String] = []
        for term in terms { parts.append(show(term)) }
        return parts.joined(separator: ", ")
    }

    private mutating func show(_ entries: [Term.IndexEntry]) -> String {
        var parts: [String] = []
        for entry in entries {
            switch entry {
            case .at(let term): parts.append(show(term))
            case .slice(let range): parts.append("\(range.lowerBound)..\(range.upperBound - 1)")
            }
        }
        return parts.joined(separator: ", ")
    }
}
