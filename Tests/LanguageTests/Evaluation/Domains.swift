import Syntax

/// The values that types and binders have, in order.
extension Evaluator {
    /// Does `work` for each combination of values, the last binder changing fastest, until it returns false.
    @discardableResult
    func forEach(_ binders: ArraySlice<Binder>, _ work: () throws -> Bool) throws -> Bool {
        guard let binder = binders.first else { return try work() }
        guard binder.patterns.count == 1 else { return try forEach(binder.separated + binders.dropFirst(), work) }
        for value in try values(of: binder) {
            let goesOn = try with(binder.patterns[0], value) {
                if let condition = binder.condition, !(try truth(of: condition)) { return true }
                return try forEach(binders.dropFirst(), work)
            }
            guard goesOn else { return false }
        }
        return true
    }

    /// The interval of a type whose values are not all gone through.
    func interval(of type: TypeExpression) throws -> ClosedRange<Double>? {
        guard case .named(let named) = type.base, named.name.text == "Real", case .interval(let interval)? = type.range
        else {
            return nil
        }
        let (lower, upper) = (try value(of: interval.lower).number, try value(of: interval.upper).number)
        return lower <= upper ? lower...upper : nil
    }

    func values(of binder: Binder) throws -> [Value] {
        switch binder.domain {
        case .type(let type): try values(of: type)
        case .rows(let expression): try value(of: expression).entries
        case .lines, .inferred: throw Undecided.unknown("what it ranges over")
        }
    }

    func values(of type: TypeExpression) throws -> [Value] {
        switch type.range {
        case .interval(let interval)?:
            return try values(of: type, from: value(of: interval.lower).number, to: value(of: interval.upper).number)
        case .set(let set)?: return try set.elements.map { try value(of: $0) }
        case nil: return try values(of: type, from: nil, to: nil)
        }
    }

    private func values(of type: TypeExpression, from lower: Double?, to upper: Double?) throws -> [Value] {
        switch type.base {
        case .record(let fields): return try records(fields[...]).map { .record($0) }
        case .named(let named): return try values(of: named, over: type.vocabulary, from: lower, to: upper)
        case .missing: throw Undecided.unknown("a type is missing")
        }
    }

    private func values(
        of named: NamedType, over vocabulary: Expression?, from lower: Double?, to upper: Double?
    ) throws -> [Value] {
        if let declared = type(named: named.name.text) {
            let arguments = try zip(declared.parameters, named.arguments).map {
                ($0.name.text, try value(of: $1.value))
            }
            return try apart(arguments) {
                guard let length = named.dimensions?.first else { return try values(of: declared.type) }
                return try sequences(of: declared.type, length)
            }
        }
        let entries = try entries(of: named, over: vocabulary, from: lower, to: upper)
        return try tensors((named.dimensions ?? []).map { try size($0) }[...], of: entries)
    }

    /// The values of what stands before the dimensions.
    func entries(
        of named: NamedType, over vocabulary: Expression? = nil, from lower: Double? = nil, to upper: Double? = nil
    ) throws -> [Value] {
        switch named.name.text {
        case "Bool": return [.truth(false), .truth(true)]
        case "Int":
            guard let lower, let upper else { throw Undecided.unknown("an Int without bounds") }
            return Array(stride(from: lower.rounded(.up), through: upper, by: 1)).map { .number($0) }
        case "Real":
            guard let lower, let upper else { throw Undecided.unknown("a Real without bounds") }
            return lower <= upper ? reals(from: lower, to: upper) : []
        case "Tokens":
            let last = try vocabulary.map { try value(of: $0).number - 1 } ?? 0
            return stride(from: Swift.max(0, lower ?? 0), through: Swift.min(last, upper ?? last), by: 1)
                .map { .number($0) }
        default:
            guard let cases = enums[named.name.text] else { throw Undecided.unknown("type \(named.name.text)") }
            return cases.indices.map { .number(Double($0)) }
        }
    }

    /// Every length, with every column of each field; a column goes on to the greatest length.
    private func sequences(of entry: TypeExpression, _ length: Subscript) throws -> [Value] {
        guard case .record(let fields) = entry.base else { throw Undecided.unknown("a sequence of what is no record") }
        let lengths: ClosedRange<Int>
        switch length {
        case .at: lengths = try size(length)...size(length)
        case .range(let least?, let most?, _):
            lengths = Int(try value(of: least).number)...Int(try value(of: most).number)
        case .range: throw Undecided.unknown("a length")
        }
        let columns = try fields.reduce([[Value]]([[]])) { rows, field in
            let columns = tensors([lengths.upperBound], of: try values(of: field.type))
            return rows.flatMap { row in columns.map { row + [$0] } }
        }
        return try lengths.flatMap { count in
            try columns.map { columns in
                let entries = try (0..<lengths.upperBound).map { place in
                    Value.record(
                        try zip(fields, columns).map { .init(name: $0.name.text, value: try $1.entries[place]) })
                }
                return lengths.count == 1 ? .list(entries) : .sequence(length: count, entries)
            }
        }
    }

    /// The eighths of an interval, their sums and differences with local numbers, and a value between any two neighbours.
    private func reals(from lower: Double, to upper: Double) -> [Value] {
        var turns: Set = [lower, upper]
        for number in Set(numbers + [0]) {
            for eighth in -32...32 { turns.formUnion([Double(eighth) / 8 + number, Double(eighth) / 8 - number]) }
        }
        let inside = turns.filter { lower <= $0 && $0 <= upper }.sorted()
        return (inside + zip(inside, inside.dropFirst()).map { ($0 + $1) / 2 }).map { .number($0) }
    }

    private func size(_ subscript: Subscript) throws -> Int {
        guard case .at(let expression) = `subscript` else { throw Undecided.unknown("a dimension") }
        if case .name(let name) = expression, let cases = enums[name.text] { return cases.count }
        return Int(try value(of: expression).number)
    }

    private func tensors(_ shape: ArraySlice<Int>, of entries: [Value]) -> [Value] {
        guard let count = shape.first else { return entries }
        let rows = tensors(shape.dropFirst(), of: entries)
        let lists = (0..<count).reduce([[Value]]([[]])) { lists, _ in
            lists.flatMap { list in rows.map { list + [$0] } }
        }
        return lists.map { .list($0) }
    }

    private func records(_ fields: ArraySlice<Field>) throws -> [[Value.Field]] {
        guard let first = fields.first else { return [[]] }
        let rest = try records(fields.dropFirst())
        return try values(of: first.type).flatMap { value in
            rest.map { [Value.Field(name: first.name.text, value: value)] + $0 }
        }
    }
}
