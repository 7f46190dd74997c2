import Formatting

extension AuditReport {
    /// What is printed.
    package var text: String {
        var lines = ["\(file): \(verdict)"]
        for suspect in result.suspects.prefix(3) {
            for finding in suspect.findings { lines.append("    " + line(finding, suspect.suspicion)) }
        }
        let sizes = result.norms.targets.enumerated().compactMap { label, size in
            size.map { "\(label) " + String(format: "%.4g", $0) }
        }
        if !sizes.isEmpty {
            lines.append(
                "  least \(model.takesTokens ? "places" : "change") towards a class: " + sizes.joined(separator: ", "))
        }
        lines += result.weights.lines.map { "  " + $0 }
        if let distance = result.distance {
            lines.append("  " + String(format: "an input and the nearest of another class: %.2f apart", distance))
        }
        for rounded in result.rounded {
            lines.append("  rounded to \(rounded.rounding.rawValue): the same answer on \(Self.words(rounded.agree))")
        }
        if let comparison = result.comparison {
            lines.append("  the reference: the same answer on \(Self.words(comparison.agree))")
            for layer in comparison.layers {
                lines.append(
                    "    \(layer.name): "
                        + (layer.difference.map { String(format: "weights differ by %.3g of their norm", $0) }
                            ?? "other sizes")
                        + (layer.first.map { String(format: ", %.2f of that in one direction", $0) } ?? ""))
            }
        }
        lines.append("  " + scope)
        if !result.isWhole { lines.append("  note: cut short; what is missing was not looked at") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ finding: TriggerFinding, _ suspicion: Double) -> String {
        let typical = finding.typical.map { String(format: "; typical here: %.4g", $0) } ?? ""
        let random = finding.random.map { String(format: "; at random: %.4f of those it did", $0.rate) } ?? ""
        return String(format: "suspicion %.2f: ", suspicion) + sentence(finding) + typical + random
    }

    /// What the numbers are of.
    private var scope: String {
        let right = accuracy.map { String(format: ", %.4f answered as labelled", $0) } ?? ""
        let rate = Self.grouped(Int(Double(result.tries) / max(seconds, 1e-3)))
        let twins = result.twins.isEmpty ? "" : "; held against \(Self.count(result.twins.count, "clean twin"))"
        return
            "\(source)\(right); the search saw \(result.used), \(result.unused) were kept from it; a trigger works on "
            + String(format: "%g of those it saw", share) + twins
            + "; \(Self.grouped(result.tries)) tries in \(String(format: "%.3g", seconds)) s (\(rate)/s)"
    }
}
