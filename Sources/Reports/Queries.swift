extension TextReport {
    /// What was asked of black boxes.
    func queries(_ it: Verdict.Queries) -> [String] {
        let limit = it.limit.map { " of \("\($0)".grouped)" } ?? ""
        let remembered = it.remembered > 0 ? "; \("\(it.remembered)".grouped) answered from memory" : ""
        let retries = it.retries > 0 ? "; \(plural(it.retries, "failed attempt")) made again" : ""
        var lines = ["    \(plural(it.asked, "query", "queries"))\(limit)\(remembered)\(retries)"]
        if it.changed > 0 {
            lines.append(
                "    not deterministic: \(plural(it.changed, "question")) asked again had another answer, off by up to "
                    + short(it.change))
        }
        return lines
    }
}
