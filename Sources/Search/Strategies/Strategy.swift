/// A way of looking for small margins. One strategy, one file.
///
/// A strategy holds no state: what it remembers is in the runs that it starts, and the portfolio alone evaluates.
package protocol Strategy: Sendable {
    /// One lower-case phrase, as shown to the user.
    var name: String { get }
    /// Begins a run, or nil where there is nothing for this strategy to do: no gradient, nothing to start from.
    func start(_ outset: Outset, _ random: inout Random) -> (any Run)?
}

/// A strategy at work: a state machine over tiles, driven by one thread at a time.
package protocol Run: AnyObject {
    /// The bounds that the proposals of the last `next` are brought into.
    var frame: Frame { get }
    /// Fills the points of all lanes and says what it wants to read; nil when the run is over. Points need not be
    /// on the grid or inside the frame: they are snapped before they are evaluated. May lower `tile.count`, which is the number of lanes.
    func next(_ tile: Tile, _ random: inout Random) -> Reading?
    /// Learns from the tile that it filled, evaluated at the snapped points. Lanes from `tile.count` on hold nothing.
    func observe(_ tile: Tile)
}

/// One of the best points so far.
package struct Elite: Sendable {
    package let point: [Double]
    package let margin: Double
    package let box: Int
    /// What the models answered, in short; nil where that was not read.
    package let signature: Signature?
}

/// What a run starts from.
package struct Outset: Sendable {
    package let space: Space
    package let hasGradient: Bool
    package let outputCount: Int
    /// The boxes worth looking at now, one per lane.
    package let boxes: [Int]
    /// The best points so far, best first.
    package let elites: [Elite]
    /// How many runs of this strategy came before: later runs may take longer.
    package let turn: Int
    /// The frame of a space with one box, made once.
    package let whole: Frame?

    /// The bounds of lanes in these boxes.
    func frame(_ boxes: [Int]) -> Frame {
        whole ?? Frame(space, boxes: boxes)
    }

    /// An elite for every lane, better ones more often.
    func parents(_ random: inout Random) -> [Elite] {
        (0..<space.lanes).map { _ in
            let draw = random.unit()
            return elites[Int(draw * draw * Double(elites.count))]
        }
    }

    /// Doubles from `first` with every other turn, up to `limit`.
    func length(from first: Int, upTo limit: Int) -> Int {
        min(first << min(turn / 2, 20), limit)
    }
}
