import Search

/// A property of a small tensor whose smallest violation is known: to shrink to, from any violation.
struct TensorChallenge: Sendable {
    var objective: FunctionObjective
    /// A violation to start from.
    var witness: [Double]
    /// The least number of changed sites of any violation.
    var leastCount: Int
    /// The bucket of the least largest change of any violation that changes so few sites, as a share of the width;
    /// nil where it is not known.
    var leastBucket: Double?

    /// Whether `shrunk` is a smallest violation.
    func isMinimal(_ shrunk: ShrunkPoint) -> Bool {
        shrunk.margin < 0 && shrunk.edits.count == leastCount
            && leastBucket.map { Plainness.bucket(objective.largestChange(shrunk.point)) <= $0 } ?? true
    }
}

/// An objective made of a function of one point, and of its gradient.
struct FunctionObjective: Objective {
    var space: Space
    var value: @Sendable ([Double]) -> Double
    var slope: (@Sendable ([Double]) -> [Double])?
    var measures: [@Sendable ([Double]) -> Double] = []

    var hasGradient: Bool { slope != nil }
    var keyCount: Int { measures.count }
    var outputCount: Int { 0 }

    func evaluate(_ tile: Tile, _ reading: Reading) {
        for lane in 0..<tile.count {
            let point = tile.point(lane)
            tile.margins[lane] = value(point)
            if case .gradient = reading, let slope {
                for (row, part) in slope(point).enumerated() { tile.gradients[row * tile.lanes + lane] = part }
            }
            for (row, measure) in measures.enumerated() { tile.keys[row * tile.lanes + lane] = measure(point) }
        }
    }
}

extension Space {
    /// One tensor of `count` sites of a kind, in one range.
    init(count: Int, _ kind: CoordinateKind, in range: ClosedRange<Double>, reference: [Double]) {
        self.init(
            kinds: Array(repeating: kind, count: count),
            boxes: [
                Box(
                    lower: Array(repeating: range.lowerBound, count: count),
                    upper: Array(repeating: range.upperBound, count: count))
            ],
            reference: reference,
            variables: [Variable(name: "x", coordinates: 0..<count, shape: [count])])
    }

    /// The values of one site that a search by exhaustion tries: the bounds of a real, all of a whole number.
    func values(of site: Int) -> [Double] {
        let (lower, upper) = (boxes[0].lower[site], boxes[0].upper[site])
        let all =
            kinds[site] == .real32 || kinds[site] == .real64
            ? [lower, upper] : Array(stride(from: lower, through: upper, by: 1))
        return all.filter { $0 != reference[site] }
    }
}

// MARK: - The families

extension TensorChallenge {
    static let families: [(name: String, make: @Sendable (UInt64) -> TensorChallenge?)] = [
        ("linear, 64 reals", linear), ("pair of pixels, 64 reals", pair), ("MLP 64-16-8-1, 64 reals", network),
        ("weighted sum, 24 whole numbers", wholeSum), ("MLP 24-12-1, whole numbers 0...3", wholeNetwork),
        ("two tokens in order, 12 of 32", tokens),
    ]

