import Syntax

/// What a spec means, by plain recursion over its syntax tree: a second reading of the language, written for the tests.
///
/// It shares nothing with the checker, the compiler or the engine. Types are believed; domains are finite, but for a Real between
/// bounds, of which Domains.swift takes as many values as are enough for the comparisons that DraftReal.swift writes.
final class Evaluator: @unchecked Sendable {
    let tree: SyntaxTree
    private(set) var functions: [String: FuncDeclaration] = [:]
    private var types: [String: TypeDeclaration] = [:]
    private var constants: [String: Expression] = [:]
    private(set) var enums: [String: [String]] = [:]
    private var cases: [String: Int] = [:]
    private var known: [String: Value] = [:]
    /// Local names, innermost last; those before `base` belong to who called.
    private var names: [(name: String, value: Value)] = []
    private var base = 0
    private var steps = 0
    /// More than these are an error.
    var mostSteps: Int

    init(_ tree: SyntaxTree, mostSteps: Int = .max) {
        self.tree = tree
        self.mostSteps = mostSteps
        for declaration in tree.declarations {
            switch declaration {
            case .enumeration(let it):
                enums[it.name.text] = it.cases.map(\.text)
                for (place, name) in it.cases.enumerated() { cases[name.text] = place }
            case .type(let it): types[it.name.text] = it
            case .param(let it): constants[it.name.text] = it.value
            case .constant(let it): constants[it.name.text] = it.value
            case .function(let it): functions[it.name.text] = it
            case .data(let it): known[it.name.text] = .list(Rows.values)
            default: break
            }
        }
    }

    // MARK: - Names

    /// Does `work` where some names have values.
    func with<Result>(_ pattern: Pattern, _ value: Value, _ work: () throws -> Result) throws -> Result {
        let count = names.count
        defer { names.removeLast(names.count - count) }
        try bind(pattern, value)
        return try work()
    }

    private func bind(_ pattern: Pattern, _ value: Value) throws {
        switch pattern {
        case .name(let name): names.append((name.text, value))
        case .fields(let fields, _):
            for field in fields { names.append((field.text, try member(field.text, of: value))) }
        }
    }

    /// Does `work` where only these names are known: a function's parameters, a type's arguments.
    func apart<Result>(_ locals: [(String, Value)], _ work: () throws -> Result) throws -> Result {
        let (count, outer) = (names.count, base)
        defer { (names, base) = (Array(names.prefix(count)), outer) }
        base = count
        names += locals.map { (name: $0.0, value: $0.1) }
        return try work()
    }

    private func value(named name: String) throws -> Value {
        for place in stride(from: names.count - 1, through: base, by: -1) where names[place].name == name {
            return names[place].value
        }
        if let place = cases[name] { return .number(Double(place)) }
        if let value = known[name] { return value }
        guard let constant = constants[name] else { throw Undecided.unknown("nothing is named \(name)") }
        let value = try apart([]) { try self.value(of: constant) }
        known[name] = value
        return value
    }

    /// The local numbers.
    var numbers: [Double] {
        names[base...].flatMap(\.value.scalars).compactMap { if case .number(let it) = $0 { it } else { nil } }
    }

    func position(ofCase name: String) -> Double? { cases[name].map(Double.init) }

    func type(named name: String) -> TypeDeclaration? { types[name] }

    // MARK: - Expressions

    func truth(of expression: Expression) throws -> Bool { try value(of: expression).truth }

    func value(of expression: Expression) throws -> Value {
        steps += 1
        guard steps <= mostSteps else { throw Undecided.long }
        switch expression {
        case .number(let it): return .number(it.value)
        case .boolean(let it): return .truth(it.value)
        case .name(let it): return try value(named: it.text)
        case .tensor(let it): return .list(try it.elements.map { try value(of: $0) })
        case .comprehension(let it): return .list(try entries(it.binders.flatMap(\.separated)[...], it.body))
        case .record(let it):
            return .record(try it.fields.map { .init(name: $0.name.text, value: try value(of: $0.value)) })
        case .block(let it): return try block(it.lets[...], it.result)
        case .conditional(let it): return try conditional(it)
        case .quantified(let it): return .truth(try quantified(it))
        case .call(let it): return try call(it)
        case .aggregate(let it): return try aggregate(it)
        case .index(let it): return try index(value(of: it.base), it.subscripts[...])
        case .member(let it): return try member(it)
        case .update(let it): return try update(it)
        case .negation(let it): return try value(of: it.operand).mapped { .number(-(try $0.number)) }
        case .arithmetic(let it): return try arithmetic(it)
        case .comparison(let it): return try comparison(it)
        case .membership(let it): return .truth(try membership(it))
        case .not(let it): return try value(of: it.operand).mapped { .truth(!(try $0.truth)) }
        case .logic(let it): return try logic(it)
        case .implication(let it):
            return try Value.joined([value(of: it.premise), value(of: it.conclusion)]) {
                .truth(try !$0[0].truth || $0[1].truth)
            }
        case .string, .regex, .containment, .missing: throw Undecided.unknown("text")
        }
    }

