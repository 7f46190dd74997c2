import Formatting

extension WeightAudit {
    /// Whether anything was.
    var wasTried: Bool { pancakes.map { !$0.attempts.isEmpty } ?? false || spike?.component != nil }

    /// `3 x 524,288 passes through the first layer's waves and its sparse components`; nil where nothing was tried.
    var effort: String? {
        let waves = pancakes.map { pancakes in
            "\(pancakes.attempts.map { AuditReport.grouped($0.passes) }.joined(separator: " + ")) passes through the first layer's waves"
        }
        let parts = [waves, spike?.component.map { _ in "its weights' sparse components" }].compactMap(\.self)
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
        if let spike, let component = spike.component { lines.append(Self.words(spike, component)) }
        for (kind, moved, random) in replayed {
            lines.append(
                "\(kind.rawValue), replayed: answers change on \(AuditReport.words(moved)); by random shifts on "
                    + String(format: "%.4f at best", random.rate))
        }
        return lines
    }

    static func words(_ attempt: PancakeAudit.Attempt) -> String {
        let chance =
            attempt.surprise >= PancakeAudit.threshold
            ? String(format: ", by chance below e^-%.0f", attempt.surprise) : ""
        return "\(attempt.method.rawValue) \(String(format: "%.4f", attempt.unseen))\(chance) "
            + "(\(AuditReport.grouped(attempt.passes)) passes)"
    }

    static func words(_ direction: PancakeAudit.Direction) -> String {
        "pancakes, by \(direction.method.rawValue): "
            + String(
                format:
                    "norm %.3f, waves %.4f, %.4f, %.4f at it, twice and thrice, noise %.4f; fourth moment %+.2f "
                    + "(by chance within %.2f)",
                direction.norm, direction.means[0], direction.means[1], direction.means[2],
                direction.beta, direction.kurtosis, 2 * direction.kurtosisDeviation)
    }

    static func words(_ spike: SpikeAudit, _ component: SpikeAudit.Component) -> String {
        String(
            format:
                "the first layer's weights vary by %.3f at most, noise by %.3f; along %d axes %.3f, %.1f deviations above "
                + "%d layers by chance (the greatest of these: %.1f)",
            spike.top, spike.edge, component.axes, component.variance, component.excess, spike.simulated, spike.chance)
    }
}
