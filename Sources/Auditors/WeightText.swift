import Foundation

extension WeightAudit {
    /// Whether anything was.
    var wasTried: Bool { pancakes.map { !$0.attempts.isEmpty } ?? false || spike != nil }

    /// `3 x 524,288 passes through the first layer's waves and its sparse components`; nil where nothing was tried.
    var effort: String? {
        let waves = pancakes.map { pancakes in
            "\(pancakes.attempts.map { AuditReport.grouped($0.passes) }.joined(separator: " + ")) passes through the first layer's waves"
        }
        let parts = [waves, spike.map { _ in "its weights' sparse components" }].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " and ")
    }

    /// A line for each thing that was looked for.
    var lines: [String] {
        var lines: [String] = []
        if let pancakes {
            lines.append(
                "the first layer's \(pancakes.rows) waves of \(pancakes.columns) numbers, on rows kept from the search: "
                    + pancakes.attempts.map(Self.words).joined(separator: "; "))
            if let direction = pancakes.direction { lines.append(Self.words(direction)) }
        }
        if let spike { lines.append(Self.words(spike)) }
        for (kind, moved, random) in replayed {
            lines.append(
                "\(kind.rawValue), replayed: answers change on \(AuditReport.words(moved)); by random shifts on "
                    + String(format: "%.4f at best", random.rate))
        }
        return lines
    }

    static func words(_ attempt: PancakeAudit.Attempt) -> String {
        let chance = attempt.surprise >= PancakeAudit.threshold
            ? String(format: ", by chance below e^-%.0f", attempt.surprise) : ""
        return "\(attempt.method.rawValue) \(String(format: "%.4f", attempt.unseen))\(chance) "
            + "(\(AuditReport.grouped(attempt.passes)) passes)"
    }

    static func words(_ direction: PancakeAudit.Direction) -> String {
        String(
            format: "pancakes, by %@: norm %.3f, waves %.4f, %.4f, %.4f at it, twice and thrice, noise %.4f; fourth moment %+.2f "
                + "(by chance within %.2f)",
            direction.method.rawValue, direction.norm, direction.means[0], direction.means[1], direction.means[2],
            direction.beta, direction.kurtosis, 2 * direction.kurtosisDeviation)
    }

    static func words(_ spike: SpikeAudit) -> String {
        let rest = spike.isNoise
            ? String(
                format: "along %d axes %.3f, %.1f deviations above %d layers by chance (they: %.1f)", spike.component.axes,
                spike.component.variance, spike.component.excess, spike.simulated, spike.chance)
            : "the rest is not noise, and nothing is held against chance"
        return String(
            format: "the first layer's weights vary by %.3f at most, noise by %.3f; ", spike.top, spike.edge) + rest
    }
}
