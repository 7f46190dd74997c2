extension TreeEnsemble: Enclosing {
    /// Of each tree the leaves within reach; their least and greatest weights are put together as the engine does it, which rounding,
    /// being monotone, keeps in order.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let (features, targets) = (trees.features, trees.targets)
        var box = [Ends](repeating: Enclosure.unknown, count: features)
        // A node to which several tests lead is gone through once for each box.
        var seen = [Int32](repeating: -1, count: trees.sharesNodes ? trees.nodeCount : 0)
        for row in 0..<(output.shape.count / max(targets, 1)) {
            for lane in 0..<lanes {
                for feature in 0..<features { box[feature] = inputs[0][(row * features + feature) * lanes + lane] }
                let number = Int32(row * lanes + lane)
                for (target, ends) in enclosure(box, number, &seen).enumerated() {
                    output[(row * targets + target) * lanes + lane] = ends
                }
            }
        }
    }

    private func enclosure(_ box: [Ends], _ number: Int32, _ seen: inout [Int32]) -> [Ends] {
        let none: Ends =
            switch trees.leaves {
            case .sum: (0, 0)
            case .least: (.infinity, .infinity)
            case .greatest: (-.infinity, -.infinity)
            }
        var sums = [Ends](repeating: none, count: trees.targets)
        var (open, own) = ([Int](), [Ends]())
        for tree in 0..<trees.count {
            let targets = trees.targets(of: tree)
            own.removeAll(keepingCapacity: true)
            own += repeatElement((.infinity, -.infinity), count: targets.count)
            open.append(trees.root(of: tree))
            while let node = open.popLast() {
                if trees.sharesNodes {
                    guard seen[node] != number else { continue }
                    seen[node] = number
                }
                guard let (low, high) = trees.children(of: node) else {
                    for column in own.indices {
                        let weight = rounded(trees.weight(at: trees.place(of: node) + column))
                        own[column] = (min(own[column].lower, weight), max(own[column].upper, weight))
                    }
                    continue
                }
                let test = trees.test(of: node)
                let ends = box[test.feature]
                // What is unknown may be NaN as well.
                if !Enclosure.isKnown(ends) || ends.lower <= test.atMost { open.append(low) }
                if !Enclosure.isKnown(ends) || ends.upper > test.atMost { open.append(high) }
            }
            for (column, target) in targets.enumerated() {
                sums[Int(target)] = joined(sums[Int(target)], own[column])
            }
        }
        return trees.leaves == .sum ? sums : sums.map { $0 == none ? (0, 0) : $0 }
    }

    private func joined(_ sum: Ends, _ tree: Ends) -> Ends {
        switch trees.leaves {
        case .sum: (rounded(sum.lower + tree.lower), rounded(sum.upper + tree.upper))
        case .least: (min(sum.lower, tree.lower), min(sum.upper, tree.upper))
        case .greatest: (max(sum.lower, tree.lower), max(sum.upper, tree.upper))
        }
    }

    /// In the format of the ensemble.
    private func rounded(_ number: Double) -> Double { element == .float32 ? Double(Float(number)) : number }
}
