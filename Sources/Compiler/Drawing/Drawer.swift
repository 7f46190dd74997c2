import Checker
import Search
import Statistics
import Tensors

/// Draws values for the coordinates of some variables.
///
/// Draw number i is a function of the key and i alone, so that it is the same whoever draws it, and with whatever others.
package struct Drawer: Sendable {
    /// One for each coordinate.
    package let distributions: [Distribution]
    /// What is not drawn but taken from rows: its coordinates, and the place of its first leaf among the variables'.
    private let taken: [(coordinates: Range<Int>, leaf: Int, rows: TakenRows)]

    /// Coordinates of variables without a distribution are drawn evenly between their bounds.
    init(_ variables: [QuantifiedVariable], _ bounds: LeafBounds, taking rows: [TakenRows] = []) {
        let own = Set(variables.map(\.id))
        let leaves = bounds.leaves.filter { own.contains($0.variable) }
        let start = leaves.first?.coordinates.lowerBound ?? 0
        taken = rows.compactMap { rows in
            let places = leaves.indices.filter { leaves[$0].variable == rows.variable }
            guard let first = places.first, let last = places.last else { return nil }
            let end = leaves[last].coordinates.upperBound
            return (leaves[first].coordinates.lowerBound - start..<end - start, first, rows)
        }
        let given = Dictionary(
            variables.map { ($0.id, $0.distributions) }, uniquingKeysWith: { first, _ in first })
        distributions = bounds.leaves.flatMap { leaf -> [Distribution] in
            guard let own = given[leaf.variable] else { return [] }
            guard own.isEmpty else {
                return leaf.coordinates.indices.map { own[own.count == 1 ? 0 : $0 - leaf.coordinates.lowerBound] }
            }
            return leaf.coordinates.map { place in
                let (low, high) = (bounds.lower[place], bounds.upper[place])
                return switch bounds.kinds[place] {
                case .real64, .real32: .uniform(low: low, high: high)
                case .integer, .category: .whole(low: Int(low), high: Int(high))
                }
            }
        }
    }

    /// Passes each coordinate that is drawn, and its value in draw `number`.
    package func draw(_ number: Int, key: UInt64, _ take: (_ coordinate: Int, _ value: Double) -> Void) {
        var random = Random(seed: key, stream: number)
        var coordinate = 0
        func draw(upTo end: Int) {
            while coordinate < end {
                take(coordinate, distributions[coordinate].value(random.next()))
                coordinate += 1
            }
        }
        for (coordinates, _, _) in taken {
            draw(upTo: coordinates.lowerBound)
            coordinate = coordinates.upperBound
        }
        draw(upTo: distributions.count)
    }

    /// By the place of a leaf among the variables': the numbers that it takes in some draws, one draw after another.
    func taken(in draws: Range<Int>) throws(ShapeError) -> [Int: [Double]] {
        var found: [Int: [Double]] = [:]
        for (_, leaf, rows) in taken {
            for (index, column) in rows.columns.enumerated() {
                found[leaf + index] = try column.rows(Array(rows.places[draws])).doubles
            }
        }
        return found
    }
}

/// Rows of a table that stand for the draws of a variable, one for each draw.
struct TakenRows: Sendable {
    /// By its id; a record of the columns.
    let variable: Int
    let columns: [Tensor]
    let places: [Int]
}

extension LeafBounds {
    /// Narrows what distributions draw to what they ever give.
    mutating func narrow(_ variables: [QuantifiedVariable]) {
        for (place, distribution) in drawn(variables) {
            let extent = distribution.extent
            lower[place] = max(lower[place], extent.lowerBound)
            upper[place] = min(upper[place], extent.upperBound)
        }
    }

    /// The simplest value of each coordinate; what is drawn around a middle has that.
    func references(_ variables: [QuantifiedVariable]) -> [Double] {
        var references = kinds.indices.map { reference($0) }
        for (place, distribution) in drawn(variables) {
            guard let middle = distribution.middle else { continue }
            references[place] = min(max(middle, lower[place]), upper[place])
        }
        return references
    }

    private func drawn(_ variables: [QuantifiedVariable]) -> [(place: Int, distribution: Distribution)] {
        let given = Dictionary(
            variables.map { ($0.id, $0.distributions) }, uniquingKeysWith: { first, _ in first })
        return leaves.flatMap { leaf -> [(place: Int, distribution: Distribution)] in
            guard let own = given[leaf.variable], !own.isEmpty else { return [] }
            return leaf.coordinates.map { ($0, own[own.count == 1 ? 0 : $0 - leaf.coordinates.lowerBound]) }
        }
    }
}
