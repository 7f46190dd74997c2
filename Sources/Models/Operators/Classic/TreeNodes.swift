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

    private mutating func add(_ node: DecisionTrees.Tree.Node) -> Int {
        tree.nodes.append(node)
        return tree.nodes.count - 1
    }
}
