import Tensors

/// What an ensemble may give in a region: of each target the least and greatest sum, and how far a computed one may be from the
/// sum of its weights as real numbers.
struct TreeReach {
    private(set) var lower, upper, errors: [Double]

    init(_ trees: DecisionTrees, _ element: ElementType, _ test: (Int) -> CellTrees.Test) {
        lower = Array(repeating: 0, count: trees.targets)
        upper = lower
        errors = lower
        let unit = element == .float32 ? 0x1p-24 : 0x1p-53
        // Trees may share what is below their tests.
        var seen = [Bool](repeating: false, count: trees.nodeCount)
        for tree in 0..<trees.count {
            let targets = trees.targets(of: tree)
            var least = [Double](repeating: .infinity, count: targets.count)
            var greatest = [Double](repeating: -.infinity, count: targets.count)
            var open = [trees.root(of: tree)]
            while let node = open.popLast() {
                guard !seen[node] else { continue }
                seen[node] = true
                guard let (low, high) = trees.children(of: node) else {
                    for column in least.indices {
                        let weight = trees.weight(at: trees.place(of: node) + column).rounded(to: element)
                        least[column] = min(least[column], weight)
                        greatest[column] = max(greatest[column], weight)
                    }
                    continue
                }
                switch test(node) {
                case .low: open.append(low)
                case .high: open.append(high)
                case .split: open += [low, high]
                }
            }
            for (column, target) in targets.enumerated() {
                // Rounding of a sum is in proportion to what is summed so far.
                lower[Int(target)] += least[column]
                upper[Int(target)] += greatest[column]
                let size = max(lower[Int(target)].magnitude, upper[Int(target)].magnitude) + errors[Int(target)]
                errors[Int(target)] = (errors[Int(target)] + size * unit * 1.000_001).nextUp
            }
        }
    }

    func magnitude(_ target: Int) -> Double {
        (max(lower[target].magnitude, upper[target].magnitude) * 1.000_001).nextUp
    }
}

extension Double {
    /// As the engine keeps it.
    func rounded(to element: ElementType) -> Double { element == .float32 ? Double(Float(self)) : self }
}