    private func block(_ lets: ArraySlice<Let>, _ result: Expression) throws -> Value {
        guard let first = lets.first else { return try value(of: result) }
        return try with(first.pattern, value(of: first.value)) { try block(lets.dropFirst(), result) }
    }

    private func conditional(_ it: Conditional) throws -> Value {
        let condition = try value(of: it.condition)
        if case .truth(let truth) = condition { return try value(of: truth ? it.consequence : it.alternative) }
        return try Value.joined([condition, value(of: it.consequence), value(of: it.alternative)]) {
            try $0[0].truth ? $0[1] : $0[2]
        }
    }

    /// An index that leaves its dimension means the nearest entry.
    private func index(_ value: Value, _ subscripts: ArraySlice<Subscript>) throws -> Value {
        guard let first = subscripts.first else { return value }
        let (entries, rest) = (try value.entries, subscripts.dropFirst())
        switch first {
        case .at(let expression):
            let place = min(max(try self.value(of: expression).number, 0), Double(entries.count - 1))
            return try index(entries[Int(place)], rest)
        case .range(let lower, let upper, _):
            let first = try lower.map { Int(try self.value(of: $0).number) } ?? 0
            let last = try upper.map { Int(try self.value(of: $0).number) } ?? entries.count - 1
            return .list(try entries[first...last].map { try index($0, rest) })
        }
    }

    private func member(_ it: Member) throws -> Value {
        if case .name(let name) = it.base, let cases = enums[name.text], let place = cases.firstIndex(of: it.name.text)
        {
            return .number(Double(place))
        }
        return try member(it.name.text, of: value(of: it.base))
    }

    private func member(_ name: String, of value: Value) throws -> Value {
        switch value {
        case .list(let entries), .sequence(_, let entries): return .list(try entries.map { try member(name, of: $0) })
        case .record(let fields):
            if let field = fields.first(where: { $0.name == name }) { return field.value }
            fallthrough
        default: throw Undecided.unknown("there is no field \(name)")
        }
    }

    private func update(_ it: Update) throws -> Value {
        guard case .record(var fields) = try value(of: it.base) else { throw Undecided.unknown("no record") }
        for change in it.fields {
            for place in fields.indices where fields[place].name == change.name.text {
                fields[place].value = try value(of: change.value)
            }
        }
        return .record(fields)
    }

    private func arithmetic(_ it: Arithmetic) throws -> Value {
        try Value.joined([value(of: it.left), value(of: it.right)]) {
            let (a, b) = (try $0[0].number, try $0[1].number)
            let result: Double
            switch it.operation {
            case .add: result = a + b
            case .subtract: result = a - b
            case .multiply: result = a * b
            case .divide: result = a / b
            case .join: throw Undecided.unknown("text")
            }
            // Beyond these, sums and products depend on their order.
            guard !result.isFinite || abs(result) < 0x1p50 else { throw Undecided.inexact }
            return .number(result)
        }
    }

    private func comparison(_ it: Comparison) throws -> Value {
        var (left, parts) = (try value(of: it.first), [Value]())
        for link in it.links {
            let right = try value(of: link.operand)
            parts.append(try Value.joined([left, right]) { .truth(try link.operation.holds($0[0], $0[1])) })
            left = right
        }
        return try Value.joined(parts) { .truth(try $0.allSatisfy { try $0.truth }) }
    }

