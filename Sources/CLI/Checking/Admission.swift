import Compiler
import Search

/// How much of a trial's space, or of what is drawn, meets its `assume`s and the parts of `where` that bounds cannot say.
struct Admission {
    private static let samples = 4096

    let trial: Trial

    init(_ trial: Trial) { self.trial = trial }

    /// The share of samples that are admitted, uniform ones where nothing is said of how they are drawn; nil where everything
    /// is.
    func share() -> Double? {
        guard let objective = trial.admission else { return nil }
        let tile = Tile(for: objective)
        var random = Random(seed: 0)
        var admitted = 0
        for _ in 0..<(Self.samples / tile.lanes) {
            tile.count = tile.lanes
            if let drawer = trial.drawer { fill(tile, drawer, &random) } else { fill(tile, &random) }
            objective.evaluate(tile, .margins)
            for lane in 0..<tile.lanes where tile.margins[lane] < 0 { admitted += 1 }
        }
        return Double(admitted) / Double(Self.samples)
    }

    private func fill(_ tile: Tile, _ drawer: Drawer, _ random: inout Random) {
        let key = random.next()
        for lane in 0..<tile.lanes {
            drawer.draw(lane, key: key) { tile.points[$0 * tile.lanes + lane] = $1 }
        }
    }

    private func fill(_ tile: Tile, _ random: inout Random) {
        let space = trial.space
        let box = space.boxes[random.below(space.boxes.count)]
        for place in 0..<space.dimension {
            let row = tile.points + place * tile.lanes
            random.fillUnit(row, count: tile.lanes)
            let (low, high) = (box.lower[place], box.upper[place])
            let isWhole = space.kinds[place] == .integer || space.kinds[place] == .category
            for lane in 0..<tile.lanes {
                let value =
                    isWhole ? (low + row[lane] * (high - low + 1)).rounded(.down) : low + row[lane] * (high - low)
                row[lane] = space.snapped(value, at: place, in: box)
            }
        }
    }
}
