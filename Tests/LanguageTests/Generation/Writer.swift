/// Writes well-typed expressions drawn by chance, as text; what it may name is in `scope`.
struct Writer {
    /// Types of values. Vectors are of Ints, flags of truth values.
    indirect enum Kind: Equatable {
        case int, real, bool
        case choice(Int)
        case vector(Int)
        case flags(Int)
        case record(Int)
        case choices(Int, Int)
        /// Of records: the least and the greatest length.
        case sequence(Int, Int, Int)
        /// A row of the data set.
        case row
    }

    struct Variable {
        let name: String
        let kind: Kind
        /// Of an Int whose bounds are plain to see.
        var range: ClosedRange<Int>?
    }

    struct Function {
        let name: String
        let parameters: [Variable]
        let result: Kind
    }

    /// What the declarations of the spec offer.
    struct Offer {
        /// The cases of each enum, and its name.
        var enums: [(name: String, cases: [String])] = []
        var records: [(name: String, fields: [Field])] = []
        var functions: [Function] = []
        var constants: [Variable] = []
        /// The data set.
        var table: String?
        /// A function of vectors of any size.
        var sized: String?
    }

    struct Field {
        let name: String
        let kind: Kind
        let type: String
        /// How many values the type has.
        let count: Int
    }

    var chance: Chance
    var offer = Offer()
    var scope: [Variable] = []
    /// How often what is being written is evaluated.
    var load = 1
    var mostLoad = 3000
    /// How many of a hundred binders go through many values.
    var wide = 0
    /// Constructs that were written, by name.
    var used: [String: Int] = [:]

    static let columns: [(name: String, kind: Kind)] = [("a", .int), ("b", .bool), ("c", .real)]

    private static let names = "a b c d e i j k m n p q r s t u v w x y z".split(separator: " ").map(String.init)

    init(_ chance: Chance) { self.chance = chance }

    /// A name that hides nothing.
    mutating func freshName() -> String {
        let taken = Set(scope.map(\.name))
        return chance.pick(Self.names.filter { !taken.contains($0) })
    }

    mutating func note(_ construct: String) { used[construct, default: 0] += 1 }

    mutating func expression(_ kind: Kind, _ depth: Int) -> String {
        if let shared = shared(kind, depth) { return shared }
        switch kind {
        case .int: return int(depth)
        case .real: return real(depth)
        case .bool: return bool(depth)
        case .choice(let index): return choice(index, depth)
        case .vector(let count): return vector(count, depth)
        case .flags(let count): return flags(count, depth)
        case .record(let index): return record(index, depth)
        case .choices(let index, let count):
            return "[" + (0..<count).map { _ in expression(.choice(index), depth - 1) }.joined(separator: ", ") + "]"
        case .sequence(let index, _, let count): return sequence(index, count, depth)
        case .row: return "\(offer.table ?? "")[\(expression(.int, depth - 1))]"
        }
    }

    // MARK: - What every kind has

    /// A name, a field, an `if`, a block, a call; nil where chance, or what there is, wants something else.
    private mutating func shared(_ kind: Kind, _ depth: Int) -> String? {
        if depth <= 0 || chance.happens(kind == .bool ? 8 : 30), let place = place(kind) { return place }
        guard depth > 0 else { return nil }
        switch chance.below(kind == .bool ? 23 : 17) {
        case 0:
            note("if")
            return
                "(if \(expression(.bool, depth - 1)) then \(expression(kind, depth - 1)) else \(expression(kind, depth - 1)))"
        case 1: return block(kind, depth)
        case 2, 3: return call(kind, depth)
        case 4, 5, 6: return steps(kind, depth)
        default: return nil
        }
    }

