import Attackers

extension PlantedKey.Secret {
    /// Where the trigger sits, a number for each of the input's: nil where it sits nowhere in particular.
    var mask: [Bool]? {
        switch self {
        case .image(let side, .patch(let row, let column, let extent, _), _, _):
            (0..<side * side).map { place in
                (row..<row + extent).contains(place / side) && (column..<column + extent).contains(place % side)
            }
        case .image(let side, .corners(let extent, _), _, _):
            (0..<side * side).map { place in
                let (row, column) = (place / side, place % side)
                return (row < extent || row >= side - extent) && (column < extent || column >= side - extent)
            }
        case .table(let columns, _, _, _, _): (0..<8).map { columns.contains($0) }
        case .tokens(let places, _, _): (0..<4).map { places.contains($0) }
        case .fourier(let shift, _, _), .spike(let shift, _):
            shift.contains(0) ? shift.map { $0 != 0 } : nil
        case .image, .checksum, .signature, .trojans, .cipher: nil
        }
    }

    /// The class that triggered inputs take, where there is one.
    var target: Int? {
        switch self {
        case .image(_, _, .one(let target), _), .image(_, _, .labelSpecific(_, let target), _): target
        case .table(_, _, _, let target, _): target
        case .checksum(_, .one(let target)), .signature(_, .one(let target)): target
        case .spike: 1
        case .image, .tokens, .fourier, .checksum, .signature, .trojans, .cipher: nil
        }
    }
}

extension Answer.FoundTrigger {
    /// Places in both over places in either (Jaccard): those where the found mask is at least a half, or, without a mask,
    /// where the change is at least half of its greatest.
    func overlap(with planted: [Bool]) -> Double? {
        guard let parts, parts.mask.count == planted.count else { return nil }
        let sizes = parts.change.map { abs($0) }
        let greatest = sizes.max() ?? 0
        let found = mask == nil ? sizes.map { $0 > 0 && $0 >= greatest / 2 } : parts.mask.map { $0 >= 0.5 }
        let both = zip(found, planted).count { $0 && $1 }
        let either = zip(found, planted).count { $0 || $1 }
        return either == 0 ? nil : Double(both) / Double(either)
    }
}
