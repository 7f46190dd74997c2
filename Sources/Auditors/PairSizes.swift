import Glibc

/// What it takes to send inputs of one class to another, for all pairs: by rows a class of origin, by columns one to go to.
///
/// A pair stands out where it takes less than its row and its column let expect. Source: Tukey, "Exploratory data analysis",
/// 1977: a table as a sum of row and column effects, by medians (of logarithms here).
struct PairSizes {
    /// nil where nothing was found, and on the diagonal.
    let sizes: [[Double?]]

    /// The table hardly moves after so many.
    private static let rounds = 20

    /// How many times smaller than expected each is, as a logarithm.
    var residuals: [[Double?]] {
        var left = sizes.map { $0.map { $0.map { log(max($0, 1e-9)) } } }
        for _ in 0..<Self.rounds {
            for row in left.indices { shift(&left, left.indices.map { (row, $0) }) }
            for column in left.indices { shift(&left, left.indices.map { ($0, column) }) }
        }
        return left.map { $0.map { $0.map { -$0 } } }
    }

    private func shift(_ table: inout [[Double?]], _ places: [(row: Int, column: Int)]) {
        let middle = median(places.compactMap { table[$0.row][$0.column] })
        for (row, column) in places { table[row][column] = table[row][column].map { $0 - middle } }
    }
}