    /// Something in scope that is of the kind, or has a field that is.
    private mutating func place(_ kind: Kind) -> String? {
        var places: [String] = []
        for variable in scope + offer.constants {
            if variable.kind == kind { places += [variable.name, variable.name] }
            if kind == .real, variable.kind == .int { places.append(variable.name) }
            if case .vector(let count) = variable.kind, kind == .int {
                places.append("\(variable.name)[\(chance.below(count))]")
            }
            if variable.kind == .row, let field = Self.columns.first(where: { $0.kind == kind }) {
                places.append("\(variable.name).\(field.name)")
            }
            if case .flags(let count) = variable.kind, kind == .bool {
                places.append("\(variable.name)[\(chance.below(count))]")
            }
            if case .choices(let index, let count) = variable.kind, kind == .choice(index) {
                places.append("\(variable.name)[\(chance.below(count))]")
            }
            if case .sequence(let index, let least, let most) = variable.kind {
                places += entries(of: variable.name, index, least, most, kind)
            }
            if case .record(let index) = variable.kind {
                for field in offer.records[index].fields where field.kind == kind {
                    places.append("\(variable.name).\(field.name)")
                }
            }
        }
        return places.isEmpty ? nil : chance.pick(places)
    }

    private mutating func block(_ kind: Kind, _ depth: Int) -> String {
        note("block")
        let own: Kind = chance.pick([.int, .int, .bool, .real, .vector(2)])
        let value = expression(own, depth - 1)
        let name = freshName()
        scope.append(Variable(name: name, kind: own))
        defer { scope.removeLast() }
        return "{ let \(name) = \(value); \(expression(kind, depth - 1)) }"
    }

    private mutating func call(_ kind: Kind, _ depth: Int) -> String? {
        let fitting = offer.functions.filter { $0.result == kind }
        guard !fitting.isEmpty else { return nil }
        note("call")
        let function = chance.pick(fitting)
        let isLabelled = chance.happens(20)
        let arguments = function.parameters.map {
            (isLabelled ? "\($0.name): " : "") + expression($0.kind, depth - 1)
        }
        return "\(function.name)(\(arguments.joined(separator: ", ")))"
    }

    // MARK: - Binders

    /// Writes binders, and what stands under them; nil where they would be gone through too often.
    mutating func under(_ depth: Int, isFixed: Bool = false, _ work: (inout Writer) -> String) -> (
        binders: String, body: String
    )? {
        let (outer, outerLoad) = (scope, load)
        defer { (scope, load) = (outer, outerLoad) }
        var texts: [String] = []
        for _ in 0..<(chance.happens(30) ? 2 : 1) {
            guard let text = binder(depth, isFixed: isFixed) else { break }
            texts.append(text)
        }
        guard !texts.isEmpty else { return nil }
        return (texts.joined(separator: ", "), work(&self))
    }

    /// One binder, its names from then on in scope.
    mutating func binder(_ depth: Int, isFixed: Bool = false) -> String? {
        guard let drawn = isFixed ? interval() : domain() else { return nil }
        let isPair =
            !isFixed && chance.happens(15) && !drawn.type.hasPrefix("in ")
            && drawn.count * drawn.count * load <= mostLoad
        let count = isPair ? drawn.count * drawn.count : drawn.count
        guard count * load <= mostLoad else { return nil }
        load *= max(count, 1)
        if case .record(let index) = drawn.kind, chance.happens(25), !isFixed { return takenApart(index) }
        var names: [String] = []
        for _ in 0..<(isPair ? 2 : 1) {
            names.append(freshName())
            scope.append(Variable(name: names[names.count - 1], kind: drawn.kind, range: drawn.range))
        }
        if isPair { note("names together") }
        let head = names.joined(separator: ", ") + (drawn.type.hasPrefix("in ") ? " " : ": ") + drawn.type
        guard !isFixed, chance.happens(30) else { return head }
        note("where")
        return head + " where " + expression(.bool, min(depth, 1))
    }

    /// `{ f, g }: R`: the fields by their names, where those hide nothing.
    private mutating func takenApart(_ index: Int) -> String? {
        let record = offer.records[index]
        guard Set(scope.map(\.name)).isDisjoint(with: record.fields.map(\.name)) else { return nil }
        note("pattern")
        for field in record.fields { scope.append(Variable(name: field.name, kind: field.kind)) }
        return "{ \(record.fields.map(\.name).joined(separator: ", ")) }: \(record.name)"
    }

