/// A tensor as its difference from a reference: sites, rising, and what stands there instead.
package struct Edits: Sendable, Hashable {
    package private(set) var sites: [Int] = []
    package private(set) var values: [Double] = []

    package init() {}

    /// The sites where `point` is off the reference.
    package init(of point: [Double], against reference: [Double]) {
        for site in point.indices where point[site] != reference[site] { append(site: site, value: point[site]) }
    }

    package var count: Int { sites.count }

    /// Sites must come in rising order.
    package mutating func append(site: Int, value: Double) {
        sites.append(site)
        values.append(value)
    }

    package func applied(to reference: [Double]) -> [Double] {
        var point = reference
        for (site, value) in zip(sites, values) where site < point.count { point[site] = value }
        return point
    }

    /// The same edits as far as `other` has the sites, moved into its bounds.
    package func fitted(to other: Sites) -> Edits {
        var edits = Edits()
        for (site, value) in zip(sites, values) where site < other.count {
            let fitted = other.snapped(value, at: site)
            if fitted != other.reference[site] { edits.append(site: site, value: fitted) }
        }
        return edits
    }

    package func value(at site: Int) -> Double? {
        var (low, high) = (0, sites.count)
        while low < high {
            let middle = (low + high) / 2
            if sites[middle] < site { low = middle + 1 } else { high = middle }
        }
        return low < sites.count && sites[low] == site ? values[low] : nil
    }

    func filtered(_ keeps: (Int) -> Bool) -> Edits {
        var result = Edits()
        for (site, value) in zip(sites, values) where keeps(site) { result.append(site: site, value: value) }
        return result
    }

    /// The case with one edit left out.
    func removing(at index: Int) -> Edits {
        var result = self
        result.sites.remove(at: index)
        result.values.remove(at: index)
        return result
    }

    /// The case without the edits at these indexes.
    func removing(_ indexes: some Sequence<Int>) -> Edits {
        var isGone = [Bool](repeating: false, count: count)
        for index in indexes { isGone[index] = true }
        var result = Edits()
        for index in sites.indices where !isGone[index] { result.append(site: sites[index], value: values[index]) }
        return result
    }

    /// The case without a run of its edits.
    func removing(_ range: Range<Int>) -> Edits {
        var result = self
        result.sites.removeSubrange(range)
        result.values.removeSubrange(range)
        return result
    }

    /// The case with these sites back at the reference.
    func without(_ gone: Set<Int>) -> Edits { filtered { !gone.contains($0) } }

    func mapped(_ change: (Int, Double) -> Double) -> Edits {
        var result = self
        for (index, site) in sites.enumerated() { result.values[index] = change(site, values[index]) }
        return result
    }

    /// The same case with edits that change nothing left out.
    func withoutReference(_ reference: [Double]) -> Edits {
        zip(sites, values).contains { reference[$0] == $1 } ? filtered { value(at: $0) != reference[$0] } : self
    }

    /// The edits with these sites moved, whether they were edited before or not; of two moves of a site, the last counts.
    func adding(_ moves: [Move]) -> Edits {
        var latest: [Move] = []
        for move in moves.count == 1
            ? moves : moves.enumerated().sorted(by: { ($0.1.site, $0.0) < ($1.1.site, $1.0) }).map(\.1)
        {
            if latest.last?.site == move.site { latest.removeLast() }
            latest.append(move)
        }
        var result = Edits()
        var next = 0
        for move in latest {
            while next < sites.count, sites[next] < move.site {
                result.append(site: sites[next], value: values[next])
                next += 1
            }
            if next < sites.count, sites[next] == move.site { next += 1 }
            result.append(site: move.site, value: move.value)
        }
        result.sites += sites[next...]
        result.values += values[next...]
        return result
    }

    package func isSimpler(than other: Edits, on sites: Sites) -> Bool {
        Standing(self, on: sites) < Standing(other, on: sites)
    }
}
