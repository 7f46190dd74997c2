import Search
import Synchronization
import Tensors

/// A claim about trees, made ready for one region: each leaf as sums over cells.
final class TreeClaim: Sendable {
    /// A leaf that holds where all of some sums are at least 0.
    struct Leaf: Sendable {
        struct Sum: Sendable {
            let trees: CellTrees
            /// What is added to the trees' sum to have a lower bound of the leaf.
            let offset: Double
        }

        let sums: [Sum]
        let strictness: Claim.Leaf.Strictness
    }

    let claim: Claim
    let leaves: [Leaf]
    let axes: TreeAxes

    init(_ claim: Claim, _ leaves: [Leaf], _ axes: TreeAxes) {
        (self.claim, self.leaves, self.axes) = (claim, leaves, axes)
    }
}

/// Reads claims as claims about trees, in one region: what does not vary there is fixed.
final class TreeClaimReading: Sendable {
    private let leaves: [Claim.Leaf]
    private let graph: Graph
    private let leafEvaluator = Mutex<PointEvaluator?>(nil)
    let claim: TreeClaim

    /// nil where the claim does not speak of sums over trees alone, whose features follow the region's coordinates in other ways than
    /// one each, steadily.
    init?(
        _ margin: Value, in original: Graph, _ region: Region, _ space: Space, isOver: @escaping () -> Bool
    ) throws(ShapeError) {
        let varying = Set(region.lower.indices.filter { region.isOpen($0) })
        let numbers = region.lower.enumerated().map { varying.contains($0) ? nil : $1 }
        let (fixed, places) = try original.fixing(numbers, wanted: [margin])
        guard let place = places[margin.index] else { return nil }
        var reading = ClaimReading(fixed)
        let claim = try reading.claim(place)
        let (graph, leaves) = (reading.graph, reading.leaves)
        let ensembles = graph.ensembles(before: leaves.map(\.value))
        guard
            ensembles.allSatisfy({ $0.trees.leaves == .sum && graph.shape(of: $0.features).count == $0.trees.features })
        else { return nil }
        let features = ensembles.map(\.features)
        let dependence = try CoordinateDependence(graph, of: features, isOver: isOver)
        let pathReading = FeaturePathReading(graph, dependence, varying: varying)
        let paths = ensembles.map { ensemble in
            (0..<ensemble.trees.features).map { pathReading.read(GraphElement(ensemble.features, $0)) }
        }
        let search = try ThresholdSearch(graph, outputs: features, space)
        (self.graph, self.leaves) = (graph, leaves)
        guard let axes = try TreeAxes(ensembles, paths, search, in: region, space),
            let read = try Self.compiled(leaves, graph, ensembles, axes)
        else { return nil }
        self.claim = TreeClaim(claim, read, axes)
    }

    /// nil where a leaf is no sum over trees.
    private static func compiled(
        _ leaves: [Claim.Leaf], _ graph: Graph, _ ensembles: [TreeAxes.Ensemble], _ axes: TreeAxes
    ) throws(ShapeError) -> [TreeClaim.Leaf]? {
        let reaches = ensembles.enumerated().map { index, ensemble in
            TreeReach(ensemble.trees, graph.type(of: ensemble.value).element) { axes.test(index, $0) }
        }
        let numbers = Dictionary(uniqueKeysWithValues: ensembles.enumerated().map { ($1.value, $0) })
        let sums = TreeSumReading(graph) { element in
            guard let index = numbers[element.value] else { return (.infinity, .infinity) }
            return (reaches[index].magnitude(element.place), reaches[index].errors[element.place])
        }
        var read: [TreeClaim.Leaf] = []
        for leaf in leaves {
            guard let least = sums.least(GraphElement(leaf.value, 0)) else { return nil }
            var own: [TreeClaim.Leaf.Sum] = []
            for sum in least { own.append(try compiled(sum, graph, ensembles, numbers, axes)) }
            read.append(TreeClaim.Leaf(sums: own, strictness: leaf.strictness))
        }
        return read
    }

    private static func compiled(
        _ sum: TreeSum, _ graph: Graph, _ ensembles: [TreeAxes.Ensemble], _ numbers: [Value: Int], _ axes: TreeAxes
    ) throws(ShapeError) -> TreeClaim.Leaf.Sum {
        var cells = CellTrees()
        for (value, terms) in Dictionary(grouping: sum.coefficients, by: { $0.key.value }).sorted(by: {
            $0.key.index < $1.key.index
        }) {
            guard let index = numbers[value] else { continue }
            let (trees, element) = (ensembles[index].trees, graph.type(of: value).element)
            let factors = Dictionary(uniqueKeysWithValues: terms.map { ($0.key.place, $0.value) })
            try cells.add(
                trees,
                weight: { tree, place in
                    trees.targets(of: tree).enumerated().reduce(0) { total, entry in
                        guard let factor = factors[Int(entry.element)] else { return total }
                        return total + factor * trees.weight(at: place + entry.offset).rounded(to: element)
                    }
                }, test: { axes.test(index, $0) })
        }
        return .init(
            trees: cells, offset: (sum.constant - sum.error - cells.error - sum.constant.magnitude * 0x1p-50).nextDown)
    }

    /// What the engine finds for each leaf at a point.
    func leaves(at point: [Double]) throws(ShapeError) -> [Double] {
        // Few regions come to this, and packing large ensembles takes its time.
        let evaluator = try leafEvaluator.withLock { known throws(ShapeError) in
            if let known { return known }
            let made = try PointEvaluator(graph, outputs: leaves.map(\.value))
            known = made
            return made
        }
        return try evaluator.values(at: [point]).map { $0.double(at: 0) }
    }
}

extension Graph {
    /// The ensembles of trees that some values need.
    fileprivate func ensembles(before wanted: [Value]) -> [TreeAxes.Ensemble] {
        let needed = ancestors(of: wanted)
        return nodes.indices.compactMap { index in
            guard needed[index], case .operation(let operation) = nodes[index].source,
                let trees = (operation as? TreeEnsemble)?.trees
            else { return nil }
            return TreeAxes.Ensemble(value: Value(index), trees: trees, features: nodes[index].inputs[0])
        }
    }

    /// Whether there are ensembles of decision trees.
    package var hasTrees: Bool {
        nodes.contains { node in
            if case .operation(let operation) = node.source { operation is TreeEnsemble } else { false }
        }
    }
}
