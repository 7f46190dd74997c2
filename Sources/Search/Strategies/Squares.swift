/// Random changes of a corner, of many coordinates at first and of fewer and fewer: squares of a picture, or any coordinates
/// where there is none.
///
/// Source: Andriushchenko et al., "Square attack: a query-efficient black-box adversarial attack via random search", ECCV 2020;
/// here with any box, in place of a ball around a picture.
package struct Squares: Strategy {
    package let name = "squares"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        let elite = outset.turn % 3 == 2 ? nil : outset.elites.first
        let run = SquaresRun(outset, from: elite, &random) { _, random in random.chance(0.5) }
        return run.sites.isEmpty ? nil : run
    }
}

private final class SquaresRun: CornerClimb {
    private static let firstShare = 0.4
    private var steps = 0
    private var isStale = 0
    /// For each picture, the places of its pixels: `[channel][row][column]`.
    private lazy var pictures: [(channels: Int, height: Int, width: Int, places: [Int?])] = frame.space.variables
        .compactMap { variable in
            guard variable.shape.count >= 2, let width = variable.shape.last else { return nil }
            let height = variable.shape[variable.shape.count - 2]
            guard height > 1, width > 1 else { return nil }
            let places = Dictionary(uniqueKeysWithValues: sites.enumerated().map { ($1, $0) })
            return (
                variable.shape.dropLast(2).reduce(1, *), height, width, variable.coordinates.map { places[$0] }
            )
        }

    override func proposal(_ random: inout Random) -> [Int]? {
        guard isStale < max(48, 2 * sites.count) else { return nil }
        let share = Self.firstShare * Double(sign: .plus, exponent: -halvings, significand: 1)
        steps += 1
        let places =
            if !pictures.isEmpty, random.chance(0.8) { square(share, &random) } else { some(share, &random) }
        // One bound each, for all of them or for each by itself.
        let isCommon = random.chance(0.5)
        let common = random.chance(0.5)
        let chosen = places.filter { isUpper[$0] != (isCommon ? common : random.chance(0.5)) }
        return chosen.isEmpty ? places : chosen
    }

    /// The schedule of the source, made for fewer questions.
    private var halvings: Int { [5, 20, 60, 150, 300, 600, 1200, 2400].count { $0 <= steps } }

    private func square(_ share: Double, _ random: inout Random) -> [Int] {
        let picture = pictures[random.below(pictures.count)]
        let (height, width) = (picture.height, picture.width)
        let side = max(1, Int((share * Double(height * width)).squareRoot().rounded()))
        let (rows, columns) = (min(side, height), min(side, width))
        let (top, left) = (random.below(height - rows + 1), random.below(width - columns + 1))
        var places: [Int] = []
        for channel in 0..<picture.channels where picture.channels == 1 || random.chance(0.7) {
            for row in top..<top + rows {
                for column in left..<left + columns {
                    if let place = picture.places[(channel * height + row) * width + column] { places.append(place) }
                }
            }
        }
        return places.isEmpty ? some(share, &random) : places
    }

    private func some(_ share: Double, _ random: inout Random) -> [Int] {
        let count = max(1, Int((share * Double(sites.count)).rounded()))
        return (0..<count).map { _ in random.below(sites.count) }.reduce(into: []) { places, place in
            if !places.contains(place) { places.append(place) }
        }
    }

    override func learn(isBetter: Bool) { isStale = isBetter ? 0 : isStale + 1 }
}
