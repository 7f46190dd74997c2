/// The bounds of each lane of a tile: every lane is confined to one box of the space, and lanes may differ.
package final class Frame: @unchecked Sendable {
    package let space: Space
    /// The box of each lane.
    package let boxes: [Int]
    package let lanes: Int
    /// `[dimension][lanes]`
    package let lower: UnsafeMutablePointer<Double>
    package let upper: UnsafeMutablePointer<Double>
    /// The coordinates that may vary in at least one lane, in order.
    package let active: [Int]

    package init(_ space: Space, boxes: [Int]) {
        precondition(boxes.count == space.lanes, "a frame needs a box for every lane")
        lanes = space.lanes
        let size = space.dimension * lanes
        let lower = UnsafeMutablePointer<Double>.allocate(capacity: size)
        let upper = UnsafeMutablePointer<Double>.allocate(capacity: size)
        let places = boxes.map { space.boxes[$0] }
        let isOne = boxes.allSatisfy { $0 == boxes[0] }
        for row in 0..<space.dimension {
            if isOne {
                (lower + row * lanes).initialize(repeating: places[0].lower[row], count: lanes)
                (upper + row * lanes).initialize(repeating: places[0].upper[row], count: lanes)
            } else {
                for (lane, box) in places.enumerated() {
                    (lower + row * lanes + lane).initialize(to: box.lower[row])
                    (upper + row * lanes + lane).initialize(to: box.upper[row])
                }
            }
        }
        self.space = space
        self.boxes = boxes
        self.lower = lower
        self.upper = upper
        let used = Set(boxes).map { space.boxes[$0] }
        active = (0..<space.dimension).filter { row in used.contains { $0.lower[row] < $0.upper[row] } }
    }

    deinit {
        lower.deallocate()
        upper.deallocate()
    }

    /// The width of each lane's box along a coordinate, finite.
    @inline(__always)
    func span(_ row: Int, _ lane: Int) -> Double {
        let index = row * lanes + lane
        return min(upper[index] - lower[index], Double.greatestFiniteMagnitude)
    }

    /// Moves every number of `points` to the nearest one that its coordinate may hold, whatever other coordinates bound it by
    /// included; NaN becomes the lower bound.
    package func snap(_ points: UnsafeMutablePointer<Double>) {
        for row in 0..<space.dimension {
            let offset = row * lanes
            let values = points + offset
            switch space.kinds[row] {
            case .real64: break
            case .real32: for lane in 0..<lanes { values[lane] = Double(Float(values[lane])) }
            case .integer, .category:
                for lane in 0..<lanes { values[lane] = values[lane].rounded(.toNearestOrEven) }
            }
            Self.clamp(values, lower + offset, upper + offset, lanes)
        }
        space.dependence?.fit(points, self, .clamped)
    }

    @inline(__always)
    static func clamp(
        _ values: UnsafeMutablePointer<Double>, _ lower: UnsafeMutablePointer<Double>,
        _ upper: UnsafeMutablePointer<Double>, _ lanes: Int
    ) {
        for lane in 0..<lanes {
            let low = values[lane] > lower[lane] ? values[lane] : lower[lane]
            values[lane] = low < upper[lane] ? low : upper[lane]
        }
    }

    /// The value at `fraction` of the way from the lower to the upper bound; widths beyond the largest number are fine.
    @inline(__always)
    func between(_ row: Int, _ lane: Int, _ fraction: Double) -> Double {
        let index = row * lanes + lane
        return lower[index] * (1 - fraction) + upper[index] * fraction
    }
}
