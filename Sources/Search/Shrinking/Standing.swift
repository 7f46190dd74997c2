/// Where a changed tensor stands in the one order, smallest first, field by field.
package struct Standing: Comparable, Sendable {
    /// What the spec's `shrink` clause names, in buckets.
    private let keys: [Double]
    private let count: Int
    /// The largest change as a share of its site's width, in buckets.
    private let bucket: Double
    /// Significant digits of the distinct values.
    private let digits: Int
    /// Values that are neither 0, 1, a bound, nor a value of the reference.
    private let strangers: Int
    /// The sum of the changes, each as a share of its site's width.
    private let distance: Double
    private let edits: Edits

    package init(_ edits: Edits, on sites: Sites, keys: [Double] = []) {
        self.keys = keys
        self.edits = edits
        count = edits.count
        var (largest, sum, digits, strangers) = (0.0, 0.0, 0, 0)
        var seen: Set<Double> = []
        for (site, value) in zip(edits.sites, edits.values) {
            let change = abs(value - sites.reference[site]) / sites.width(of: site)
            largest = max(largest, sites.kinds[site] == .category ? 0 : change)
            sum += change
            if seen.insert(value).inserted { digits += sites.digits(of: value, at: site) }
            if !sites.isFamiliar(value, at: site) { strangers += 1 }
        }
        (bucket, distance) = (Plainness.bucket(largest), sum)
        (self.digits, self.strangers) = (digits, strangers)
    }

    package static func < (left: Standing, right: Standing) -> Bool {
        for (mine, theirs) in zip(left.keys, right.keys) where mine != theirs { return mine < theirs }
        let (mine, theirs) = (
            (left.count, left.bucket, left.digits, left.strangers, left.distance),
            (right.count, right.bucket, right.digits, right.strangers, right.distance)
        )
        if mine != theirs { return mine < theirs }
        if left.edits.sites != right.edits.sites {
            return left.edits.sites.lexicographicallyPrecedes(right.edits.sites)
        }
        return left.edits.values.lexicographicallyPrecedes(right.edits.values)
    }

    package static func == (left: Standing, right: Standing) -> Bool { left.keys == right.keys && left.edits == right.edits }
}
