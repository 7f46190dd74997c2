import Kernels
import Testing

extension KernelsTests {
    /// Random trees against a walk written plainly, in every number of lanes and on every path.
    @Suite struct Trees {
        private struct Ensemble {
            var roots: [Int32] = [], firsts: [Int32] = [0], targets: [Int32] = []
            var features: [Int32] = [], children: [Int32] = [], places: [Int32] = []
            var thresholds: [Double] = [], weights: [Double] = []

            init(seed: UInt64) {
                var generator = Noise(seed)
                for _ in 0..<7 {
                    let own = (0..<4).filter { _ in generator.next() % 2 == 0 }.map(Int32.init)
                    roots.append(Int32(features.count))
                    targets += own
                    firsts.append(Int32(targets.count))
                    grow(4, own.count, &generator)
                }
            }

            private mutating func grow(_ depth: Int, _ width: Int, _ generator: inout Noise) {
                let own = features.count
                let isLeaf = depth == 0 || generator.next() % 6 == 0
                let isMissingLow = generator.next() % 2 == 0
                features.append(isLeaf ? 0 : Int32(generator.next() % 5) | (isMissingLow ? Int32(GS_MISSING_LOW) : 0))
                thresholds.append(Double(Int(generator.next() % 9)) / 2 - 2)
                places.append(Int32(weights.count))
                children += [Int32(own), Int32(own)]
                guard !isLeaf else {
                    for _ in 0..<width { weights.append(Double(Float(Double(generator.next() % 2001) / 7 - 100))) }
                    return
                }
                for side in 0..<2 {
                    children[2 * own + side] = Int32(features.count)
                    grow(depth - 1, width, &generator)
                }
            }

            func plain<Number: BinaryFloatingPoint>(_ x: [Number], _ leaves: gs_leaves) -> [Number] {
                var found = [Number?](repeating: nil, count: 4)
                for tree in roots.indices {
                    var node = Int(roots[tree])
                    while Int(children[2 * node]) != node {
                        let value = x[Int(features[node] & ~Int32(GS_MISSING_LOW))]
                        let isLow =
                            value <= Number(thresholds[node])
                            || (value.isNaN && features[node] & Int32(GS_MISSING_LOW) != 0)
                        node = Int(children[2 * node + (isLow ? 0 : 1)])
                    }
                    for (column, target) in targets[Int(firsts[tree])..<Int(firsts[tree + 1])].enumerated() {
                        let weight = Number(weights[Int(places[node]) + column])
                        guard let sum = found[Int(target)] else {
                            found[Int(target)] = weight
                            continue
                        }
                        found[Int(target)] =
                            leaves == GS_LEAVES_SUM
                            ? sum + weight : leaves == GS_LEAVES_MIN ? min(sum, weight) : max(sum, weight)
                    }
                }
                return found.map { $0 ?? 0 }
            }

            func withForm(
                _ thresholds: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ leaves: gs_leaves,
                _ body: (UnsafePointer<gs_trees>) -> Void
            ) {
                roots.withUnsafeBufferPointer { roots in
                    firsts.withUnsafeBufferPointer { firsts in
                        targets.withUnsafeBufferPointer { targets in
                            features.withUnsafeBufferPointer { features in
                                children.withUnsafeBufferPointer { children in
                                    places.withUnsafeBufferPointer { places in
                                        var form = gs_trees(
                                            trees: roots.count, targets: 4, leaves: leaves, roots: roots.baseAddress,
                                            firsts: firsts.baseAddress, tree_targets: targets.baseAddress,
                                            features: features.baseAddress, children: children.baseAddress,
                                            places: places.baseAddress, thresholds: thresholds, weights: weights)
                                        body(&form)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }

        @Test func leavesAreThoseOfAWalk() {
            onEveryPath { _ in
                for seed in 0..<20 {
                    let trees = Ensemble(seed: UInt64(seed))
                    for leaves in [GS_LEAVES_SUM, GS_LEAVES_MIN, GS_LEAVES_MAX] {
                        compare(trees, leaves, Float.self) { gs_trees_f32($0, $1, $2, $3) }
                        compare(trees, leaves, Double.self) { gs_trees_f64($0, $1, $2, $3) }
                    }
                }
            }
        }

        private func compare<Number: BinaryFloatingPoint>(
            _ trees: Ensemble, _ leaves: gs_leaves, _: Number.Type,
            _ run: (UnsafePointer<gs_trees>, Int, UnsafePointer<Number>, UnsafeMutablePointer<Number>) -> Void
        ) {
            var generator = Noise(5)
            let (thresholds, weights) = (trees.thresholds.map { Number($0) }, trees.weights.map { Number($0) })
            for lanes in [1, 16, 48, 64] {
                let x = (0..<5 * lanes).map { _ in
                    generator.next() % 9 == 0 ? Number.nan : Number(Int(generator.next() % 17)) / 4 - 2
                }
                var y = [Number](repeating: 0, count: 4 * lanes)
                thresholds.withUnsafeBytes { thresholds in
                    weights.withUnsafeBytes { weights in
                        guard let first = thresholds.baseAddress, let second = weights.baseAddress else { return }
                        trees.withForm(first, second, leaves) { run($0, lanes, x, &y) }
                    }
                }
                for lane in 0..<lanes {
                    let own = trees.plain((0..<5).map { x[$0 * lanes + lane] }, leaves)
                    #expect((0..<4).map { y[$0 * lanes + lane] } == own)
                }
            }
        }
    }
}
