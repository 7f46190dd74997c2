import Tensors

/// Ensembles of decision trees, their scores put together as ONNX Runtime does with one thread: tree after tree, in the input's type.
enum TreeEnsembles {
    static let rules: [String: OperatorRule] = [
        "TreeEnsembleRegressor": regressor,
        "TreeEnsembleClassifier": classifier,
        "TreeEnsemble": ensemble,
    ]

    /// How the scores of trees become one.
    enum Aggregate: String {
        case average = "AVERAGE"
        case sum = "SUM"
        case least = "MIN"
        case greatest = "MAX"

        static let numbered: [Aggregate] = [.average, .sum, .least, .greatest]

        fileprivate var leaves: DecisionTrees.Leaves {
            switch self {
            case .average, .sum: .sum
            case .least: .least
            case .greatest: .greatest
            }
        }
    }

    /// The scores of rows, not yet transformed; `base` is added at the end.
    fileprivate static func scores(
        _ node: Application, _ x: Value, _ trees: [DecisionTrees.Tree], targets: Int, _ aggregate: Aggregate,
        base: [Double]
    ) throws -> Value {
        if aggregate.leaves != .sum, trees.contains(where: { $0.weights.contains { !$0.weight.isFinite } }) {
            throw ModelError("a leaf's weight is not finite")
        }
        let forest = try DecisionTrees(trees, features: node.shape(x)[1], targets: targets, leaves: aggregate.leaves)
        var sums = try node.add(TreeEnsemble(forest, node.element(x)), x)
        if aggregate == .average { sums = try node.binary(.divide, sums, Double(trees.count)) }
        return base.isEmpty ? sums : try node.binary(.add, sums, node.row(base, like: sums))
    }

    /// Whether the leaves that are reached speak of a target, by row and target; nil where they always do. The first targets may
    /// count as spoken of.
    fileprivate static func scored(
        _ node: Application, _ x: Value, _ trees: [DecisionTrees.Tree], targets: Int, given: Int = 0
    ) throws -> Value? {
        let always = Set(0..<given).union(trees.reduce(into: Set<Int>()) { $0.formUnion($1.targetsOfEveryLeaf) })
        guard always.count < targets else { return nil }
        let counting = trees.map { tree in
            DecisionTrees.Tree(nodes: tree.nodes, weights: tree.weights.map { ($0.target, 1) })
        }
        let base = (0..<targets).map { $0 < given ? 1.0 : 0 }
        return try node.binary(.greater, scores(node, x, counting, targets: targets, .sum, base: base), 0)
    }

    // MARK: - Regressors

    private static let regressor: OperatorRule = { node in
        let x = try node.rows(keepingDouble: true)
        let targets = try node.integer("n_targets", default: 1)
        guard targets > 0 else { throw ModelError("it has \(targets) targets") }
        let name = try node.text("aggregate_function", default: "SUM")
        guard let aggregate = Aggregate(rawValue: name) else {
            throw ModelError("aggregate_function `\(name)` is unknown")
        }
        let attributes = try TreeAttributes(node, part: "target", isDouble: node.element(x) == .float64)
        let base = try node.numbers("base_values") ?? []
        let trees = try attributes.trees()
        var sums = try scores(node, x, trees, targets: targets, aggregate, base: base.count == targets ? base : [])
        // Of several targets, what no leaf speaks of is 0, and its base does not count.
        if targets > 1, let isScored = try scored(node, x, trees, targets: targets) {
            sums = try node.add(Select(), isScored, sums, node.scalar(0, like: sums))
        }
        let transform = try PostTransform(node)
        // Of one target nothing is made but by probit.
        let results = try targets > 1 || transform == .probit ? transform.apply(node, sums) : sums
        return [try node.cast(results, to: .float32)]
    }

    private static let ensemble: OperatorRule = { node in
        let x = try node.rows(keepingDouble: true)
        let targets = try node.integer("n_targets", default: 1)
        guard targets > 0 else { throw ModelError("it has \(targets) targets") }
        let number = try node.integer("aggregate_function", default: 1)
        guard Aggregate.numbered.indices.contains(number) else {
            throw ModelError("aggregate_function \(number) is unknown")
        }
        let trees = try TreeTables(node, isDouble: node.element(x) == .float64).trees()
        let sums = try scores(node, x, trees, targets: targets, Aggregate.numbered[number], base: [])
        let transforms: [PostTransform] = [.none, .softmax, .logistic, .softmaxOfNonzero, .probit]
        let transform = try node.integer("post_transform", default: 0)
        guard transforms.indices.contains(transform) else { throw ModelError("post_transform \(transform) is unknown") }
        let isPlain = targets == 1 && transforms[transform] != .probit
        return [isPlain ? sums : try transforms[transform].apply(node, sums)]
    }