    /// A linear margin: the fewest sites are those that gain most, and the best of those sets is known.
    static func linear(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 1)
        let weights = (0..<64).map { _ in 2 * random.unit() - 1 }
        let reference = (0..<64).map { _ in Double(Float((random.unit() * 20).rounded() / 20)) }
        let space = Space(count: 64, .real32, in: 0...1, reference: reference)
        let gains = (0..<64).map { site in
            weights[site] > 0 ? -weights[site] * reference[site] : weights[site] * (1 - reference[site])
        }
        let count = 1 + random.below(4)
        let sorted = gains.sorted()
        let offset = -sorted.prefix(count).reduce(0, +) - 0.3 * abs(sorted[count - 1])
        let value: @Sendable ([Double]) -> Double = { point in
            zip(zip(point, reference), weights).reduce(offset) { $0 + $1.1 * ($1.0.0 - $1.0.1) }
        }
        let witness = (0..<64).map { weights[$0] > 0 ? 0.0 : 1.0 }
        guard value(witness) < 0 else { return nil }
        let objective = FunctionObjective(space: space, value: value, slope: { _ in weights })
        return TensorChallenge(
            objective: objective, witness: witness, leastCount: count,
            leastBucket: leastLinearChange(weights, reference, count: count, offset: offset).map(Plainness.bucket))
    }

    /// The least t for which `count` sites, moved by at most t, undo `offset`; by bisection, since more of t gains more.
    private static func leastLinearChange(_ weights: [Double], _ reference: [Double], count: Int, offset: Double)
        -> Double?
    {
        func gain(_ limit: Double) -> Double {
            let gains = weights.indices.map { site in
                abs(weights[site]) * min(limit, weights[site] > 0 ? reference[site] : 1 - reference[site])
            }
            return gains.sorted(by: >).prefix(count).reduce(0, +)
        }
        var (low, high) = (0.0, 1.0)
        guard gain(high) > offset else { return nil }
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if gain(middle) > offset { high = middle } else { low = middle }
        }
        return high
    }

    /// Two pixels have to be bright; nothing else matters, and nothing shows the way but the brighter of the two.
    static func pair(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 2)
        let (first, second) = (random.below(64), random.below(64))
        guard first != second else { return nil }
        let (one, two) = (0.5 + 0.4 * random.unit(), 0.5 + 0.4 * random.unit())
        let space = Space(count: 64, .real32, in: 0...1, reference: Array(repeating: 0, count: 64))
        let value: @Sendable ([Double]) -> Double = { point in
            let margin = max(one - point[first], two - point[second])
            return margin <= 0 ? min(margin, -Double.leastNonzeroMagnitude) : margin
        }
        let witness = (0..<64).map { $0 == first || $0 == second ? 0.95 : Double(Float(random.unit())) }.map {
            Double(Float($0))
        }
        return TensorChallenge(
            objective: FunctionObjective(space: space, value: value, slope: nil), witness: witness, leastCount: 2,
            leastBucket: Plainness.bucket(max(one, two)))
    }

    /// A small network; the least count of corner changes is found by trying them all.
    static func network(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 3)
        let network = Network(sizes: [64, 16, 8, 1], &random)
        let reference = (0..<64).map { _ in Double(Float((random.unit() * 20).rounded() / 20)) }
        let space = Space(count: 64, .real32, in: 0...1, reference: reference)
        return network.challenge(space, slack: 0.1 + 0.2 * random.unit(), deepest: 2)
    }

    static func wholeNetwork(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 4)
        let network = Network(sizes: [24, 12, 1], &random)
        let reference = (0..<24).map { _ in Double(random.below(4)) }
        let space = Space(count: 24, .integer, in: 0...3, reference: reference)
        return network.challenge(space, slack: 0.7 + 0.5 * random.unit(), deepest: 2)
    }

    /// Whole numbers 0...9, weighted, must not sum to a threshold or more; from all zeros.
    static func wholeSum(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 5)
        let weights = (0..<24).map { _ in Double(1 + random.below(20)) }
        let count = 1 + random.below(4)
        let sorted = weights.sorted(by: >)
        let most = 9 * sorted.prefix(count).reduce(0, +)
        let threshold = most - Double(random.below(Int(8 * sorted[count - 1])))
        let value: @Sendable ([Double]) -> Double = { point in
            let sum = zip(point, weights).reduce(0) { $0 + $1.0 * $1.1 }
            return sum >= threshold ? min(threshold - sum, -Double.leastNonzeroMagnitude) : threshold - sum
        }
        let space = Space(count: 24, .integer, in: 0...9, reference: Array(repeating: 0, count: 24))
        let least = (1...9).first { Double($0) * sorted.prefix(count).reduce(0, +) >= threshold } ?? 9
        return TensorChallenge(
            objective: FunctionObjective(space: space, value: value, slope: { _ in weights.map { -$0 } }),
            witness: Array(repeating: 9, count: 24), leastCount: count, leastBucket: Plainness.bucket(Double(least) / 9)
        )
    }

    /// Token 17 somewhere before token 4; the margin says nothing on the way.
    static func tokens(seed: UInt64) -> TensorChallenge? {
        var random = Random(seed: seed, stream: 6)
        let reference = (0..<12).map { _ in Double(random.below(32)) }
        let value: @Sendable ([Double]) -> Double = { point in
            guard let first = point.firstIndex(of: 17) else { return 1 }
            return point[first...].contains(4) ? -1 : 1
        }
        guard value(reference) > 0 else { return nil }
        var witness = (0..<12).map { _ in Double(random.below(32)) }
        witness[random.below(6)] = 17
        witness[6 + random.below(6)] = 4
        let space = Space(count: 12, .category, in: 0...31, reference: reference)
        let objective = FunctionObjective(space: space, value: value, slope: nil)
        guard value(witness) < 0, let least = objective.least(deepest: 2) else { return nil }
        return TensorChallenge(objective: objective, witness: witness, leastCount: least.count, leastBucket: nil)
    }
}

