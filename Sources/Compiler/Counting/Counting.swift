import Checker
import CompactProofs
import Diagnostics
import Search
import Tensors

/// What a property says of rates over finitely many inputs: proved, or counted, and never lowered as a constant, for that may
/// take longer than there is time.
package struct Counting: Sendable {
    package let rates: [CountedRate]
    package let claims: NumberClaims
    package let checks: [Span]
}

/// A rate over inputs that have numbers.
package struct CountedRate: Sendable {
    /// Its inputs and their values.
    package let estimate: Estimate
    package let inputs: UInt128
    /// Whether the property speaks of the share of inputs, or of their number.
    package let measure: CountedMeasure
    /// The claim that a model names the greatest of tokens; nil where it is another one.
    package let named: NamedGreatest?
    /// Why it is read as no such claim.
    package let unread: String?
}
