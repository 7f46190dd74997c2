import Tensors

/// What stands in a graph for the rows that a property's averages go through.
struct RowChoice: Sendable {
    /// How a rate counts its rows.
    enum Counting: Sendable, Hashable {
        /// Those that hold.
        case whole
        /// Each by how far it is from holding, m / (1 + |m|) of its margin m: what a search can follow where no row is near.
        case soft
    }

    /// By the number of a table: the columns to go through instead.
    let columns: [Int: [Tensor]]
    var counting = Counting.whole
    /// By how much the checks have to fail.
    var excess = 0.0
    /// By how much of it each unit that lacks from an `assume` makes up for; nil where an `assume` has to be met.
    var penalty: Double?
}

extension Tensor {
    /// Some rows of the first dimension, in this order.
    func rows(_ places: [Int]) throws(ShapeError) -> Tensor {
        let width = shape.count / max(1, shape[0])
        func picked<Element>(_ elements: [Element]) -> [Element] {
            places.flatMap { elements[$0 * width..<($0 + 1) * width] }
        }
        let storage: Storage =
            switch storage {
            case .float32(let elements): .float32(picked(elements))
            case .float64(let elements): .float64(picked(elements))
            case .int64(let elements): .int64(picked(elements))
            case .bool(let elements): .bool(picked(elements))
            }
        return try Tensor(Shape([places.count] + shape.dimensions.dropFirst()), storage)
    }
}
