import Compiler
import Proof
import Search
import Terminal

/// Asks the prover whether anything smaller than a counterexample fails, by the first entry of the `shrink` clause.
package struct Minimum {
    /// What is shown: that nothing fails with a measure of at most this.
    package struct Floor {
        package let value: Double
        /// Whether the counterexample's own measure is the next one.
        package let isMinimum: Bool
    }

    /// What was learnt: a floor, where anything could be proved, and a smaller violation, where one was met.
    package enum Answer {
        case floor(Floor)
        case smaller([Double])
        case unknown
    }

    private let trial: Trial
    private let key: ShrinkKey
    private let proving: Proving

    /// nil where the clause begins with no norm that a box, or a few, can hold: one of a variable itself.
    package init?(_ trial: Trial, _ proving: Proving) {
        guard let key = trial.shrinkKeys.first, key.target == nil, key.norm == .linf || key.norm == .l0 else {
            return nil
        }
        (self.trial, self.key, self.proving) = (trial, key, proving)
    }

    /// The measure of a point.
    package func measure(_ point: [Double]) -> Double {
        let values = key.coordinates.map { point[$0].magnitude }
        return key.norm == .l0 ? Double(values.count { $0 != 0 }) : values.max() ?? 0
    }

    /// Tries the counterexample's own measure first, then what is nearly as large, then halves the gap until time is up.
    package func below(_ point: [Double]) -> Answer {
        let measure = measure(point)
        guard measure > 0 else { return .unknown }
        switch decide(under: measure, isInclusive: false, share: 0.3) {
        case .proved: return .floor(Floor(value: measure, isMinimum: true))
        case .point(let smaller): return .smaller(smaller)
        case .undecided: break
        }
        guard key.norm == .linf else { return .unknown }
        for gap in [1e-9, 1e-6, 1e-3] {
            let limit = measure * (1 - gap)
            switch decide(under: limit, isInclusive: true, share: 0.2) {
            case .proved: return .floor(Floor(value: limit, isMinimum: false))
            case .point(let smaller): return .smaller(smaller)
            case .undecided: continue
            }
        }
        var (low, high) = (0.0, measure)
        while high - low > 0.01 * measure, Clock.seconds() < proving.deadline, !Interrupt.isRequested {
            let middle = 0.5 * (low + high)
            switch decide(under: middle, isInclusive: true, share: 0.4) {
            case .proved: low = middle
            case .point(let smaller): return .smaller(smaller)
            case .undecided: high = middle
            }
        }
        return low > 0 ? .floor(Floor(value: low, isMinimum: false)) : .unknown
    }

    private func decide(under limit: Double, isInclusive: Bool, share: Double) -> Proving.Decision {
        guard let boxes = boxes(under: limit, isInclusive: isInclusive) else { return .undecided("too many boxes") }
        // Nothing of the domain is as small.
        guard !boxes.isEmpty else { return .proved(regions: 0) }
        guard Clock.seconds() < proving.deadline, !Interrupt.isRequested else { return .undecided("time is up") }
        var proving = proving
        proving.certification = nil
        proving.deadline = Clock.seconds() + max(0, proving.deadline - Clock.seconds()) * share
        return proving.decide(trial, within: boxes)
    }

    /// The parts of the domain's boxes with a measure below the limit; nil where they are too many.
    private func boxes(under limit: Double, isInclusive: Bool) -> [Box]? {
        switch key.norm {
        case .linf: trial.space.boxes.compactMap { $0.held(key.coordinates, trial.space, within: limit, isInclusive) }
        case .l0: sparse(changes: Int(limit) - 1)
        default: nil
        }
    }

    /// One box for each choice of the coordinates that are not zero.
    private func sparse(changes: Int) -> [Box]? {
        let places = Array(key.coordinates)
        var choices: [[Int]] = [[]]
        for _ in 0..<changes {
            choices = choices.flatMap { choice in
                places.filter { $0 > choice.last ?? -1 }.map { choice + [$0] }
            }
            guard choices.count * trial.space.boxes.count <= 512 else { return nil }
        }
        return trial.space.boxes.flatMap { box in
            choices.compactMap { choice in
                let fixed = places.filter { !choice.contains($0) }
                return box.held(fixed, trial.space, within: 0, true)
            }
        }
    }
}

extension Box {
    /// The part of the box in which some coordinates are no larger than a limit; nil where there is none.
    fileprivate func held(
        _ coordinates: some Sequence<Int>, _ space: Space, within limit: Double, _ isInclusive: Bool
    ) -> Box? {
        var box = self
        for place in coordinates {
            let bound = space.kinds[place].largest(within: limit, isInclusive)
            box.lower[place] = max(box.lower[place], -bound)
            box.upper[place] = min(box.upper[place], bound)
            guard box.lower[place] <= box.upper[place] else { return nil }
        }
        return box
    }
}

extension CoordinateKind {
    /// The largest number of the kind that is at most, or is below, a limit that is not negative.
    fileprivate func largest(within limit: Double, _ isInclusive: Bool) -> Double {
        switch self {
        case .real64: return isInclusive ? limit : limit.nextDown
        case .real32:
            let nearest = Float(limit)
            let isInside = isInclusive ? Double(nearest) <= limit : Double(nearest) < limit
            return Double(isInside ? nearest : nearest.nextDown)
        case .integer, .category: return isInclusive ? limit.rounded(.down) : limit.rounded(.up) - 1
        }
    }
}
