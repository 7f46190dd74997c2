/// A value of Say. Numbers are Float64, whether Int or Real; an enum's case is its position; a tensor is its entries, nested.
indirect enum Value: Equatable {
    case number(Double)
    case truth(Bool)
    case list([Value])
    /// Records as many as there can be, of which the first `length` count.
    case sequence(length: Int, [Value])
    case record([Field])

    struct Field: Equatable {
        let name: String
        var value: Value
    }

    var number: Double {
        get throws {
            switch self {
            case .number(let number) where number.isNaN: throw Undecided.notANumber
            case .number(let number): number
            case .truth(let truth): truth ? 1 : 0
            case .list, .sequence, .record: throw Undecided.unknown("a number was expected")
            }
        }
    }

    var truth: Bool {
        get throws {
            guard case .truth(let truth) = self else { throw Undecided.unknown("a truth value was expected") }
            return truth
        }
    }

    var entries: [Value] {
        get throws {
            switch self {
            case .list(let entries): return entries
            case .sequence(let length, let entries): return Array(entries.prefix(length))
            default: throw Undecided.unknown("a tensor was expected")
            }
        }
    }

    /// All numbers or truth values of a tensor, row by row; of a record, field by field.
    var scalars: [Value] {
        switch self {
        case .number, .truth: [self]
        case .list(let entries), .sequence(_, let entries): entries.flatMap(\.scalars)
        case .record(let fields): fields.flatMap(\.value.scalars)
        }
    }

    /// The parts that a report shows apart: the fields of records, each under its dotted name, of sequences as columns.
    func leaves(named name: String) -> [String: [Value]] {
        switch self {
        case .record(let fields):
            return fields.reduce(into: [:]) { leaves, field in
                leaves.merge(field.value.leaves(named: "\(name).\(field.name)")) { first, _ in first }
            }
        case .sequence(let length, let entries):
            let columns = Value.list(entries).leaves(named: name)
            return columns.merging(["\(name).length": [.number(Double(length))]]) { first, _ in first }
        case .list(let entries):
            guard case .record? = entries.first else { return [name: scalars] }
            return entries.reduce(into: [:]) { leaves, entry in
                leaves.merge(entry.leaves(named: name), uniquingKeysWith: +)
            }
        default: return [name: scalars]
        }
    }

    private var rank: Int { if case .list(let entries) = self { 1 + (entries.first?.rank ?? 0) } else { 0 } }

    func mapped(_ change: (Value) throws -> Value) rethrows -> Value {
        guard case .list(let entries) = self else { return try change(self) }
        return .list(try entries.map { try $0.mapped(change) })
    }

    /// Element by element, as NumPy broadcasts: dimensions meet from the last one on, and one of size 1 is repeated.
    static func joined(_ values: [Value], _ join: ([Value]) throws -> Value) throws -> Value {
        let rank = values.map(\.rank).max() ?? 0
        guard rank > 0 else { return try join(values) }
        let deep = try values.filter { $0.rank == rank }.map { try $0.entries }
        let count = deep.map(\.count).max() ?? 0
        guard deep.allSatisfy({ $0.count == count || $0.count == 1 }) else { throw Undecided.unknown("sizes differ") }
        return .list(
            try (0..<count).map { place in
                let parts = try values.map { value in
                    guard value.rank == rank else { return value }
                    let entries = try value.entries
                    return entries[entries.count == 1 ? 0 : place]
                }
                return try joined(parts, join)
            })
    }
}

/// Why a spec has no truth here.
enum Undecided: Error, CustomStringConvertible {
    /// It has a part that this evaluator does not know, or that has no such type.
    case unknown(String)
    /// A number that is none came up: what a comparison with it says is a matter of its own.
    case notANumber
    /// A number came up that rounding may have made another, and on which a truth would rest.
    case inexact
    /// More steps than were allowed.
    case long

    var description: String {
        switch self {
        case .unknown(let what): what
        case .notANumber: "not a number"
        case .inexact: "inexact"
        case .long: "too many steps"
        }
    }
}