    // MARK: - Classifiers

    private static let classifier: OperatorRule = { node in
        let x = try node.rows(keepingDouble: true)
        let labels = try ClassLabels(node, numbers: "classlabels_int64s")
        let attributes = try TreeAttributes(node, part: "class", isDouble: node.element(x) == .float64)
        let reading = Classes(
            node: node, x: x, labels: labels, attributes: attributes, transform: try PostTransform(node))
        let (classes, scores) = try labels.count == 2 ? reading.two() : reading.many()
        // Where two classes have scores of their own, ONNX Runtime answers 0 and 1 whatever they are called.
        let isNumbered = labels.count == 2 && attributes.targets.count > 1
        return [
            try (isNumbered ? labels.numbered : labels).labels(node, of: classes), try node.cast(scores, to: .float32),
        ]
    }

    private struct Classes {
        let node: Application
        let x: Value
        let labels: ClassLabels
        let attributes: TreeAttributes
        let transform: PostTransform

        private func sums(_ trees: [DecisionTrees.Tree], base: [Double] = []) throws -> Value {
            try scores(node, x, trees, targets: labels.count, .sum, base: base)
        }

        /// What no leaf speaks of is 0, and not the best, unless it has a base.
        func many() throws -> (classes: Value, scores: Value) {
            let trees = try attributes.trees()
            let base = try node.numbers("base_values") ?? []
            guard base.count <= labels.count else {
                throw ModelError("it has \(base.count) base values for \(labels.count) classes")
            }
            let scores = try sums(
                trees, base: base.isEmpty ? [] : base + Array(repeating: 0, count: labels.count - base.count))
            var candidates = scores
            if let isScored = try scored(node, x, trees, targets: labels.count, given: base.count) {
                candidates = try node.add(Select(), isScored, scores, node.scalar(-.infinity, like: scores))
            }
            return (try node.add(ArgExtremum(.max, axis: 1), candidates), try transform.apply(node, scores))
        }

        /// Two classes may have one score between them, that of the second.
        func two() throws -> (classes: Value, scores: Value) {
            let trees = try attributes.trees()
            let base = try node.numbers("base_values") ?? []
            let always = trees.reduce(into: Set<Int>()) { $0.formUnion($1.targetsOfEveryLeaf) }
            guard attributes.targets.contains(1) == always.contains(1) else {
                throw ModelError("some leaves give the second class a score and others do not")
            }
            let sums = try sums(trees)
            let first = try node.slice(sums, axis: 1, from: 0, count: 1)
            let second = try node.slice(sums, axis: 1, from: 1, count: 1)
            guard always.contains(1) else { return try one(first, base) }
            return try both(first, second, base)
        }

        /// Only the first class has scores; unless both have a base, they stand for the second.
        private func one(_ score: Value, _ base: [Double]) throws -> (classes: Value, scores: Value) {
            let sum = try base.isEmpty ? score : node.binary(.add, score, base[0])
            guard base.count == 2 else { return (try best(sum), try spread(sum)) }
            let nothing = try node.expand(node.scalar(0, like: sum), to: node.shape(sum))
            return (try best(sum), try transform.apply(node, node.concatenate([sum, nothing], axis: 1)))
        }

        private func both(_ first: Value, _ second: Value, _ base: [Double]) throws -> (classes: Value, scores: Value) {
            var (first, second) = (first, second)
            switch base.count {
            case 2:
                second = try node.binary(.add, first, base[1])
                first = try node.unary(.negate, second)
            case 1: first = try node.binary(.add, first, base[0])
            default: break
            }
            let scores = try node.concatenate([first, second], axis: 1)
            return (try best(second), try transform.apply(node, scores))
        }

        private var isBinary: Bool { attributes.targets.count == 1 }
        private var isProbability: Bool { isBinary && attributes.areWeightsNonnegative }

        private func best(_ score: Value) throws -> Value {
            try ClassLabels.best(node, score, above: isProbability ? 0.5 : 0)
        }

        /// Both scores from one.
        private func spread(_ score: Value) throws -> Value {
            if transform == .probit {
                throw ModelError("post_transform PROBIT of one score of two classes is not supported")
            }
            return try isProbability ? transform.ofProbability(node, score) : transform.ofTwo(node, score)
        }
    }
}

extension DecisionTrees.Tree {
    /// The targets that have a weight whichever leaf is reached.
    fileprivate var targetsOfEveryLeaf: Set<Int> {
        var common: Set<Int>?
        for case .leaf(let range) in nodes {
            let own = Set(weights[range].map(\.target))
            common = common?.intersection(own) ?? own
            if common?.isEmpty ?? false { break }
        }
        return common ?? []
    }
}
