/// Which boxes of a union get the next lanes: every box in turn, the promising ones more often.
struct Rota {
    private var margins: [Double]
    private var next = 0
    private let width: Int

    init(boxes: Int, lanes: Int) {
        width = lanes
        margins = Array(repeating: .infinity, count: boxes)
    }

    mutating func saw(_ margin: Double, in box: Int) {
        if margin < margins[box] { margins[box] = margin }
    }

    /// A box per lane: half of the lanes go through all boxes in turn, half to the eight with the best margins.
    mutating func lanes() -> [Int] {
        guard margins.count > 1 else { return Array(repeating: 0, count: width) }
        let promising = best(8)
        return (0..<width).map { lane in
            if lane % 2 == 0 { return promising[lane / 2 % promising.count] }
            next = (next + 1) % margins.count
            return next
        }
    }

    private func best(_ count: Int) -> [Int] {
        Array(margins.indices.sorted { (margins[$0], $0) < (margins[$1], $1) }.prefix(count))
    }
}
