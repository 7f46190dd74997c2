import Search
import Tensors

/// How an ensemble's tests cut the coordinates of a region into cells.
struct TreeAxes {
    /// An ensemble in a graph: its value, and what it reads.
    struct Ensemble {
        let value: Value
        let trees: DecisionTrees
        let features: Value
    }

    /// What a feature may be in the region.
    private enum Feature {
        case fixed(Double)
        case moving(low: Double, high: Double, FeaturePath)
    }

    /// The coordinates that are cut.
    private(set) var coordinates: [Int] = []
    /// Of each of those, in order, the last value of every interval but the last.
    private(set) var cuts: [[Double]] = []
    private let ensembles: [Ensemble]
    private var features: [[Feature]] = []
    /// By ensemble and feature, the axis and the cut of each threshold.
    private var places: [[(axis: Int, cuts: [Double: Int])]] = []

    /// nil where a feature follows several coordinates at once, or one that it does not follow steadily.
    init?(
        _ ensembles: [Ensemble], _ paths: [[FeaturePath.Reading]], _ search: ThresholdSearch, in region: Region,
        _ space: Space
    ) throws(ShapeError) {
        self.ensembles = ensembles
        let ends = try search.values(at: [region.lower, region.upper])
        for (index, ensemble) in ensembles.enumerated() {
            var own: [Feature] = []
            for feature in 0..<ensemble.trees.features {
                let (low, high) = (
                    ends[index].double(at: feature), ends[index].double(at: ensemble.trees.features + feature)
                )
                switch paths[index][feature] {
                case .other: return nil
                case .constant: own.append(.fixed(low))
                case .path(let path):
                    guard low.isNaN == high.isNaN else { return nil }
                    own.append(low.isNaN ? .fixed(low) : .moving(low: low, high: high, path))
                }
            }
            features.append(own)
        }
        try place(crossings(openThresholds(), search, in: region, space))
    }

    /// By ensemble and feature the thresholds that are between what the feature may be, of tests within reach.
    private func openThresholds() -> [[Set<Double>]] {
        ensembles.indices.map { index in
            let trees = ensembles[index].trees
            var found = [Set<Double>](repeating: [], count: trees.features)
            var seen = [Bool](repeating: false, count: trees.nodeCount)
            for tree in 0..<trees.count {
                var open = [trees.root(of: tree)]
                while let node = open.popLast() {
                    guard !seen[node] else { continue }
                    seen[node] = true
                    guard let (low, high) = trees.children(of: node) else { continue }
                    if let isLow = answer(index, node) {
                        open.append(isLow ? low : high)
                    } else {
                        let test = trees.test(of: node)
                        found[test.feature].insert(test.atMost)
                        open += [low, high]
                    }
                }
            }
            return found
        }
    }

    /// Whether a node's test holds in all of the region, or in none; nil where it is open.
    private func answer(_ ensemble: Int, _ node: Int) -> Bool? {
        let test = ensembles[ensemble].trees.test(of: node)
        switch features[ensemble][test.feature] {
        case .fixed(let value): return value <= test.atMost || (value.isNaN && test.isMissingLow)
        case .moving(let low, let high, _):
            let isLow = low <= test.atMost
            return isLow == (high <= test.atMost) ? isLow : nil
        }
    }

    /// Numbers the crossings of each coordinate in order.
    private mutating func place(
        _ crossings: [(ensemble: Int, threshold: Double, feature: Int, path: FeaturePath, at: Double)]
    ) {
        let byCoordinate = Dictionary(grouping: crossings) { $0.path.coordinate }
        coordinates = byCoordinate.keys.sorted()
        places = ensembles.map { Array(repeating: (0, [:]), count: $0.trees.features) }
        for (axis, coordinate) in coordinates.enumerated() {
            let own = byCoordinate[coordinate] ?? []
            cuts.append(Set(own.map(\.at)).sorted())
            let order = Dictionary(uniqueKeysWithValues: cuts[axis].enumerated().map { ($1, $0) })
            for crossing in own {
                places[crossing.ensemble][crossing.feature].axis = axis
                places[crossing.ensemble][crossing.feature].cuts[crossing.threshold] = order[crossing.at]
            }
        }
    }

    /// What becomes of a node's test.
    func test(_ ensemble: Int, _ node: Int) -> CellTrees.Test {
        if let isLow = answer(ensemble, node) { return isLow ? .low : .high }
        let test = ensembles[ensemble].trees.test(of: node)
        let (axis, cuts) = places[ensemble][test.feature]
        guard case .moving(_, _, let path) = features[ensemble][test.feature], let place = cuts[test.atMost] else {
            return .low
        }
        return .split(axis: axis, atMost: place, isTurned: path.direction == .down)
    }

    /// All cells.
    var whole: CellBox {
        CellBox(lower: cuts.map { _ in 0 }, upper: cuts.map { Int32($0.count) })
    }

    /// The ends of what a box of cells holds of a region.
    func region(_ box: CellBox, of region: Region, _ space: Space) -> Region {
        var part = region
        for (axis, coordinate) in coordinates.enumerated() {
            let grid = GridRank(kind: space.kinds[coordinate])
            if box.lower[axis] > 0 {
                part.lower[coordinate] = grid.value(grid.rank(cuts[axis][Int(box.lower[axis]) - 1]) + 1)
            }
            if box.upper[axis] < cuts[axis].count { part.upper[coordinate] = cuts[axis][Int(box.upper[axis])] }
        }
        return part
    }

    /// Where each feature crosses its open thresholds: by the inverse of its path, which the engine confirms, or by asking.
    private func crossings(
        _ thresholds: [[Set<Double>]], _ search: ThresholdSearch, in region: Region, _ space: Space
    ) throws(ShapeError) -> [(ensemble: Int, threshold: Double, feature: Int, path: FeaturePath, at: Double)] {
        var questions: [ThresholdSearch.Question] = []
        for (index, own) in thresholds.enumerated() {
            for (feature, thresholds) in own.enumerated() {
                guard case .moving(_, _, let path) = features[index][feature] else { continue }
                questions += thresholds.sorted().map {
                    .init(output: index, place: feature, path: path, threshold: $0)
                }
            }
        }
        var answers = try search.confirmed(
            questions.map { Self.inverse($0.path, $0.threshold, region, space) }, of: questions, in: region)
        let open = questions.indices.filter { answers[$0] == nil }
        for (index, at) in zip(open, try search.crossings(open.map { questions[$0] }, in: region)) {
            answers[index] = at
        }
        return try zip(questions, answers).map { question, at throws(ShapeError) in
            guard let at else { throw ShapeError("a feature does not cross its threshold") }
            return (question.output, question.threshold, question.place, question.path, at)
        }
    }

    /// The last value of the coordinate on the side where the region begins.
    private static func inverse(
        _ path: FeaturePath, _ threshold: Double, _ region: Region, _ space: Space
    ) -> Double? {
        guard let side = path.side(of: threshold), side.number.isFinite else { return nil }
        let kind = space.kinds[path.coordinate]
        let grid = GridRank(kind: kind)
        let (lower, upper) = (region.lower[path.coordinate], region.upper[path.coordinate])
        // The greatest value of the grid that is at most the number.
        var last: Double
        switch kind {
        case .real64: last = side.number
        case .real32: last = Double(side.number.roundedDownToFloat)
        case .integer, .category: last = side.number.rounded(.down)
        }
        guard last >= lower, last <= upper else { return nil }
        if side.side == .atLeast, last == side.number {
            guard last > lower else { return nil }
            last = grid.value(grid.rank(last) - 1)
        }
        return last < upper ? last : nil
    }
}
