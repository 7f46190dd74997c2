import Search

/// How a region is cut in two along one coordinate, whose kind says where it may be cut.
extension Region {
    /// Whether a coordinate holds more than one value.
    func isOpen(_ coordinate: Int) -> Bool { lower[coordinate] < upper[coordinate] }

    /// The two halves; nil where there is only one value left.
    func halves(along coordinate: Int, _ kind: CoordinateKind) -> (Region, Region)? {
        let (low, high) = (lower[coordinate], upper[coordinate])
        guard low < high else { return nil }
        let middle = 0.5 * low + 0.5 * high
        let cut: (below: Double, above: Double)
        switch kind {
        case .integer, .category: cut = (middle.rounded(.down), middle.rounded(.down) + 1)
        case .real32:
            let below = Float(middle)
            let start = Double(below) >= high ? below.nextDown : below
            cut = (Double(start), Double(start.nextUp))
        case .real64:
            let below = middle >= high ? high.nextDown : max(middle, low)
            cut = (below, below.nextUp)
        }
        var (first, second) = (self, self)
        first.upper[coordinate] = cut.below
        second.lower[coordinate] = cut.above
        (first.depth, second.depth) = (depth + 1, depth + 1)
        return (first, second)
    }
}
