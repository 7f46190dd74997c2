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
    /// How the inner values have to be bounded.
    var renewal = BoundWorkspace.Renewal.open
}
