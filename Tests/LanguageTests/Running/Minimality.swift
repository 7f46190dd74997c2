import Syntax

/// Where a shrunk answer stands among all inputs that decide its property, in the documented order
/// (Sources/Search/Shrinking/Standing.swift), which is worked out here anew.
struct Minimality {
    private let question: Question
    private let variables: [(name: String, type: TypeExpression)]
    private let decisive: [Question.Decisive]

    struct Standing {
        let own, least: Place
        var isLeast: Bool { own == least }

        /// What the spec's measures and the number of changed places say is smaller.
        var objection: String? {
            (own.measures, own.changes) == (least.measures, least.changes)
                ? nil
                : "measures \(own.measures) with \(own.changes) changes, though \(least.measures) with \(least.changes) is there"
        }
    }

    /// What the order compares, first things first.
    struct Place: Equatable {
        let measures: [Double]
        let changes: Int
        let rest: [Double]

        var all: [Double] { measures + [Double(changes)] + rest }
    }

    init(_ question: Question) throws {
        self.question = question
        variables = question.variableTypes
        decisive = try question.decisive()
    }

    func standing(of example: Report.Example) throws -> Standing? {
        let values = example.values(question.evaluator)
        let sites = try sites()
        guard let own = decisive.first(where: { it in it.inputs.allSatisfy { values[$0] == $1 } }) else { return nil }
        let places = decisive.map { place($0, sites) }
        guard let least = places.min(by: { $0.all.lexicographicallyPrecedes($1.all) }) else { return nil }
        return Standing(own: place(own, sites), least: least)
    }

    // MARK: - The order

    /// One number of an input.
    private struct Site {
        let leaf: String
        let place: Int
        /// The values it may have, where they are told apart by their position only.
        var choices: [Value]?
        var lower: Double
        var upper: Double

        /// The simplest value.
        var reference: Double { choices == nil ? min(max(0, lower), upper) : 0 }
        var width: Double { upper > lower ? upper - lower : 1 }

        func number(_ inputs: [String: [Value]]) -> Double {
            guard let value = inputs[leaf]?[place] else { return .nan }
            if let choices { return choices.firstIndex(of: value).map(Double.init) ?? .nan }
            return (try? value.number) ?? .nan
        }
    }

    private func sites() throws -> [Site] {
        try variables.flatMap { variable -> [Site] in
            let values = try question.every(variable.name)
            return try sites(values, variable.name, variable.type)
        }
    }

    private func sites(_ values: [Value], _ name: String, _ type: TypeExpression) throws -> [Site] {
        guard let first = values.first else { return [] }
        if case .record(let fields) = first {
            return try fields.indices.flatMap { place -> [Site] in
                let parts = try values.map { value -> Value in
                    guard case .record(let fields) = value else { throw Undecided.unknown("no record") }
                    return fields[place].value
                }
                return try sites(
                    parts, "\(name).\(fields[place].name)", question.evaluator.type(of: fields[place].name, in: type))
            }
        }
        return try first.scalars.indices.map { place in
            let own = values.map { $0.scalars[place] }
            let numbers = try own.map { try $0.number }
            let (lower, upper) = (numbers.min() ?? 0, numbers.max() ?? 0)
            let choices = try question.evaluator.choices(of: type)
            return Site(
                leaf: name, place: place, choices: choices, lower: choices == nil ? lower : 0,
                upper: choices.map { Double($0.count - 1) } ?? upper)
        }
    }

    private func place(_ input: Question.Decisive, _ sites: [Site]) -> Place {
        let changed = sites.indices.filter { sites[$0].number(input.inputs) != sites[$0].reference }
        let numbers = changed.map { sites[$0].number(input.inputs) }
        func share(_ place: Int) -> Double {
            abs(numbers[place] - sites[changed[place]].reference) / sites[changed[place]].width
        }
        let familiar = Set(sites.map(\.reference) + [0, 1])
        let largest = changed.indices.filter { sites[changed[$0]].choices == nil }.map(share).max() ?? 0
        let digits = Set(numbers).reduce(0) { $0 + Self.digits($1) }
        let strangers = changed.indices.count {
            let site = sites[changed[$0]]
            return ![site.lower, site.upper].contains(numbers[$0]) && !familiar.contains(numbers[$0])
        }
        let distance = changed.indices.reduce(0) { $0 + share($1) }
        return Place(
            measures: input.measures.map(Self.bucket), changes: changed.count,
            rest: [Self.bucket(largest), Double(digits), Double(strangers), distance] + changed.map(Double.init)
                + numbers)
    }

    /// Equal where the first five binary digits are.
    private static func bucket(_ value: Double) -> Double {
        guard value != 0, value.isFinite, value != value.rounded() else { return value }
        let unit = Double(sign: .plus, exponent: value.exponent - 4, significand: 1)
        return (value / unit).rounded(.towardZero) * unit
    }

    /// Of a whole number, trailing zeros left out; 0 and 1 need none.
    private static func digits(_ value: Double) -> Int {
        guard value != 0, value != 1 else { return 0 }
        let text = String(Int(abs(value)))
        return text.reversed().drop { $0 == "0" }.count
    }
}

extension Evaluator {
    /// The values of a type that are told apart by their position only; nil for whole numbers.
    fileprivate func choices(of type: TypeExpression) throws -> [Value]? {
        if case .set? = type.range { return try values(of: type) }
        guard case .named(let named) = type.base else { return nil }
        if let declared = self.type(named: named.name.text) { return try choices(of: declared.type) }
        return named.name.text == "Bool" || enums[named.name.text] != nil ? try entries(of: named) : nil
    }

    fileprivate func type(of field: String, in type: TypeExpression) throws -> TypeExpression {
        switch type.base {
        case .named(let named):
            guard let declared = self.type(named: named.name.text) else { throw Undecided.unknown(named.name.text) }
            return try self.type(of: field, in: declared.type)
        case .record(let fields):
            guard let found = fields.first(where: { $0.name.text == field }) else { throw Undecided.unknown(field) }
            return found.type
        case .missing: throw Undecided.unknown("a type is missing")
        }
    }
}
