/// Goes once through all boxes of a union, a few points in each, so that no box waits for the others.
package struct Survey: Strategy {
    package let name = "every box"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        outset.space.boxes.count > 1 ? SurveyRun(outset.space) : nil
    }
}

private final class SurveyRun: Run {
    private(set) var frame: Frame
    private var first = 0
    private let space: Space
    /// Points per box: as many as fill a tile where boxes are few.
    private let share: Int

    init(_ space: Space) {
        self.space = space
        share = max(1, space.lanes / space.boxes.count)
        frame = Frame(space, boxes: Array(repeating: 0, count: space.lanes))
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard first < space.boxes.count else { return nil }
        let boxes = (0..<frame.lanes).map { min(first + $0 / share, space.boxes.count - 1) }
        first += frame.lanes / share
        frame = Frame(space, boxes: boxes)
        frame.fillUniform(tile.points, &random)
        for lane in stride(from: 0, to: frame.lanes, by: share) {  // the first of each box is its middle
            for row in frame.active { tile.points[row * frame.lanes + lane] = frame.between(row, lane, 0.5) }
        }
        return .margins
    }

    func observe(_ tile: Tile) {}
}
