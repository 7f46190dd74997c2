import Search
import Tensors
import Testing

@testable import Certificates

/// Proofs about trees: what the prover shows by cells, the checker follows by its own bounds; and what does not hold it does not accept.
@Suite struct TreeTests {
    @Test(arguments: [CoordinateKind.real32, .real64, .integer])
    func proofsOfTreesAreAccepted(_ kind: CoordinateKind) throws {
        var counts = (cut: 0, accepted: 0)
        for seed in 1...30 {
            let problem = try problem(kind, seed: UInt64(seed), lead: 3)
            guard let tree = try problem.tree() else { continue }
            counts.accepted += 1
            counts.cut += tree.count > 1 ? 1 : 0
            let verdict = try problem.verdict(problem.certificate(tree))
            #expect(verdict.isAccepted, "seed \(seed), \(tree.count) steps: \(verdict)")
        }
        #expect(counts.cut > 2, "\(counts)")
    }

    /// The whole domain as one leaf, of claims that some point contradicts.
    @Test func whatDoesNotHoldIsRefused() throws {
        var count = 0
        for seed in 1...30 {
            let problem = try problem(.real32, seed: UInt64(seed), lead: 0)
            guard try problem.tree() == nil else { continue }
            count += 1
            var tree = ProofTree(boxes: 1)
            tree.settle(0, parts: Array(0..<(try problem.circuit().partCount)))
            #expect(try problem.verdict(problem.certificate(tree)).isRefused, "seed \(seed)")
        }
        #expect(count > 5)
    }

    /// That the first of three targets, with a lead, is the greatest.
    private func problem(_ kind: CoordinateKind, seed: UInt64, lead: Double) throws -> Problem {
        var noise = Noise(seed: seed)
        let box = Box(lower: [-2, -2, -2], upper: [2, 2, 2])
        return try Problem(kinds: [kind, kind, kind], boxes: [box]) { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            let scores = try graph.add(
                Cast(to: .float64), [graph.add(TreeEnsemble(.random(&noise), .float32), [narrow])])
            let start = graph.constant(try Tensor([3], [lead, 0, 0]))
            let zero = graph.constant(try Tensor(Shape([]), [0 as Int64]))
            return try graph.add(ArgIs(.max, .positive), [graph.add(Binary(.add), [scores, start]), zero])
        }
    }
}

extension DecisionTrees {
    /// Four trees over three features, for three targets.
    static func random(_ noise: inout Noise) throws -> DecisionTrees {
        let trees = (0..<4).map { _ in
            var tree = Tree()
            tree.grow(3, &noise)
            return tree
        }
        return try DecisionTrees(trees, features: 3, targets: 3)
    }
}

extension DecisionTrees.Tree {
    @discardableResult
    fileprivate mutating func grow(_ depth: Int, _ noise: inout Noise) -> Int {
        let own = nodes.count
        nodes.append(.leaf(0..<0))
        guard depth > 0 else {
            weights += (0..<3).map { ($0, Double(Float(noise.number(-1...1)))) }
            nodes[own] = .leaf(weights.count - 3..<weights.count)
            return own
        }
        let (feature, threshold) = (Int.random(in: 0..<3, using: &noise), Double(Float(noise.number(-2...2))))
        let (low, high) = (grow(depth - 1, &noise), grow(depth - 1, &noise))
        nodes[own] = .test(feature: feature, atMost: threshold, isMissingLow: false, low: low, high: high)
        return own
    }
}
