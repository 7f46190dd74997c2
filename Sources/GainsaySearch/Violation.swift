import Search

/// A number of a point that is searched, and what it may be.
public struct Coordinate: Hashable, Sendable {
    /// Any number between the bounds, which are finite.
    public static func real(in range: ClosedRange<Double>, simplest: Double = 0) -> Coordinate {
        Coordinate(kind: .real64, lower: range.lowerBound, upper: range.upperBound, simplest: simplest)
    }

    /// A whole number; neighbours are alike.
    public static func integer(in range: ClosedRange<Int>, simplest: Int = 0) -> Coordinate {
        Coordinate(
            kind: .integer, lower: Double(range.lowerBound), upper: Double(range.upperBound), simplest: Double(simplest)
        )
    }

    /// One of several things, from 0; neighbours have nothing to do with each other.
    public static func category(of count: Int) -> Coordinate {
        precondition(count > 0, "there is nothing to choose from")
        return Coordinate(kind: .category, lower: 0, upper: Double(count - 1), simplest: 0)
    }

    let kind: CoordinateKind
    let lower, upper, simplest: Double
}

/// A claim about points as a number, negative exactly where the claim does not hold; nearer to 0 is nearer to that.
///
/// Both closures are called from several threads at once, and the same point always gives the same number.
public struct Margin: Sendable {
    public let margin: @Sendable ([Double]) -> Double
    /// Of the margin, a number for each coordinate; nil where there is none.
    public let gradient: (@Sendable ([Double]) -> [Double])?

    public init(
        _ margin: @escaping @Sendable ([Double]) -> Double, gradient: (@Sendable ([Double]) -> [Double])? = nil
    ) {
        self.margin = margin
        self.gradient = gradient
    }
}

/// Looks for a point whose margin is negative, by the whole portfolio of searches: slopes, corners, sweeps, mutation,
/// evolution; then moves it towards its simplest values as far as it stays one.
///
/// `threads` is how many call the closures at once; what is found does not depend on it.
public func violation(
    among coordinates: [Coordinate], of margin: Margin, _ limits: SearchLimits = SearchLimits(), threads: Int = 1
) -> SearchOutcome<[Double]> {
    precondition(!coordinates.isEmpty, "a point has at least one coordinate")
    let objective = MarginObjective(coordinates, margin)
    var portfolio = Portfolio()
    portfolio.seed = limits.seed
    portfolio.workers = max(threads, 1)
    portfolio.budget = Budget(tries: limits.tries)
    let outcome = portfolio.search(objective)
    guard let finding = outcome.findings.first else { return .survived(tries: outcome.effort.tries) }
    let shrinker = SpaceShrinker(objective, budget: ShrinkBudget(evaluations: limits.shrinkingTries))
    let shrunk = shrinker.shrink(finding.point)
    return .contradicted(
        Contradiction(
            value: shrunk?.point ?? finding.point, found: finding.point, tries: finding.tries,
            shrinkingTries: shrunk?.evaluations ?? 0, minimality: .init(shrunk?.minimality ?? .budgetSpent)))
}

/// A margin as what the portfolio searches.
private struct MarginObjective: Objective {
    let space: Space
    let keyCount = 0
    let outputCount = 0
    private let margin: Margin

    init(_ coordinates: [Coordinate], _ margin: Margin) {
        self.margin = margin
        let reference = coordinates.map { min(max($0.simplest, $0.lower), $0.upper) }
        space = Space(
            kinds: coordinates.map(\.kind),
            boxes: [Box(lower: coordinates.map(\.lower), upper: coordinates.map(\.upper))], reference: reference,
            variables: [Variable(name: "x", coordinates: 0..<coordinates.count, shape: [coordinates.count])])
    }

    var hasGradient: Bool { margin.gradient != nil }

    func evaluate(_ tile: Tile, _ reading: Reading) {
        for lane in 0..<tile.count {
            let point = tile.point(lane)
            let value = margin.margin(point)
            // What is no number holds of nothing: as a comparison with it is false.
            tile.margins[lane] = value.isNaN ? -.infinity : value
            guard reading == .gradient, let gradient = margin.gradient else { continue }
            for (row, slope) in gradient(point).prefix(tile.dimension).enumerated() {
                tile.gradients[row * tile.lanes + lane] = slope
            }
        }
    }
}