    private func membership(_ it: Membership) throws -> Bool {
        let value = try value(of: it.value)
        switch it.range {
        case .interval(let interval):
            let inside = try Value.joined([value, self.value(of: interval.lower), self.value(of: interval.upper)]) {
                .truth(try $0[1].number <= $0[0].number && $0[0].number <= $0[2].number)
            }
            return try inside.scalars.allSatisfy { try $0.truth }
        case .set(let set):
            let members = try set.elements.map { try self.value(of: $0) }
            return value.scalars.allSatisfy { members.contains($0) }
        }
    }

    private func logic(_ it: Logic) throws -> Value {
        let settling = Value.truth(it.operation == .or)
        var values: [Value] = []
        for operand in it.operands {
            values.append(try value(of: operand))
            if values == [settling] { return settling }
            if values.count > 1, values.last == settling, values.allSatisfy({ $0.scalars == [$0] }) { return settling }
        }
        return try Value.joined(values) {
            let truths = try $0.map { try $0.truth }
            return .truth(it.operation == .and ? !truths.contains(false) : truths.contains(true))
        }
    }

    // MARK: - What ranges over values

    private func quantified(_ it: Quantified) throws -> Bool {
        let isForall = it.quantifier == .forall
        var result = isForall
        try forEach(it.binders.flatMap(\.separated)[...]) {
            result = try truth(of: it.body)
            return result == isForall
        }
        return result
    }

    private func entries(_ binders: ArraySlice<Binder>, _ body: Expression) throws -> [Value] {
        guard let first = binders.first else { return [] }
        var entries: [Value] = []
        try forEach([first]) {
            let isLast = binders.count == 1
            entries.append(isLast ? try value(of: body) : .list(try self.entries(binders.dropFirst(), body)))
            return true
        }
        return entries
    }

    private func aggregate(_ it: Aggregate) throws -> Value {
        var values: [Value] = []
        try forEach(it.binders.flatMap(\.separated)[...]) {
            values.append(try value(of: it.body))
            return true
        }
        switch it.function.text {
        case "all": return .truth(try values.allSatisfy { try $0.truth })
        case "any": return .truth(try values.contains { try $0.truth })
        case "count": return .number(try values.reduce(0) { $0 + (try $1.number) })
        case "rate": return try builtin("mean", [.list(values)])
        case "median" where values.isEmpty, "quantile" where values.isEmpty: throw Undecided.notANumber
        default: return try builtin(it.function.text, [.list(values)] + it.arguments.map { try value(of: $0.value) })
        }
    }

    private func call(_ it: Call) throws -> Value {
        guard case .name(let name) = it.callee else { throw Undecided.unknown("a call") }
        if let steps = try steps(name.text, it) { return steps }
        guard let function = functions[name.text] else {
            var (plain, options) = ([Value](), [String: Value]())
            for argument in it.arguments {
                let value = try value(of: argument.value)
                if let label = argument.label { options[label.text] = value } else { plain.append(value) }
            }
            return try builtin(name.text, plain, options)
        }
        var locals: [(String, Value)] = []
        for (place, argument) in it.arguments.enumerated() {
            locals.append((argument.label?.text ?? function.parameters[place].name.text, try value(of: argument.value)))
        }
        return try apply(function, locals)
    }

    func apply(_ function: FuncDeclaration, _ locals: [(String, Value)]) throws -> Value {
        try apart(sizes(of: function, locals) + locals) { try value(of: function.body) }
    }

    /// What the dimensions of a function's parameters name: `n` in `x: Tensor[n]`.
    private func sizes(of function: FuncDeclaration, _ locals: [(String, Value)]) throws -> [(String, Value)] {
        try function.parameters.flatMap { parameter -> [(String, Value)] in
            guard case .named(let named) = parameter.type.base, case .at(.name(let size))? = named.dimensions?.first,
                enums[size.text] == nil, let value = locals.first(where: { $0.0 == parameter.name.text })?.1
            else { return [] }
            return [(size.text, .number(Double(try value.entries.count)))]
        }
    }
}

extension Value {
    fileprivate var isTruth: Bool { if case .truth = self { true } else { false } }
}

extension Comparison.Operator {
    func holds(_ left: Value, _ right: Value) throws -> Bool {
        if case .truth = left { return (try left.truth == right.truth) == (self == .equal) }
        let (a, b) = (try left.number, try right.number)
        return switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        }
    }
}
