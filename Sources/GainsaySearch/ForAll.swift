import Search

/// What became of a search for a value that a claim does not hold of.
public enum SearchOutcome<Value> {
    /// The claim held of so many values. That proves nothing of the others.
    case survived(tries: Int)
    case contradicted(Contradiction<Value>)

    /// The value that contradicts; nil where none was found.
    public var contradiction: Contradiction<Value>? {
        if case .contradicted(let it) = self { it } else { nil }
    }
}

/// A value that a claim does not hold of, as small as it got.
public struct Contradiction<Value> {
    public let value: Value
    /// As it was found.
    public let found: Value
    /// Values tried until it was found, and while it shrank.
    public let tries, shrinkingTries: Int
    public let minimality: Minimality

    /// How far it can be trusted to be the smallest.
    public enum Minimality: Hashable, Sendable {
        /// Every next step of every pass was tried, so many, and the claim holds after each.
        case noSmallerStep(checks: Int)
        /// Every case was tried.
        case smallest(tried: Int)
        /// The limit of tries ended it first.
        case unfinished
    }
}

extension Contradiction: Sendable where Value: Sendable {}
extension SearchOutcome: Sendable where Value: Sendable {}

/// How long a search may go on, and from which random seed. The same seed finds the same value.
public struct SearchLimits: Hashable, Sendable {
    public var seed: UInt64
    /// Values that the claim is asked about before one is found, and while it shrinks.
    public var tries, shrinkingTries: Int

    public init(seed: UInt64 = 0, tries: Int = 100_000, shrinkingTries: Int = 1_000_000) {
        self.seed = seed
        self.tries = tries
        self.shrinkingTries = shrinkingTries
    }
}

/// Looks for a value that a generator can make and a claim does not hold of, and makes it as small as it gets.
///
/// What is shrunk are the choices, never the value: whatever it comes to is one that the generator makes. A value that the
/// generator throws for is passed over.
public func forAll<Value>(
    _ limits: SearchLimits = SearchLimits(), _ generate: @escaping (inout Choices) throws -> Value,
    holds: @escaping (Value) -> Bool
) -> SearchOutcome<Value> {
    forAll(limits, together: 1, generate, holds: holds)
}

/// `together` is how many simpler values are judged before the first of them that fails is taken.
package func forAll<Value>(
    _ limits: SearchLimits, together: Int, _ generate: @escaping (inout Choices) throws -> Value,
    holds: @escaping (Value) -> Bool
) -> SearchOutcome<Value> {
    let property = Property(choosing: generate, together: together, holds: holds)
    let (failure, judged) = property.firstFailure(seed: limits.seed, tries: limits.tries)
    guard let failure else { return .survived(tries: judged) }
    var shrinker = SequenceShrinker(property, from: failure, budget: ShrinkBudget(evaluations: limits.shrinkingTries))
    let minimality = shrinker.shrink()
    return .contradicted(
        Contradiction(
            value: shrinker.best.value, found: failure.value, tries: judged, shrinkingTries: shrinker.evaluations,
            minimality: .init(minimality)))
}

extension Contradiction.Minimality {
    init(_ minimality: Search.Minimality) {
        self =
            switch minimality {
            case .noStepFails(let checks): .noSmallerStep(checks: checks)
            case .nothingSmallerFails(let tried): .smallest(tried: tried)
            case .budgetSpent: .unfinished
            }
    }
}
