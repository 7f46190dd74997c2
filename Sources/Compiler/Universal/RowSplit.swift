import Checker
import Search
import Tensors

/// Which rows of a table a search looks at, and which it leaves.
struct RowSplit: Sendable {
    let table: Int
    /// In the order in which they are looked at.
    let searched: [Int]
    /// The table of the unused rows, and their numbers there, in the order in which they are told.
    let unusedTable: Int
    private(set) var unused: [Int]

    /// Orders are drawn, so that neither depends on how a file was put together.
    init(_ table: Int, _ tables: [CheckedTable]) {
        self.table = table
        let order = Self.shuffled(tables[table].rowCount)
        let test = tables.indices.first { other in
            other != table && tables[other].name == "test" && tables[other].columns == tables[table].columns
        }
        if let test, tables[test].rowCount > 0 {
            (searched, unusedTable, unused) = (order, test, Self.shuffled(tables[test].rowCount))
        } else {
            searched = order.indices.filter { $0.isMultiple(of: 2) }.map { order[$0] }
            unusedTable = table
            unused = order.indices.filter { !$0.isMultiple(of: 2) }.map { order[$0] }
        }
    }

    /// Leaves out what another split, of the table of the unused rows, searches.
    mutating func exclude(searchedBy other: RowSplit) {
        let searched = Set(other.searched)
        unused.removeAll { searched.contains($0) }
    }

    /// The same in every run, and unlike any order that a file is likely to have.
    private static func shuffled(_ count: Int) -> [Int] {
        var (order, random) = (Array(0..<count), Random(seed: 0, stream: 0))
        random.shuffle(&order)
        return order
    }
}
