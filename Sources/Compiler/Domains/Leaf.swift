import Checker
import Search

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
    /// The variable's id and the record fields on the way to the leaf.
    let variable: Int
    let path: [Int]

    package var isImage: Bool {
        if case .tensor(let tensor) = type { tensor.isImage } else { false }
    }
}

/// The bounds of all leaves, while the space is being narrowed.
struct LeafBounds {
    var leaves: [Leaf] = []
    var kinds: [CoordinateKind] = []
    var lower: [Double] = []
    var upper: [Double] = []

    init(_ variables: [QuantifiedVariable], rowCounts: [Int]) {
        for variable in variables {
            append(variable.domain, named: variable.name, unit: nil, of: variable.id, path: [], rowCounts)
        }
    }

    init(_ leaves: [Leaf], kinds: [CoordinateKind], lower: [Double], upper: [Double]) {
        (self.leaves, self.kinds, self.lower, self.upper) = (leaves, kinds, lower, upper)
    }

    private mutating func append(
        _ domain: Domain, named name: String, unit: String?, of variable: Int, path: [Int], _ rowCounts: [Int]
    ) {
        let start = kinds.count
        var table: Int?
        var values: [Double]?
        switch domain {
        case .real(let low, let high): append(.real64, low, high)
        case .integer(let low, let high): append(.integer, Double(low), Double(high))
        case .bool: append(.category, 0, 1)
        case .enumeration(let type): append(.category, 0, Double(type.cases.count - 1))
        case .set(_, let listed):
            values = listed
            append(.category, 0, Double(listed.count - 1))
        case .row(let index, _):
            table = index
            append(.category, 0, Double(rowCounts[index] - 1))
        case .tensor(let type, let low, let high):
            for place in 0..<type.count { append(type.kind, low.entry(place), high.entry(place)) }
        case .record(let record, let domains):
            for (index, (field, domain)) in zip(record.fields, domains).enumerated() {
                append(
                    domain, named: "\(name).\(field.name)", unit: field.unit, of: variable, path: path + [index],
                    rowCounts)
            }
            return
        }
        leaves.append(
            Leaf(
                name: name, type: domain.type, unit: unit, coordinates: start..<kinds.count, table: table,
                values: values, variable: variable, path: path))
    }

    private mutating func append(_ kind: CoordinateKind, _ low: Double, _ high: Double) {
        kinds.append(kind)
        lower.append(low)
        upper.append(high)
    }

    func leaf(of variable: Int, path: [Int]) -> Leaf? { leaves.first { $0.variable == variable && $0.path == path } }
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
}
