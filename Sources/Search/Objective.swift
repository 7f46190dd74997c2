/// What is asked of an objective besides the margins, which are always filled in.
package enum Reading: Sendable {
    /// Margins only.
    case margins
    /// Margins and shrink keys.
    case keys
    /// Margins and what the models answered.
    case outputs
    /// Margins and the gradient of each lane's margin.
    case gradient
    /// Margins, outputs, and the gradient of the outputs weighted by the tile's `cotangents`.
    case outputGradient
}

/// One property as a number over a space: negative exactly where the property is violated.
///
/// `where` and `assume` are inside: the margin of `assume a check c` is `max(not a, c)`, so a negative margin is a
/// counterexample with nothing left to ask. Strictness is inside too: `a < b` at equality is the negative number of
/// least magnitude. Values are bit-identical for every lane, number of lanes and thread.
package protocol Objective: Sendable {
    var space: Space { get }
    /// Whether `.gradient` carries any information: false where nothing differentiable leads to the margin.
    var hasGradient: Bool { get }
    /// How many values the spec's `shrink` clause has.
    var keyCount: Int { get }
    /// How many numbers the models answer, all calls together; 0 where the objective does not tell.
    var outputCount: Int { get }

    /// Whether nothing new can be evaluated any more: a black box answers no more questions.
    var isOver: Bool { get }

    /// Evaluates the first `tile.count` lanes of a tile of the space's lanes, or of one. Safe to call from several threads with different tiles.
    ///
    /// Where a black box has not answered, the count is 0 afterwards, and nothing in the tile means anything.
    func evaluate(_ tile: Tile, _ reading: Reading)
}

extension Objective {
    package var isOver: Bool { false }

    /// The margin of one point, evaluated alone; infinite where a black box does not answer.
    package func margin(at point: [Double]) -> Double {
        let tile = Tile.alone(for: self)
        tile.set(point, lane: 0)
        evaluate(tile, .margins)
        return tile.count == 1 ? tile.margins[0] : .infinity
    }
}
