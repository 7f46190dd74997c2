/// Where a changed tensor stands in the one order, compared field by field, smallest first:
/// 1. what the spec's `shrink` clause names, in buckets;
/// 2. how many sites are changed;
/// 3. the largest change as a share of its site's width, in buckets;
/// 4. significant digits of the distinct values, where they are 256 sites or fewer;
/// 5. values that are neither 0, 1, a bound, nor a value of the reference, likewise;
/// 6. the sum of the changes, each as a share of its site's width;
/// 7. the sites, then the values, in index order.
///
/// Later fields are only worked out where the earlier ones are equal.
package struct Standing: Comparable, Sendable {
    private let keys: [Double]
    private let edits: Edits
    private let sites: Sites

    package init(_ edits: Edits, on sites: Sites, keys: [Double] = []) {
        (self.keys, self.edits, self.sites) = (keys, edits, sites)
    }

    package static func < (left: Standing, right: Standing) -> Bool {
        for (mine, theirs) in zip(left.keys, right.keys) where mine != theirs { return mine < theirs }
        if left.edits.count != right.edits.count { return left.edits.count < right.edits.count }
        let (mine, theirs) = (left.bucket, right.bucket)
        if mine != theirs { return mine < theirs }
        return left.edits != right.edits && left.isPlainer(than: right)
    }

    package static func == (left: Standing, right: Standing) -> Bool {
        left.keys == right.keys && left.edits == right.edits
    }

    private func isPlainer(than other: Standing) -> Bool {
        if edits.count <= Self.readable {
            let (mine, theirs) = ((digits, strangers), (other.digits, other.strangers))
            if mine != theirs { return mine < theirs }
        }
        let (mine, theirs) = (distance, other.distance)
        if mine != theirs { return mine < theirs }
        if edits.sites != other.edits.sites { return edits.sites.lexicographicallyPrecedes(other.edits.sites) }
        return edits.values.lexicographicallyPrecedes(other.edits.values)
    }

    /// Nobody reads the digits of more values than this.
    private static var readable: Int { 256 }

    private var bucket: Double {
        var largest = 0.0
        for (site, value) in zip(edits.sites, edits.values) where sites.kinds[site] != .category {
            largest = max(largest, share(of: value, at: site))
        }
        return Plainness.bucket(largest)
    }

    private var digits: Int {
        var seen: Set<Double> = []
        var sum = 0
        for (site, value) in zip(edits.sites, edits.values) where seen.insert(value).inserted {
            sum += sites.digits(of: value, at: site)
        }
        return sum
    }

    private var strangers: Int {
        zip(edits.sites, edits.values).count { !sites.isFamiliar($1, at: $0) }
    }

    private var distance: Double {
        zip(edits.sites, edits.values).reduce(0) { $0 + share(of: $1.1, at: $1.0) }
    }

    private func share(of value: Double, at site: Int) -> Double {
        abs(value - sites.reference[site]) / sites.width(of: site)
    }
}
