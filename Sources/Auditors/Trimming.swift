/// Finds few places to paint that send inputs where they are aimed at: each painted fully, or not at all.
///
/// First the least number of those that a change of all places changes most, by doubling. Then places go by halves, those
/// first whose painting does least for the loss, and the paint of the others is fitted anew; what then no longer works is
/// taken back, and fewer are tried, down to single ones.
final class Trimming {
    private let inversion: Inversion
    private let paint: Paint
    private let runner: Attack.Runner
    private let count: Int
    /// How many inputs were run so far.
    private(set) var tries = 0

    /// How many single places are tried before the rest is taken to be needed.
    private static let singles = 12

    /// nil where the family has no mask.
    init?(_ inversion: Inversion) {
        guard let paint = inversion.attack.family as? Paint else { return nil }
        (self.inversion, self.paint) = (inversion, paint)
        runner = inversion.attack.runner()
        count = inversion.count
    }

    /// `change` has a number for each of an input. nil where no paint was found to work.
    func run(from change: [Float], fits: Int, goOn: () -> Bool) -> Inverted? {
        let sites = paint.layout.sites
        var weights = [Float](repeating: 0, count: sites)
        for (element, number) in change.enumerated() { weights[paint.layout.site(of: element)] += number.magnitude }
        let order = (0..<sites).sorted { weights[$0] > weights[$1] }
        var number = 4
        while goOn() {
            var trigger = [Float](repeating: 0, count: sites) + paint.extremes(of: change)
            for site in order.prefix(number) { trigger[site] = 1 }
            if let found = fitted(trigger, fits, goOn) {
                var least = trimmed(found, fits, goOn)
                least.tries = tries
                return least
            }
            if number >= sites { break }
            number = min(2 * number, sites)
        }
        return nil
    }

    private func trimmed(_ found: Inverted, _ fits: Int, _ goOn: () -> Bool) -> Inverted {
        var (best, share) = (found, 0.5)
        while goOn() {
            let kept = (0..<paint.layout.sites).filter { best.trigger[$0] > 0 }
            guard kept.count > 1 else { break }
            let cut = max(1, Int(Double(kept.count) * share))
            let ranked = ranked(best.trigger, kept)
            var shorter: Inverted?
            for start in 0..<(cut == 1 ? min(kept.count, Self.singles) : 1) where shorter == nil && goOn() {
                var trigger = best.trigger
                for site in ranked[start..<start + cut] { trigger[site] = 0 }
                shorter = fitted(trigger, fits, goOn)
            }
            if let shorter {
                best = shorter
            } else if cut == 1 {
                break
            } else {
                share /= 2
            }
        }
        return best
    }

    /// The places in the order of what their painting is worth, the least first: by the loss's slope along the mask.
    private func ranked(_ trigger: [Float], _ kept: [Int]) -> [Int] {
        var worth = [Float](repeating: 0, count: paint.layout.sites)
        for tile in inversion.tiles {
            let slope = runner.descend(tile, trigger).slope
            for site in kept { worth[site] -= slope[site] }
        }
        return kept.sorted { worth[$0] < worth[$1] }
    }

    /// The same places with paint that works; nil where none was found, or where it does not come nearer any more.
    private func fitted(_ start: [Float], _ fits: Int, _ goOn: () -> Bool) -> Inverted? {
        var (trigger, adam) = (start, Adam(start.count))
        let sites = paint.layout.sites
        var (most, since) = (-1, 0)
        for step in 0...fits {
            var (hits, slope) = (0, [Float](repeating: 0, count: trigger.count))
            for tile in inversion.tiles {
                let found = runner.descend(tile, trigger)
                hits += found.hits
                tries += tile.count
                for element in sites..<slope.count { slope[element] += found.slope[element] / Float(count) }
            }
            if Double(hits) >= inversion.share * Double(count) {
                return Inverted(trigger: trigger, size: paint.size(trigger), hits: hits, count: count, tries: tries)
            }
            (most, since) = hits > most ? (hits, 0) : (most, since + 1)
            guard step < fits, since < 4, goOn() else { return nil }
            adam.move(&trigger, by: slope, stride: paint.stride)
            for site in 0..<sites { trigger[site] = start[site] }
            paint.clamp(&trigger)
        }
        return nil
    }
}
