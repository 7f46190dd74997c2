/// How well scores tell positives, which ought to have the higher ones, from negatives: the receiver operating characteristic.
package struct ROC: Sendable {
    /// In descending order; infinite ones are allowed.
    private let positives, negatives: [Double]

    /// nil where there are none of either; no score is to be NaN.
    package init?(positives: [Double], negatives: [Double]) {
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        (self.positives, self.negatives) = (positives.sorted(by: >), negatives.sorted(by: >))
    }

    /// One score and how many positives and negatives have it or a higher one.
    private struct Step { let score: Double, positives: Int, negatives: Int }

    /// From the highest score down.
    private var steps: [Step] {
        var (found, first, second) = ([Step](), 0, 0)
        while first < positives.count || second < negatives.count {
            let score = max(
                first < positives.count ? positives[first] : -.infinity,
                second < negatives.count ? negatives[second] : -.infinity)
            while first < positives.count, positives[first] == score { first += 1 }
            while second < negatives.count, negatives[second] == score { second += 1 }
            found.append(Step(score: score, positives: first, negatives: second))
        }
        return found
    }

    /// Shares of negatives and of positives with at least a score, for every score and for none: from (0, 0) to (1, 1).
    package var curve: [(falsePositives: Double, truePositives: Double)] {
        let (all, none) = (Double(positives.count), Double(negatives.count))
        return [(0, 0)] + steps.map { (Double($0.negatives) / none, Double($0.positives) / all) }
    }

    /// The chance that a positive has a higher score than a negative, ties counted half (Mann and Whitney, 1947).
    package var area: Double {
        // Twice the pairs in order, in whole numbers.
        var (pairs, last) = (0, Step(score: .infinity, positives: 0, negatives: 0))
        for step in steps {
            pairs += (step.negatives - last.negatives) * (step.positives + last.positives)
            last = step
        }
        return Double(pairs) / (2 * Double(positives.count) * Double(negatives.count))
    }

    /// Where the area lies for scores like these, with error 0.05 say: all areas from which the one seen is at most so many
    /// standard errors away as that error has, each with the standard error that it would have itself. So it does not shrink to a point where
    /// all pairs are in order.
    ///
    /// Source: Newcombe, "Confidence intervals for an effect size measure based on the Mann-Whitney statistic. Part 2",
    /// Statistics in Medicine 2006, method 5; the variance after Hanley and McNeil, Radiology 1982.
    package func interval(error: Double) -> ClosedRange<Double> {
        let (seen, width) = (area, normalQuantile(1 - error / 2))
        func isWithin(_ area: Double) -> Bool { abs(seen - area) <= width * variance(area).squareRoot() }
        return end(from: seen, to: 0, isWithin)...end(from: seen, to: 1, isWithin)
    }

    private func variance(_ area: Double) -> Double {
        let (all, none) = (Double(positives.count), Double(negatives.count))
        let others = (all + none) / 2 - 1
        return area * (1 - area) / (all * none)
            * (1 + others * ((1 - area) / (2 - area) + area / (1 + area)))
    }

    private func end(from seen: Double, to limit: Double, _ isWithin: (Double) -> Bool) -> Double {
        var (near, far) = (seen, limit)
        guard near != far else { return far }
        for _ in 0..<100 {
            let middle = near + (far - near) / 2
            guard middle != near, middle != far else { break }
            if isWithin(middle) { near = middle } else { far = middle }
        }
        return far
    }

    /// The most positives that a bound on the score finds which at most the given share of negatives pass.
    package func truePositives(atFalsePositives share: Double) -> (found: RateEstimate, bound: Double) {
        let allowed = Int((share * Double(negatives.count)).rounded(.down))
        let last = steps.last { $0.negatives <= allowed }
        return (RateEstimate(successes: last?.positives ?? 0, count: positives.count), last?.score ?? .infinity)
    }
}
