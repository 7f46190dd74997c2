import Checker
import Search
import Tensors

/// What a property says of estimates: the check as a function of the outer variables and of the numbers that are estimated.
///
/// Confidence intervals of the numbers make a box. A check that holds in all of the box holds with their joint confidence;
/// one that fails in all of it is contradicted with it.
package struct Estimation: Sendable {
    package let confidence: Double
    package var estimates: [Estimate]
    package let claims: NumberClaims
    /// The trial's objective with so many draws in place of the estimates, the same for all points.
    let makeEmpirical: @Sendable (Sample) throws -> GraphObjective

    /// The most draws that are kept to stand for a distribution: 4096, fewer where each has many numbers.
    package var largestSample: Int {
        min(4096, max(64, (1 << 24) / max(1, estimates.map(\.width).max() ?? 1)))
    }

    /// Negative for outer variables at which the check fails of a fixed sample: where worse points are to be looked for, and
    /// no verdict.
    package func empirical(_ sample: Sample) throws -> GraphObjective { try makeEmpirical(sample) }
}

/// Which draws stand for a distribution where the same are wanted at every point.
package struct Sample: Sendable, Hashable {
    package let key: UInt64
    package let count: Int

    package init(key: UInt64, count: Int) {
        (self.key, self.count) = (key, count)
    }
}