extension FunctionObjective {
    /// The fewest sites that have to leave the reference, and how far the one that goes furthest has to go at least, as a
    /// share of the width: by trying all values of one site, then of two, each made smaller until it holds.
    func least(deepest: Int) -> (count: Int, change: Double)? {
        for count in 1...deepest {
            var change: Double?
            forEachCase(changing: count) { sites, values in
                if let found = leastChange(sites, values) { change = min(change ?? found, found) }
            }
            if let change { return (count, change) }
        }
        return nil
    }

    private func forEachCase(changing count: Int, _ body: ([Int], [Double]) -> Void) {
        func extend(_ sites: [Int], _ values: [Double]) {
            guard sites.count < count else { return body(sites, values) }
            for site in (sites.last ?? -1) + 1..<space.dimension {
                for value in space.values(of: site) { extend(sites + [site], values + [value]) }
            }
        }
        extend([], [])
    }

    /// How far the changes, cut off where they may still be, go at least; by bisection.
    private func leastChange(_ sites: [Int], _ values: [Double]) -> Double? {
        func cut(_ share: Double) -> [Double] {
            var point = space.reference
            for (site, wanted) in zip(sites, values) {
                let most = share * (space.boxes[0].upper[site] - space.boxes[0].lower[site])
                let change = min(max(wanted - point[site], -most), most)
                let isName = space.kinds[site] == .category
                point[site] = isName ? wanted : space.snapped(point[site] + change, at: site, in: space.boxes[0])
            }
            return point
        }
        guard value(cut(1)) < 0 else { return nil }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<20 {
            let middle = (low + high) / 2
            if value(cut(middle)) < 0 { high = middle } else { low = middle }
        }
        return largestChange(cut(high))
    }

    /// The largest change of a point, as a share of the width.
    func largestChange(_ point: [Double]) -> Double {
        point.indices.map { site in
            abs(point[site] - space.reference[site]) / (space.boxes[0].upper[site] - space.boxes[0].lower[site])
        }.max() ?? 0
    }
}

/// A fully connected network of rectified units with one output, its weights pinned by a seed.
struct Network: Sendable {
    var weights: [[[Double]]]

    init(sizes: [Int], _ random: inout Random) {
        weights = zip(sizes, sizes.dropFirst()).map { inputs, outputs in
            (0..<outputs).map { _ in
                (0..<inputs).map { _ in (2 * random.unit() - 1) * (3 / Double(inputs)).squareRoot() }
            }
        }
    }

    func layers(_ input: [Double]) -> [[Double]] {
        var layers = [input]
        for (depth, layer) in weights.enumerated() {
            let last = layers[depth]
            layers.append(
                layer.map { row in
                    var sum = 0.0
                    for index in row.indices { sum += row[index] * last[index] }
                    return depth == weights.count - 1 ? sum : max(sum, 0)
                })
        }
        return layers
    }

    func gradient(_ input: [Double]) -> [Double] {
        let layers = layers(input)
        var slopes = [1.0]
        for (depth, layer) in weights.enumerated().reversed() {
            var below = [Double](repeating: 0, count: layer[0].count)
            for (row, slope) in zip(layer, slopes) where slope != 0 {
                for index in row.indices { below[index] += slope * row[index] }
            }
            slopes = depth == 0 ? below : zip(below, layers[depth]).map { $1 > 0 ? $0 : 0 }
        }
        return slopes
    }

    /// Whole numbers are few enough to be compared as they are; reals were cut off to one part in 2^20.
    private func leastBucket(_ change: Double, _ space: Space) -> Double { Plainness.bucket(change * (1 + 1e-4)) }

    /// That the output stays within `slack` of what it is at the reference, downwards; nil where at most `deepest` sites
    /// cannot break it.
    func challenge(_ space: Space, slack: Double, deepest: Int) -> TensorChallenge? {
        let start = layers(space.reference).last?[0] ?? 0
        let objective = FunctionObjective(
            space: space, value: { [self] in (layers($0).last?[0] ?? 0) - start + slack },
            slope: { [self] in gradient($0) })
        var witness = space.reference
        for _ in 0..<20 where objective.value(witness) >= 0 {
            let slopes = gradient(witness)
            for site in witness.indices where slopes[site] != 0 {
                let most = slopes[site] < 0 ? space.boxes[0].upper[site] : space.boxes[0].lower[site]
                witness[site] = space.snapped(
                    witness[site] + (most - witness[site]) * 0.5, at: site, in: space.boxes[0])
            }
        }
        guard objective.value(witness) < 0, let least = objective.least(deepest: deepest) else { return nil }
        return TensorChallenge(
            objective: objective, witness: witness, leastCount: least.count,
            leastBucket: leastBucket(least.change, space))
    }
}
