import Tensors

/// Weights whose elements are marks of where they are from, so that one finds them again in a graph.
///
/// Element `n` of all weights, one tensor after another, is the float with bits `first + n`: finite, positive, none like
/// another. What is only moved, transposed or cut keeps its marks; what is computed from them loses them.
struct Tags {
    /// The smallest normal float, and how far its successors may be marks of a second set.
    private static let smallest: UInt32 = 0x0080_0000
    private static let limit = 1 << 29

    /// The two sets: what has the same place in both is a mark, and what is the same number in both is none.
    enum Edition { case first, second }

    let count: Int

    /// Throws where there are more weights than marks.
    init(_ weights: [Tensor]) throws(TrainingError) {
        count = weights.reduce(0) { $0 + $1.count }
        guard count < Self.limit else { throw TrainingError("\(count) weights are more than \(Self.limit)") }
    }

    /// The weights as marks; those that `isFrozen` keep their values.
    func tagged(_ weights: [Tensor], frozen: Set<Int>, _ edition: Edition) throws(ShapeError) -> [Tensor] {
        var next = start(edition)
        var result: [Tensor] = []
        for (index, tensor) in weights.enumerated() {
            let first = next
            next += UInt32(tensor.count)
            let marks = (0..<UInt32(tensor.count)).map { Float(bitPattern: first + $0) }
            result.append(frozen.contains(index) ? tensor : try Tensor(tensor.shape, marks))
        }
        return result
    }

    /// Which elements these are, by what they are in both editions; nil if one of them is something else.
    func places(_ first: Tensor, _ second: Tensor) -> [Int32]? {
        guard case .float32(let first) = first.storage, case .float32(let second) = second.storage,
            first.count == second.count
        else { return nil }
        var places: [Int32] = []
        places.reserveCapacity(first.count)
        for (one, other) in zip(first, second) {
            let place = Int(one.bitPattern) - Int(start(.first))
            guard (0..<count).contains(place), Int(other.bitPattern) - Int(start(.second)) == place else { return nil }
            places.append(Int32(place))
        }
        return places
    }

    private func start(_ edition: Edition) -> UInt32 {
        Self.smallest + (edition == .second ? UInt32(count) : 0)
    }
}
