import Certificates
import Search
import Tensors
import Testing

@testable import Proof

/// Claims about random trees, each verdict against all cells, one by one: every one is decided, and rightly.
@Suite struct TreeTests {
    /// What the trees read: the coordinates as they are, or a constant added, or one taken from a constant.
    enum Path: CaseIterable { case direct, shifted, turned }

    @Test(arguments: Path.allCases, [CoordinateKind.real32, .real64, .integer])
    func verdictsAreThoseOfAllCells(_ path: Path, _ kind: CoordinateKind) throws {
        var chance = Chance(state: 77)
        var counts = [0, 0]
        for round in 0..<60 {
            var graph = Graph()
            let x = try graph.input("x", TensorType(.float64, [3]))
            let margin = try margin(&graph, features(&graph, x, path), &chance, round)
            let space = Space(kind, (0..<3).map { _ in (-2, 2) })
            let objective = try MarginObjective(space, graph, margin)
            let isViolated = try corners(space, graph, path).contains { objective.margin(at: $0) < 0 }
            var prover = try Prover(objective, graph: graph, margin: margin)
            prover.threads = 1 + round % 2
            var none: ProofTree?
            switch prover.proveTrees(recording: &none) {
            case .proved:
                #expect(!isViolated)
                counts[0] += 1
            case .found(let point, _):
                #expect(isViolated && objective.margin(at: point) < 0 && space.contains(point))
                counts[1] += 1
            case .undecided(let reason, _): Issue.record("\(reason)")
            }
        }
        #expect(counts.allSatisfy { $0 >= 5 }, "\(counts)")
    }

    private func features(_ graph: inout Graph, _ x: Value, _ path: Path) throws -> Value {
        let shift = graph.constant(try Tensor([3], [0.1, -0.3, 1.0 / 3]))
        switch path {
        case .direct: return try graph.add(Cast(to: .float32), [x])
        case .shifted: return try graph.add(Cast(to: .float32), [graph.add(Binary(.add), [x, shift])])
        case .turned: return try graph.add(Cast(to: .float32), [graph.add(Binary(.subtract), [shift, x])])
        }
    }

    /// Three targets: that the first is the greatest; that one is at most a number; that two ensembles are near each other.
    private func margin(_ graph: inout Graph, _ x: Value, _ chance: inout Chance, _ round: Int) throws -> Value {
        func ensemble() throws -> Value {
            let trees = (0..<1 + chance.below(4)).map { _ in tree(&chance, targets: 3) }
            return try graph.add(TreeEnsemble(DecisionTrees(trees, features: 3, targets: 3), .float32), [x])
        }
        let scores = try ensemble()
        let wide = try graph.add(Cast(to: .float64), [scores])
        switch round % 3 {
        case 0:
            // What the first target starts with makes some hold.
            let start = graph.constant(try Tensor([3], [2.5, 0, 0]))
            let raised = try graph.add(Binary(.add), [wide, start])
            let zero = graph.constant(try Tensor(Shape([]), [0 as Int64]))
            return try graph.add(ArgIs(.max, round % 2 == 0 ? .positive : .negative), [raised, zero])
        case 1:
            let limit = graph.constant(try Tensor([3], [Double](repeating: Double(chance.below(4)), count: 3)))
            return try graph.add(Reduce(.minimum), [graph.add(Compare(.lessOrEqual), [wide, limit])])
        default:
            let other = try graph.add(Cast(to: .float64), [ensemble()])
            let apart = try graph.add(Unary(.absolute), [graph.add(Binary(.subtract), [wide, other])])
            let limit = graph.constant(try Tensor([3], [Double](repeating: Double(1 + chance.below(5)), count: 3)))
            return try graph.add(Reduce(.minimum), [graph.add(Compare(.less), [apart, limit])])
        }
    }

    private func tree(_ chance: inout Chance, targets: Int) -> DecisionTrees.Tree {
        var tree = DecisionTrees.Tree()
        func grow(_ depth: Int) -> Int {
            let own = tree.nodes.count
            tree.nodes.append(.leaf(0..<0))
            guard depth > 0, chance.below(5) > 0 else {
                let first = tree.weights.count
                for target in 0..<targets where chance.below(4) > 0 {
                    tree.weights.append((target, Double(Float(chance.number() / 2))))
                }
                tree.nodes[own] = .leaf(first..<tree.weights.count)
                return own
            }
            let (feature, threshold) = (chance.below(3), Double(Float(chance.number() / 2)))
            tree.nodes[own] = .test(
                feature: feature, atMost: threshold, isMissingLow: false, low: grow(depth - 1), high: grow(depth - 1))
            return own
        }
        _ = grow(3)
        return tree
    }

    /// A point of every cell: ends, and both sides of every threshold that any tree has, as far as the space goes.
    private func corners(_ space: Space, _ graph: Graph, _ path: Path) throws -> [[Double]] {
        let shifts = [0.1, -0.3, 1.0 / 3]
        let values = (0..<3).map { place -> [Double] in
            var values: Set<Double> = [-2, 2]
            for node in graph.nodes {
                guard case .operation(let operation) = node.source, let trees = (operation as? TreeEnsemble)?.trees
                else {
                    continue
                }
                for index in 0..<trees.nodeCount where trees.children(of: index) != nil {
                    let test = trees.test(of: index)
                    guard test.feature == place else { continue }
                    let at =
                        switch path {
                        case .direct: test.atMost
                        case .shifted: test.atMost - shifts[place]
                        case .turned: shifts[place] - test.atMost
                        }
                    for value in [at - 1, at - 1e-6, at.nextDown, at, at.nextUp, at + 1e-6, at + 1] {
                        values.insert(space.snapped(value, at: place, in: space.boxes[0]))
                    }
                }
            }
            return values.sorted()
        }
        return values[0].flatMap { x in values[1].flatMap { y in values[2].map { [x, y, $0] } } }
    }
}
