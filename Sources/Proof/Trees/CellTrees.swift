import Tensors

/// Trees over cells: each coordinate is cut into intervals, and every test asks whether the interval's number is at most some number.
///
/// The leaves of all trees have one weight, and the sum of one of each is what is to be bounded.
struct CellTrees: Sendable {
    struct Node: Sendable {
        /// The coordinate tested, by place among those that are; -1 in a leaf.
        var axis: Int32
        var atMost: Int32
        var low, high: Int32
        /// The least weight of all leaves below.
        var least: Double
    }

    private(set) var nodes: [Node] = []
    private(set) var roots: [Int32] = []
    /// What trees give that are one leaf.
    private(set) var constant = 0.0
    /// What may be missing to the sum of the weights as real numbers, as float64 sums it.
    private(set) var error = 0.0
    /// Per node, how many paths lead down from it.
    private var paths: [Double] = []
    /// Of the tree that is being read, the copy of each node: parts that are shared stay shared.
    private var copies: [Int: Int] = [:]

    /// Deeper trees are not read: regions are walked through by calls.
    static let greatestDepth = 2000
    /// Nor are trees that share so much that they have more paths than this.
    static let greatestPaths = 0x1p22

    /// What a test becomes.
    enum Test {
        case low, high
        /// The low side begins with the coordinate's first intervals, or, turned, ends with its last ones.
        case split(axis: Int, atMost: Int, isTurned: Bool)
    }

    /// Adds the trees of an ensemble; `weight` is that of a leaf by where its weights begin, and `test` says what becomes of a
    /// node's test. Throws where trees are too deep, or have too many paths.
    mutating func add(
        _ trees: DecisionTrees, weight: (_ tree: Int, _ place: Int) -> Double, test: (_ node: Int) -> Test
    ) throws(ShapeError) {
        var size = 0.0
        for tree in 0..<trees.count {
            let first = nodes.count
            copies.removeAll(keepingCapacity: true)
            let root = try copy(trees, Int(trees.root(of: tree)), tree, weight, test, depth: 0)
            size += nodes[first...].reduce(0) { $1.axis < 0 ? max($0, $1.least.magnitude) : $0 }
            if nodes[root].axis < 0 {
                constant += nodes[root].least
                nodes.removeSubrange(first...)
                paths.removeSubrange(first...)
            } else {
                roots.append(Int32(root))
            }
        }
        error += size * Double(trees.count + 2) * 0x1p-51
        guard roots.reduce(0, { $0 + paths[Int($1)] }) <= Self.greatestPaths else {
            throw ShapeError("trees of more than \(Int(Self.greatestPaths)) paths")
        }
    }

    private mutating func copy(
        _ trees: DecisionTrees, _ start: Int, _ tree: Int, _ weight: (Int, Int) -> Double, _ test: (Int) -> Test,
        depth: Int
    ) throws(ShapeError) -> Int {
        if let known = copies[start] { return known }
        guard depth < Self.greatestDepth else {
            throw ShapeError("trees of more than \(Self.greatestDepth) tests in a row")
        }
        var node = start
        while let (low, high) = trees.children(of: node) {
            switch test(node) {
            case .low: node = low
            case .high: node = high
            case .split(let axis, let atMost, let isTurned):
                let below = try copy(trees, isTurned ? high : low, tree, weight, test, depth: depth + 1)
                let above = try copy(trees, isTurned ? low : high, tree, weight, test, depth: depth + 1)
                // What is the same on both sides is no test.
                if nodes[below].axis < 0, nodes[above].axis < 0, nodes[below].least == nodes[above].least {
                    return below
                }
                let least = min(nodes[below].least, nodes[above].least)
                return append(
                    Node(
                        axis: Int32(axis), atMost: Int32(atMost), low: Int32(below), high: Int32(above), least: least),
                    paths: paths[below] + paths[above], for: start)
            }
        }
        let leaf = Node(axis: -1, atMost: 0, low: 0, high: 0, least: weight(tree, trees.place(of: node)))
        return append(leaf, paths: 1, for: start)
    }

    private mutating func append(_ node: Node, paths count: Double, for original: Int) -> Int {
        nodes.append(node)
        paths.append(count)
        copies[original] = nodes.count - 1
        return nodes.count - 1
    }
}

/// A box of cells: the first and the last of each coordinate that trees test.
struct CellBox: Sendable {
    var lower, upper: [Int32]
}

/// Bounds sums over trees in boxes of cells.
struct CellBounds {
    /// What is known of a sum in a box: a lower bound, and the cut that should raise it most; nil where no tree has a test left.
    struct Bound {
        var least: Double
        var cut: Cut?
    }

    struct Cut {
        let axis, atMost: Int
        let worth: Double
    }

    /// What a tree's first open test would gain on each side.
    private struct Gain {
        let axis, atMost: Int32
        let low, high: Double

        /// By axis, and by the number there.
        var place: Int64 { Int64(axis) << 32 | Int64(atMost) }
    }

    private var gains: [Gain] = []

