import Tensors

/// A part of a property's domain that is still to be shown free of violations.
struct Region: Sendable {
    /// Inclusive ends, one pair per coordinate, on the coordinate's grid.
    var lower, upper: [Double]
    /// Bounds of inner values, from the region that this one is part of.
    var known: KnownBounds?
    /// The leaves that hold everywhere in it.
    var settled: Set<Int> = []
    /// A lower bound of the claim, as far as it is known: the worst regions come first.
    var bound = -Double.infinity
    var depth = 0
    /// Its place in the proof, where one is written down.
    var node = 0
    /// How the inner values have to be bounded.
    var renewal = BoundWorkspace.Renewal.open
    /// Signs of inner values that hold in it, and what the bound owes to each.
    var signs: [NeuronSign] = []
    var multipliers: [Float] = []
    /// Slopes from which its bounds may start, in 255ths.
    var slopes: [UInt8] = []
    /// The same of lines of smooth curves.
    var lines: [Float] = []

    /// Memory of its own, about: parts that are told by signs share their ends, and both halves what is known of the whole.
    var bytes: Int {
        let shared = signs.isEmpty ? 8 * (lower.count + upper.count) + (known?.bytes ?? 0) / 2 : 0
        return 256 + shared + signs.count * MemoryLayout<NeuronSign>.stride + 4 * multipliers.count + slopes.count
            + 4 * lines.count
    }

    /// The two parts in which a sign is, and is not, positive, or something is on one side of a threshold.
    func halves(by sign: NeuronSign) -> (Region, Region) {
        var (first, second) = (self, self)
        first.signs.append(sign)
        second.signs.append(
            NeuronSign(node: sign.node, element: sign.element, isPositive: false, threshold: sign.threshold))
        (first.depth, second.depth) = (depth + 1, depth + 1)
        return (first, second)
    }
}