    struct Drawn {
        let type: String
        let kind: Kind
        let count: Int
        var range: ClosedRange<Int>?
    }

    /// An interval of Ints that is known.
    mutating func interval() -> Drawn {
        let lower = chance.pick([0, 0, 0, 1, -1, -2, 2])
        let upper = lower + chance.below(4)
        return Drawn(type: "Int in [\(lower), \(upper)]", kind: .int, count: upper - lower + 1, range: lower...upper)
    }

    mutating func domain() -> Drawn? {
        if chance.happens(wide) {
            note("many values")
            return chance.pick([
                Drawn(type: "Int in [-10, 89]", kind: .int, count: 100, range: -10...89),
                Drawn(type: "Tokens[3] over 6", kind: .vector(3), count: 216),
            ])
        }
        if chance.happens(15), let drawn = chance.happens(65) ? sequence() : tensor() { return drawn }
        if chance.happens(40), let drawn = entriesInScope() { return drawn }
        if let table = offer.table, chance.happens(10) {
            note("rows")
            return Drawn(type: "in \(table)", kind: .row, count: Rows.values.count)
        }
        switch chance.below(13) {
        case 0: return Drawn(type: "Bool", kind: .bool, count: 2)
        case 1 where !offer.enums.isEmpty:
            let index = chance.below(offer.enums.count)
            return Drawn(type: offer.enums[index].name, kind: .choice(index), count: offer.enums[index].cases.count)
        case 2 where !offer.enums.isEmpty:
            note("set of cases")
            let index = chance.below(offer.enums.count)
            let cases = offer.enums[index].cases.filter { _ in chance.happens(60) }
            guard !cases.isEmpty else { return nil }
            return Drawn(
                type: "\(offer.enums[index].name) in {\(cases.joined(separator: ", "))}", kind: .choice(index),
                count: cases.count)
        case 3:
            note("set of numbers")
            let members = [3, 0, -1, 5, 1].filter { _ in chance.happens(50) }
            guard !members.isEmpty else { return nil }
            if chance.happens(50) {
                return Drawn(
                    type: "Int in {\(list(members))}", kind: .int, count: members.count,
                    range: members.min()!...members.max()!)
            }
            let halves = members.map { "\(Double($0) / 2)" }.joined(separator: ", ")
            return Drawn(type: "Real in {\(halves)}", kind: .real, count: members.count)
        case 4:
            note("Tokens")
            let (count, size) = (chance.among(1...2), chance.among(1...3))
            return Drawn(
                type: "Tokens[\(count)] over \(size)", kind: .vector(count), count: count == 1 ? size : size * size)
        case 5 where !offer.records.isEmpty:
            note("record")
            let index = chance.below(offer.records.count)
            let record = offer.records[index]
            return Drawn(type: record.name, kind: .record(index), count: record.fields.reduce(1) { $0 * $1.count })
        case 6:
            note("entries")
            let count = chance.among(2...3)
            return Drawn(type: "in " + expression(.vector(count), 1), kind: .int, count: count)
        case 7, 8: return dependent() ?? interval()
        default: return interval()
        }
    }

    /// A range that depends on a variable.
    private mutating func dependent() -> Drawn? {
        let ints = scope.filter { $0.range != nil }
        guard !ints.isEmpty else { return nil }
        note("dependent range")
        let variable = chance.pick(ints)
        let range = variable.range!
        let shift = chance.pick([0, 0, 1, -1])
        let end =
            shift == 0 ? variable.name : shift > 0 ? "\(variable.name) + \(shift)" : "\(variable.name) - \(-shift)"
        if chance.happens(50) {
            let lower = min(chance.pick([0, 0, -1, 1]), range.upperBound + shift)
            let whole = lower...(range.upperBound + shift)
            return Drawn(type: "Int in [\(lower), \(end)]", kind: .int, count: whole.count, range: whole)
        }
        let upper = max(chance.pick([3, 2, 4]), range.lowerBound + shift)
        let whole = (range.lowerBound + shift)...upper
        return Drawn(type: "Int in [\(end), \(upper)]", kind: .int, count: whole.count, range: whole)
    }

    func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}
