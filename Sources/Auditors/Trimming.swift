import Search

/// Makes a soft mask hard and takes places from it, until none can go: what is left is painted fully or not at all.
///
/// Places go by halves first, those first whose painting does the loss least good, and the paint of the others is fitted
/// anew; what then no longer works is taken back, and fewer are tried.
struct Trimming {
    let inversion: Inversion
    private let paint: Paint

    /// nil where the family has no mask.
    init?(_ inversion: Inversion) {
        guard let paint = inversion.attack.family as? Paint else { return nil }
        (self.inversion, self.paint) = (inversion, paint)
    }

    private var count: Int { inversion.tiles.reduce(0) { $0 + $1.count } }

    func run(_ soft: Inverted, fits: Int, goOn: () -> Bool) -> Inverted? {
        let (runner, sites) = (inversion.attack.runner(), paint.layout.sites)
        // The places that are painted most, as many as it takes.
        let order = (0..<sites).filter { soft.trigger[$0] > 0.01 }.sorted { soft.trigger[$0] > soft.trigger[$1] }
        var best: Inverted?
        var number = max(1, Int(soft.size.rounded(.up)))
        while best == nil, goOn() {
            var trigger = soft.trigger
            for site in 0..<sites { trigger[site] = 0 }
            for site in order.prefix(number) { trigger[site] = 1 }
            best = fitted(trigger, runner, fits, goOn)
            if number >= order.count { break }
            number = min(order.count, number + max(1, number / 4))
        }
        guard var best else { return nil }
        var share = 0.5
        while goOn() {
            let kept = (0..<sites).filter { best.trigger[$0] > 0 }
            guard kept.count > 1 else { break }
            let cut = max(1, min(kept.count - 1, Int(Double(kept.count) * share)))
            let ranked = ranked(best.trigger, kept, runner)
            var shorter: Inverted?
            // Single places are tried one after the other, the least useful first.
            for start in 0..<(cut == 1 ? min(kept.count, 6) : 1) where shorter == nil && goOn() {
                var trigger = best.trigger
                for site in ranked[start..<start + cut] { trigger[site] = 0 }
                shorter = fitted(trigger, runner, fits, goOn)
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
    private func ranked(_ trigger: [Float], _ kept: [Int], _ runner: Attack.Runner) -> [Int] {
        runner.put(trigger)
        var worth = [Float](repeating: 0, count: paint.layout.sites)
        for tile in inversion.tiles {
            let slope = runner.descend(tile, trigger).slope
            for site in kept { worth[site] -= slope[site] }
        }
        return kept.sorted { worth[$0] < worth[$1] }
    }

    /// The same places with the paint that works best on them; nil where it does not work often enough.
    private func fitted(
        _ trigger: [Float], _ runner: Attack.Runner, _ fits: Int, _ goOn: () -> Bool
    ) -> Inverted? {
        var (trigger, adam) = (trigger, Adam(trigger.count))
        let sites = paint.layout.sites
        for step in 0...fits {
            let hits = inversion.hits(trigger, runner)
            if Double(hits) >= inversion.share * Double(count) {
                return Inverted(trigger: trigger, size: paint.size(trigger), hits: hits, count: count)
            }
            guard step < fits, goOn() else { return nil }
            var slope = [Float](repeating: 0, count: trigger.count)
            for tile in inversion.tiles {
                let own = runner.descend(tile, trigger).slope
                for element in sites..<slope.count where trigger[paint.layout.site(of: element - sites)] > 0 {
                    slope[element] += own[element] / Float(count)
                }
            }
            adam.move(&trigger, by: slope, stride: paint.stride)
            for site in 0..<sites { trigger[site] = trigger[site] > 0.5 ? 1 : 0 }
            paint.clamp(&trigger)
        }
        return nil
    }
}
