/// The distances at which a number is tried on its way down to its simplest value.
enum SequenceDescent {
    /// 0, 1, 2, 4 and so on below `distance`: most thresholds are small numbers.
    static func gallop(below distance: UInt) -> [UInt] {
        guard distance > 0 else { return [] }
        return [0] + (0..<UInt.bitWidth).map { UInt(1) << UInt($0) }.prefix { $0 < distance }
    }

    /// The distances that cut what is between `low` and `high` into about equal parts, at most `width` of them.
    static func cuts(between low: UInt, and high: UInt, width: Int) -> [UInt] {
        guard high - low > 1 else { return [] }
        let parts = min(UInt(width) + 1, high - low)
        return (1..<parts).map { part in
            parts.dividingFullWidth((high - low).multipliedFullWidth(by: part)).quotient + low
        }
    }
}

extension SequenceShrinker {
    /// Finds the least distance below `distance` at which `proposal` is taken, supposing that all above it would be too.
    mutating func descend(from distance: UInt, _ proposal: (UInt) -> Proposal?) -> Bool {
        let base = choices
        let steps = SequenceDescent.gallop(below: distance)
        guard var low = steps.last else { return false }
        var high = distance
        let proposals = steps.map { ($0, proposal($0)) }.compactMap { step, proposal in proposal.map { (step, $0) } }
        if let hit = take(proposals.map(\.1), on: base) {
            high = proposals[hit].0
            guard high > 0 else { return true }
            low = hit > 0 ? proposals[hit - 1].0 : high - 1
        }
        while !isSpent {
            let cuts = SequenceDescent.cuts(between: low, and: high, width: property.width)
                .map { ($0, proposal($0)) }.compactMap { cut, proposal in proposal.map { (cut, $0) } }
            guard let last = cuts.last else { break }
            if let hit = take(cuts.map(\.1), on: base) {
                high = cuts[hit].0
                low = hit > 0 ? cuts[hit - 1].0 : low
            } else {
                low = last.0
            }
        }
        return high < distance
    }
}
