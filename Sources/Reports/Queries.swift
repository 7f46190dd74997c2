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

    /// What other servers say of a counterexample.
    func confirmation(_ it: Counterexample.Confirmation, _ word: Verdict.Word) -> String {
        let verb = word == .witnessed ? "works" : "fails"
        switch it.answer {
        case .asked(let fails, let margin, let difference):
            let margin = word == .witnessed ? -margin : margin
            let rest = "margin \(short(margin)); answers differ by up to \(short(difference))"
            return fails
                ? "    confirmed: it \(verb) with `\(it.servers)` too, \(rest)"
                : "    " + paint("not confirmed", .red)
                    + ": it does not \(word == .witnessed ? "work" : "fail") with `\(it.servers)`, \(rest)"
        case .unasked(let why):
            return "    " + paint("not confirmed", .red) + ": `\(it.servers)` was not heard: \(why)"
        }
    }
}
