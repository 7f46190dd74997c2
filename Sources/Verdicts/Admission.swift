import Compiler
import Search
import Terminal

/// How much of a trial's space, or of what is drawn, meets its `assume`s and the parts of `where` that bounds cannot say.
package struct Admission {
    private static let samples = 4096
    /// Where each may be a question to a black box.
    private static let askedSamples = 256

    package let trial: Trial

    package init(_ trial: Trial) { self.trial = trial }

    /// The share of samples, drawn as the search draws them, that are admitted, of as many as there is time for; nil where
    /// everything is.
    ///
    /// `end` is on the scale of `Clock.seconds()`.
    package func share(until end: Double = .infinity) -> Double? {
        guard let objective = trial.admission else { return nil }
        let (tile, pace) = (Tile(for: objective), Pace(until: end, clock: Clock.seconds))
        var random = Random(seed: 0)
        var (admitted, tried) = (0, 0)
        let samples = trial.isOpaque ? Self.askedSamples : Self.samples
        while tried < samples, tried == 0 || Clock.seconds() < end, !Interrupt.isRequested {
            tile.count = min(tile.lanes, samples - tried)
            if let drawer = trial.drawer {
                draw(tile, drawer, &random)
            } else {
                let box = random.below(trial.space.boxes.count)
                let frame = Frame(trial.space, boxes: Array(repeating: box, count: tile.lanes))
                frame.fillUniform(tile.points, &random)
                frame.snap(tile.points)
            }
            let judged = pace.evaluate(tile, .margins, by: objective, demand: tried == 0 ? .some : .none) {
                Interrupt.isRequested
            }
            guard judged > 0 else { break }
            for lane in 0..<judged where tile.margins[lane] < 0 { admitted += 1 }
            tried += judged
        }
        return tried == 0 ? 0 : Double(admitted) / Double(tried)
    }

    private func draw(_ tile: Tile, _ drawer: Drawer, _ random: inout Random) {
        let key = random.next()
        for lane in 0..<tile.lanes {
            drawer.draw(lane, key: key) { tile.points[$0 * tile.lanes + lane] = $1 }
        }
    }
}