    /// The sum of what each tree gives at least, summed in float64.
    mutating func bound(_ trees: CellTrees, _ box: CellBox) -> Bound {
        gains.removeAll(keepingCapacity: true)
        let sum = trees.nodes.withUnsafeBufferPointer { nodes in
            Self.walk(nodes, box) { walk in
                trees.roots.reduce(trees.constant) { sum, root in
                    let own = nodes[walk.first(Int(root))]
                    guard own.axis >= 0 else { return sum + own.least }
                    let (low, high) = (walk.least(Int(own.low)), walk.least(Int(own.high)))
                    let least = min(low, high)
                    gains.append(Gain(axis: own.axis, atMost: own.atMost, low: low - least, high: high - least))
                    return sum + least
                }
            }
        }
        return Bound(least: sum, cut: bestCut())
    }

    /// Cutting at a number settles the tests of the low side at that number or above, and those of the high side at it or below.
    private mutating func bestCut() -> Cut? {
        guard !gains.isEmpty else { return nil }
        gains.sort { $0.place < $1.place }
        var best: Cut?
        var first = 0
        while first < gains.count {
            var (end, low) = (first, 0.0)
            while end < gains.count, gains[end].axis == gains[first].axis {
                low += gains[end].low
                end += 1
            }
            var (high, place) = (0.0, first)
            while place < end {
                let atMost = gains[place].atMost
                var passed = 0.0
                while place < end, gains[place].atMost == atMost {
                    high += gains[place].high
                    passed += gains[place].low
                    place += 1
                }
                let worth = 5 * min(low, high) + max(low, high)
                if best.map({ worth > $0.worth }) ?? true {
                    best = Cut(axis: Int(gains[first].axis), atMost: Int(atMost), worth: worth)
                }
                low -= passed
            }
            first = end
        }
        return best
    }

    /// One cell of a box in which the sum is likely small: tree by tree the best leaf that the ones before leave within reach, first
    /// the trees to which it matters most which side of their first open test they are on.
    func promising(_ trees: CellTrees, _ box: CellBox) -> CellBox {
        var box = box
        trees.nodes.withUnsafeBufferPointer { nodes in
            for root in mattering(trees, box, nodes) {
                var node = root
                while true {
                    node = Self.walk(nodes, box) { $0.first(node) }
                    let own = nodes[node]
                    guard own.axis >= 0 else { break }
                    let isLow = Self.walk(nodes, box) { $0.least(Int(own.low)) <= $0.least(Int(own.high)) }
                    if isLow {
                        box.upper[Int(own.axis)] = own.atMost
                    } else {
                        box.lower[Int(own.axis)] = own.atMost + 1
                    }
                    node = Int(isLow ? own.low : own.high)
                }
            }
        }
        return box
    }

    /// The roots of trees that have an open test in a box, those first whose sides differ most.
    private func mattering(
        _ trees: CellTrees, _ box: CellBox, _ nodes: UnsafeBufferPointer<CellTrees.Node>
    ) -> [Int] {
        var found: [(root: Int, difference: Double)] = []
        Self.walk(nodes, box) { walk in
            for root in trees.roots {
                let own = nodes[walk.first(Int(root))]
                guard own.axis >= 0 else { continue }
                let difference = walk.least(Int(own.low)) - walk.least(Int(own.high))
                found.append((Int(root), difference.magnitude))
            }
        }
        return found.sorted { $0.difference > $1.difference }.map(\.root)
    }

    private static func walk<Result>(
        _ nodes: UnsafeBufferPointer<CellTrees.Node>, _ box: CellBox, _ body: (Walk) -> Result
    ) -> Result {
        box.lower.withUnsafeBufferPointer { lower in
            box.upper.withUnsafeBufferPointer { upper in body(Walk(nodes: nodes, lower: lower, upper: upper)) }
        }
    }

    /// Goes through the part of a tree that a box reaches.
    private struct Walk {
        let nodes: UnsafeBufferPointer<CellTrees.Node>
        let lower, upper: UnsafeBufferPointer<Int32>

        /// The first node whose test is open, or a leaf.
        func first(_ start: Int) -> Int {
            var node = start
            while nodes[node].axis >= 0 {
                let axis = Int(nodes[node].axis)
                if upper[axis] <= nodes[node].atMost {
                    node = Int(nodes[node].low)
                } else if lower[axis] > nodes[node].atMost {
                    node = Int(nodes[node].high)
                } else {
                    break
                }
            }
            return node
        }

        /// The least weight within reach: a side is passed over where nothing below is less than what is found.
        func least(_ start: Int) -> Double {
            let own = nodes[first(start)]
            guard own.axis >= 0 else { return own.least }
            let lowFirst = nodes[Int(own.low)].least <= nodes[Int(own.high)].least
            let (near, far) = lowFirst ? (Int(own.low), Int(own.high)) : (Int(own.high), Int(own.low))
            let found = least(near)
            return nodes[far].least >= found ? found : min(found, least(far))
        }
    }
}
