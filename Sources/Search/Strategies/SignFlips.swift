/// Flips all coordinates from bound to bound, then each half, each quarter, and so on down to single ones, and keeps what
/// helps: finds the signs of a slope that nobody tells, one question at a time.
///
/// Coordinates side by side are flipped together first, for in pictures and series they act alike; later runs take them in
/// random order.
/// Source: Al-Dujaili and O'Reilly, "Sign bits are all you need for black-box attacks" (SignHunter), ICLR 2020.
package struct SignFlips: Strategy {
    package let name = "sign flips"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        // Categories come from the best point; its other coordinates are no better than any at first.
        let elite = outset.turn == 1 ? outset.elites.first : nil
        let run = SignFlipsRun(outset, from: elite, &random) { _, random in outset.turn == 0 || random.chance(0.5) }
        guard !run.sites.isEmpty else { return nil }
        if outset.turn > 0 { random.shuffle(&run.order) }
        return run
    }
}

private final class SignFlipsRun: CornerClimb {
    lazy var order = Array(sites.indices)
    private var pieces = 1
    private var piece = 0
    private var hasGained = false

    override func proposal(_ random: inout Random) -> [Int]? {
        if piece == pieces {
            let isFinest = pieces == order.count
            // Single ones again as long as one of them helps: the others have other company then.
            guard !isFinest || hasGained else { return nil }
            (piece, hasGained) = (0, false)
            pieces = min(pieces * 2, order.count)
        }
        let range = order.count * piece / pieces..<order.count * (piece + 1) / pieces
        piece += 1
        return Array(order[range])
    }

    override func learn(isBetter: Bool) { if isBetter { hasGained = true } }
}
