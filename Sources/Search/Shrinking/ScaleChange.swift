extension PointShrinker {
    /// Brings the change nearer to the reference as a whole: the direction it has, and the one the gradient says is
    /// shortest in the norm, each cut back to where it just fails; again from there.
    ///
    /// Source: the projection step of DeepFool (Moosavi-Dezfooli et al., CVPR 2016) with a line search.
    mutating func scaleChange() {
        approach(from: best, moving: countLeads ? best.sites.filter(isScaled) : scope.filter(isScaled))
    }

    /// Nearer and nearer cases that fail, by changing the sites in `free` only.
    mutating func approach(from start: Edits, moving free: [Int]) {
        guard !free.isEmpty else { return }
        var current = cut(start) ?? start
        for _ in 0..<Self.steps where !isSpent {
            guard let slopes = gradient(at: current) else { return }
            let before = distance(of: current)
            guard let next = cut(steepest(from: current, slopes, free)), distance(of: next) < before * 0.999 else {
                return
            }
            current = next
        }
    }

    func isScaled(_ site: Int) -> Bool {
        scope.contains(site) && !context.contains(site) && sites.kinds[site] != .category
    }

    /// The case on the way from the base to `edits` that is nearest to the base and fails, to one part in 2^18.
    mutating func cut(_ edits: Edits) -> Edits? {
        var (low, high) = (0.0, 1.0)
        var found: Edits?
        for round in 0..<Self.cuts where !isSpent {
            let count = round == 0 ? 64 : 63
            let shares = (1...count).map { low + (high - low) * Double($0) / 64 }
            var verdicts: [Judgement] = []
            // No further than the first that fails.
            while verdicts.count < count, !isSpent, !verdicts.contains(where: \.fails) {
                let next = shares[verdicts.count...].prefix(oracle.width)
                verdicts += judge(next.map { scaled(edits, by: $0) })
            }
            if let first = verdicts.firstIndex(where: \.fails) {
                found = scaled(edits, by: shares[first])
                high = shares[first]
                low = first > 0 ? shares[first - 1] : low
            } else if round == 0 {
                return nil
            } else {
                low = shares.last ?? low
            }
        }
        return found
    }

    /// The change made smaller: cut off at a share of its largest part where that is the norm, else all of it by the share.
    func scaled(_ edits: Edits, by share: Double) -> Edits {
        let limit = norm == .linf ? share * distance(of: edits) : .infinity
        return edits.mapped { site, value in
            guard isScaled(site) else { return value }
            let reference = sites.reference[site]
            let change = value - reference
            let most = limit * unit(of: site)
            let smaller = norm == .linf ? min(max(change, -most), most) : change * share
            return sites.snapped(reference + smaller, at: site)
        }.withoutReference(sites.reference)
    }

    /// As far as the bounds allow in the direction that lowers the margin fastest for its norm, `free` sites only.
    private func steepest(from current: Edits, _ slopes: [Double], _ free: [Int]) -> Edits {
        var gains: [(site: Int, step: Double)] = []
        let most = free.map { abs(slopes[$0]) * unit(of: $0) }.max() ?? 0
        for site in free where slopes[site] != 0 && slopes[site].isFinite {
            let gain = slopes[site] * unit(of: site)
            switch norm {
            case .linf: gains.append((site, gain < 0 ? 1 : -1))
            case .l2: gains.append((site, -gain / most))
            case .l1: if abs(gain) >= most / 2 { gains.append((site, -gain / most)) }
            }
        }
        var point = current.applied(to: sites.reference)
        for site in free { point[site] = sites.reference[site] }
        let reach = gains.map { room(at: $0.site, upwards: $0.step > 0) / abs($0.step) }.max() ?? 0
        for (site, step) in gains {
            point[site] = sites.snapped(sites.reference[site] + step * reach * unit(of: site), at: site)
        }
        return Edits(of: point, against: sites.reference)
    }

    private func room(at site: Int, upwards: Bool) -> Double {
        let bound = upwards ? sites.upper[site] : sites.lower[site]
        let room = abs(bound - sites.reference[site]) / unit(of: site)
        return room.isFinite ? room : 1e6
    }

    private static var steps: Int { 8 }
    private static var cuts: Int { 3 }
}
