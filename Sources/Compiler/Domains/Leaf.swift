import Checker
import Search
import Tensors
import Texts

/// One leaf of a quantified variable: a run of coordinates with a name, a type and a unit.
package struct Leaf: Sendable {
    /// As in the spec, dotted: `e.rho`.
    package let name: String
    package let type: SayType
    package let unit: String?
    package let coordinates: Range<Int>
    /// The table, where the leaf is the number of one of its rows.
    package let table: Int?
    /// The values of a set, where the leaf is the place of one of them.
    package let values: [Double]?
    /// Which texts there are, where the leaf is one: its coordinates are a generator's choices, or the number of a line.
    package var texts: TextDomain?
    /// The lines' code points.
    var lines: Tensor?
    /// The variable's id and the record fields on the way to the leaf.
    let variable: Int
    let path: [Int]
    /// Where the leaf says whether a number is missing, or is that number: the name of the number.
    package var optional: String?

}

/// The bounds of all leaves, while the space is being narrowed.
struct LeafBounds {
    var leaves: [Leaf] = []
    var kinds: [CoordinateKind] = []
    var lower: [Double] = []
    var upper: [Double] = []
    /// The place of each leaf among `leaves`.
    private var places: [Path: Int] = [:]

    struct Path: Hashable {
        let variable: Int
        let fields: [Int]
    }

    init(_ variables: [QuantifiedVariable], rowCounts: [Int]) {
        for variable in variables {
            append(variable.domain, named: variable.name, unit: nil, of: variable.id, path: [], rowCounts)
        }
    }

    init(_ leaves: [Leaf], kinds: [CoordinateKind], lower: [Double], upper: [Double]) {
        (self.leaves, self.kinds, self.lower, self.upper) = (leaves, kinds, lower, upper)
        for (index, leaf) in leaves.enumerated() { places[Path(variable: leaf.variable, fields: leaf.path)] = index }
    }

    private mutating func append(
        _ domain: Domain, named name: String, unit: String?, of variable: Int, path: [Int], _ rowCounts: [Int]
    ) {
        let start = kinds.count
        var table: Int?
        var values: [Double]?
        var texts: TextDomain?
        switch domain {
        case .real(let low, let high): append(.real64, low, high)
        case .integer(let low, let high): append(.integer, Double(low), Double(high))
        case .bool: append(.category, 0, 1)
        case .enumeration(let type): append(.category, 0, Double(type.cases.count - 1))
        case .set(_, let listed):
            values = listed
            append(.category, 0, Double(listed.count - 1))
        case .text(.generated(let generator)):
            texts = .generated(generator)
            for _ in 0..<generator.width { append(.integer, 0, Double(generator.bound - 1)) }
        case .text(.tokens(let tokens)):
            texts = .tokens(tokens)
            append(.integer, 0, Double(tokens.count.count - 1))
            for _ in 1..<tokens.width { append(.category, 0, Double(tokens.model.plainTokenCount - 1)) }
        case .text(.lines(let index, let most)):
            texts = .lines(table: index, most: most)
            append(.category, 0, Double(rowCounts[index] - 1))
        case .row(let index, _):
            table = index
            append(.category, 0, Double(rowCounts[index] - 1))
        case .tensor(let type, let low, let high):
            kinds += repeatElement(type.kind, count: type.count)
            lower += low.entries(type.count)
            upper += high.entries(type.count)
        case .record(let record, let domains):
            let first = leaves.count
            defer { if record.isOptional { for index in leaves.indices[first...] { leaves[index].optional = name } } }
            for (index, (field, domain)) in zip(record.fields, domains).enumerated() {
                append(
                    domain, named: "\(name).\(field.name)", unit: field.unit, of: variable, path: path + [index],
                    rowCounts)
            }
            return
        }
        places[Path(variable: variable, fields: path)] = leaves.count
        leaves.append(
            Leaf(
                name: name, type: domain.type, unit: unit, coordinates: start..<kinds.count, table: table,
                values: values, texts: texts, variable: variable, path: path))
    }

    private mutating func append(_ kind: CoordinateKind, _ low: Double, _ high: Double) {
        kinds.append(kind)
        lower.append(low)
        upper.append(high)
    }

    func index(of variable: Int, path: [Int]) -> Int? { places[Path(variable: variable, fields: path)] }

    /// Between which whole numbers each coordinate lies; nil where one is no whole number, or has no value.
    var wholeNumbers: [ClosedRange<Int>]? {
        var ranges: [ClosedRange<Int>] = []
        for place in kinds.indices {
            guard kinds[place] == .integer || kinds[place] == .category, lower[place] <= upper[place] else {
                return nil
            }
            ranges.append(Int(lower[place])...Int(upper[place]))
        }
        return ranges
    }

    func leaf(of variable: Int, path: [Int]) -> Leaf? { index(of: variable, path: path).map { leaves[$0] } }
}

extension SayType.Tensor {
    var count: Int { dimensions.reduce(1) { $0 * $1.size } }

    fileprivate var kind: CoordinateKind {
        switch element {
        case .real: .real64
        case .int: .integer
        case .bool, .enumeration: .category
        }
    }
}

extension [Double] {
    /// Of bounds that hold one value per element, or one for all.
    func entry(_ place: Int) -> Double { count == 1 ? self[0] : self[place] }

    /// All of them, one per element.
    fileprivate func entries(_ count: Int) -> [Double] {
        self.count == 1 ? Array(repeating: self[0], count: count) : Array(prefix(count))
    }
}
