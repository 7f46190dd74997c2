extension PointShrinker {
    /// Tries every case there is where they are few and none is of a Real: then nothing smaller fails at all.
    mutating func tryEverything() {
        guard let count = caseCount else { return }
        let sites = sites
        _ = judge(count) { sites.edits(numbered: $0) }
    }

    /// How many are tried; nil where they are too many, or a continuum, or some are not to be looked at.
    var caseCount: Int? {
        guard contexts == .searched else { return nil }
        var count = 1
        for site in sites.indices where sites.lower[site] < sites.upper[site] {
            guard !sites.isReal(site), let choices = Int(exactly: sites.upper[site] - sites.lower[site] + 1) else {
                return nil
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: choices)
            guard !overflow, product <= Self.mostCases else { return nil }
            count = product
        }
        return count
    }

    private static var mostCases: Int { 4096 }
}

extension Sites {
    /// One of all cases of whole numbers, the first site changing fastest.
    fileprivate func edits(numbered number: Int) -> Edits {
        var (edits, rest) = (Edits(), number)
        for site in indices where lower[site] < upper[site] {
            let choices = Int(upper[site] - lower[site]) + 1
            let value = lower[site] + Double(rest % choices)
            rest /= choices
            if value != reference[site] { edits.append(site: site, value: value) }
        }
        return edits
    }
}
