import Tensors

/// Puts trees together from tests of every kind that files have, by tests of one kind: at most a threshold.
struct TreeNodes {
    enum Test: String, CaseIterable {
        case atMost = "BRANCH_LEQ"
        case less = "BRANCH_LT"
        case atLeast = "BRANCH_GTE"
        case greater = "BRANCH_GT"
        case equal = "BRANCH_EQ"
        case unequal = "BRANCH_NEQ"

        /// By number, as `TreeEnsemble` of version 5 has them; 6 is membership.
        static let numbered: [Test] = [.atMost, .less, .atLeast, .greater, .equal, .unequal]
    }

    private(set) var tree: DecisionTrees.Tree
    /// The number that is next below another one in the type of what is tested.
    private let below: (Double) -> Double

    /// The first nodes are there to be named; those that a test takes besides come behind them.
    init(count: Int, isDouble: Bool) {
        tree = .init(nodes: Array(repeating: .leaf(0..<0), count: count))
        below = isDouble ? { $0.nextDown } : { Double(Float($0).nextDown) }
    }

    mutating func leaf(_ node: Int, _ weights: [(target: Int, weight: Double)]) {
        let first = tree.weights.count
        tree.weights += weights
        tree.nodes[node] = .leaf(first..<tree.weights.count)
    }

    /// A node that leads to `yes` where the test holds, to `no` where not, and with NaN to `yes` if that is said; but NaN is
    /// unequal to everything.
    mutating func test(
        _ node: Int, _ test: Test, feature: Int, _ number: Double, isMissingYes: Bool, yes: Int, no: Int
    ) {
        func split(_ threshold: Double, isMissingLow: Bool, _ low: Int, _ high: Int) -> DecisionTrees.Tree.Node {
            .test(feature: feature, atMost: threshold, isMissingLow: isMissingLow, low: low, high: high)
        }
        // Nothing is less than -infinity.
        let nothing = number == -.infinity
        switch test {
        case .atMost: tree.nodes[node] = split(number, isMissingLow: isMissingYes, yes, no)
        case .greater: tree.nodes[node] = split(number, isMissingLow: !isMissingYes, no, yes)
        case .less:
            tree.nodes[node] = split(below(number), isMissingLow: isMissingYes, nothing ? no : yes, no)
        case .atLeast:
            tree.nodes[node] = split(below(number), isMissingLow: !isMissingYes, nothing ? yes : no, yes)
        case .equal:
            let isLess = add(split(below(number), isMissingLow: false, nothing ? yes : no, yes))
            tree.nodes[node] = split(number, isMissingLow: isMissingYes, isLess, no)
        case .unequal:
            let isLess = add(split(below(number), isMissingLow: false, nothing ? no : yes, no))
            tree.nodes[node] = split(number, isMissingLow: false, isLess, yes)
        }
    }

    /// A node that leads to `yes` where the feature is one of some numbers: they are halved until one is left.
    mutating func membership(
        _ node: Int, feature: Int, _ numbers: [Double], isMissingYes: Bool, yes: Int, no: Int
    ) {
        var open = [(node: node, numbers: Set(numbers).sorted()[...])]
        while let (node, numbers) = open.popLast() {
            guard numbers.count > 1 else {
                test(
                    node, .equal, feature: feature, numbers.first ?? .infinity, isMissingYes: isMissingYes,
                    yes: numbers.isEmpty ? no : yes, no: no)
                continue
            }
            let middle = (numbers.startIndex + numbers.endIndex) / 2
            let (low, high) = (add(.leaf(0..<0)), add(.leaf(0..<0)))
            tree.nodes[node] = .test(
                feature: feature, atMost: numbers[middle - 1], isMissingLow: false, low: low, high: high)
            open += [(low, numbers[..<middle]), (high, numbers[middle...])]
        }
    }

    /// A node that leads to the child of the piece of numbers in which the feature is, and with NaN to a child of its own. A piece has
    /// the numbers that are above the bound of the one before it, and not above its own; the last bound is infinity.
    mutating func pieces(_ node: Int, feature: Int, _ pieces: [(upTo: Double, child: Int)], missing: Int) {
        let merged = pieces.indices.filter { $0 + 1 == pieces.count || pieces[$0].child != pieces[$0 + 1].child }.map {
            pieces[$0]
        }
        guard let home = merged.firstIndex(where: { $0.child == missing }) else {
            let others = add(.leaf(0..<0))
            tree.nodes[node] = .test(
                feature: feature, atMost: .infinity, isMissingLow: false, low: others, high: missing)
            return self.pieces(others, feature: feature, merged, missing: merged[0].child)
        }
        var open = [(node: node, range: merged.indices)]
        while let (node, range) = open.popLast() {
            let middle = (range.lowerBound + range.upperBound) / 2
            let halves = [range.lowerBound..<max(middle, range.lowerBound + 1), middle..<range.upperBound]
            let children = halves.map { half in
                guard half.count > 1 else { return merged[half.lowerBound].child }
                let inner = add(.leaf(0..<0))
                open.append((inner, half))
                return inner
            }
            tree.nodes[node] = .test(
                feature: feature, atMost: merged[halves[0].upperBound - 1].upTo, isMissingLow: halves[0].contains(home),
                low: children[0], high: children[1])
        }
    }

    /// A node that leads to `yes` where the feature, its fraction cut off, is one of some categories, which are not negative; what is
    /// negative counts as category 0 if it is above `bound`.
    mutating func categories(
        _ node: Int, feature: Int, _ categories: [Int], zeroAbove bound: Double, yes: Int, no: Int, missing: Int
    ) {
        var found: [(upTo: Double, child: Int)] = []
        for category in Set(categories).sorted() {
            let first = category == 0 ? bound : below(Double(category))
            if found.last.map({ $0.upTo < first }) ?? true { found.append((first, no)) }
            found.append((below(Double(category + 1)), yes))
        }
        pieces(node, feature: feature, found + [(.infinity, no)], missing: missing)
    }

    private mutating func add(_ node: DecisionTrees.Tree.Node) -> Int {
        tree.nodes.append(node)
        return tree.nodes.count - 1
    }
}
