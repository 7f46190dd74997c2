/// Starting points that the caller knows of: old failures, boxes left undecided by a prover, rows of data.
package struct Given: Strategy {
    package let name = "known points"
    private let points: [[Double]]

    package init(_ points: [[Double]]) {
        self.points = points
    }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        points.isEmpty ? nil : GivenRun(points, outset)
    }
}

private final class GivenRun: Run {
    private(set) var frame: Frame
    private var remaining: ArraySlice<[Double]>
    private let outset: Outset

    init(_ points: [[Double]], _ outset: Outset) {
        remaining = points[...]
        self.outset = outset
        frame = outset.frame(outset.boxes)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        let batch = remaining.prefix(frame.lanes)
        guard let last = batch.last else { return nil }
        remaining = remaining.dropFirst(batch.count)
        for lane in 0..<frame.lanes {
            tile.set(lane < batch.count ? batch[batch.startIndex + lane] : last, lane: lane)
        }
        if outset.whole == nil {
            let boxes = batch.map { outset.space.box(holding: $0) ?? 0 }
            frame = Frame(outset.space, boxes: boxes + Array(repeating: 0, count: frame.lanes - boxes.count))
        }
        tile.count = batch.count
        return .margins
    }

    func observe(_ tile: Tile) {}
}
