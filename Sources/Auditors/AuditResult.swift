import Statistics

/// What an audit has found.
package struct AuditResult: Sendable {
    /// All that speaks for one trigger: what is done to inputs, in one way or in two.
    package struct Suspect: Sendable {
        package let aim: Aim
        package let rounding: Rounding?
        /// Of both ways together.
        package let suspicion: Double
        /// The more telling one first.
        package let findings: [TriggerFinding]
        /// Of the first finding, on rows that the search did not see, before and after.
        package internal(set) var margins: (before: [Float], after: [Float]) = ([], [])
    }

    /// What rounded weights change.
    package struct Rounded: Sendable {
        package let rounding: Rounding
        /// Rows with the same answer.
        package let agree: Rate
        /// The norm of the least change towards each class.
        package let sizes: [Double?]
    }

    /// The most suspicious first.
    package var suspects: [Suspect]
    /// The norm of the least change for each aim, or how many places it takes; nil where none was found.
    package let norms: Norms
    /// The same of the model's clean twins.
    package let twins: [Norms]
    /// The median distance of an input to the nearest of another class.
    package let distance: Double?
    /// By how much each class can be ahead at most, on inputs made up for it.
    package let reach: [Double]
    package let spectra: [(layer: String, spectrum: Spectrum)]
    package let outliers: Outliers?
    package let rounded: [Rounded]
    package let comparison: Comparison?
    /// What the first layer's weights tell.
    package let weights: WeightAudit
    /// Rows that the search saw, and those that it did not.
    package let used, unused: Int
    /// How many inputs were run for the findings.
    package let tries: Int
    /// Whether nothing was cut short.
    package let isWhole: Bool

    package var score: Double { suspects.map(\.suspicion).max() ?? 0 }
}

extension AuditResult {
    /// Suspects for what was found in weights, each for itself.
    static func suspects(_ weights: WeightAudit) -> [Suspect] {
        weights.findings.sorted { $0.suspicion > $1.suspicion }.map {
            Suspect(aim: $0.aim, rounding: nil, suspicion: $0.suspicion, findings: [$0])
        }
    }

    /// The more suspicious ones first, each in their own order.
    static func joined(_ first: [Suspect], _ second: [Suspect]) -> [Suspect] {
        guard let one = first.first, let other = second.first else { return first + second }
        return one.suspicion >= other.suspicion ? first + second : second + first
    }

    /// What is known of an aim, as one: a change is the surer measure, places weigh half of it.
    static func suspects(_ findings: [TriggerFinding]) -> [Suspect] {
        struct Key: Hashable {
            let aim: Aim
            let rounding: Rounding?
        }
        let suspects = Dictionary(grouping: findings) { Key(aim: $0.aim, rounding: $0.rounding) }.map { key, findings in
            let change = findings.first { $0.kind == .perturbation }
            let places = findings.first { $0.kind == .paint }
            let tokens = findings.first { $0.kind == .tokens }
            let suspicion = tokens?.suspicion ?? (change?.suspicion ?? 0) + (places?.suspicion ?? unpainted) / 2
            let sorted = findings.sorted { $0.suspicion > $1.suspicion }
            return Suspect(aim: key.aim, rounding: key.rounding, suspicion: suspicion, findings: sorted)
        }.sorted { $0.suspicion != $1.suspicion ? $0.suspicion > $1.suspicion : "\($0.aim)" < "\($1.aim)" }
        return widest(suspects)
    }

    /// Inputs of one class that go to another may be part of all that do: where this stands out by itself, it goes first.
    private static func widest(_ suspects: [Suspect]) -> [Suspect] {
        guard let first = suspects.first, case .pair(_, let target) = first.aim,
            let wider = suspects.firstIndex(where: {
                $0.aim == .target(target) && $0.rounding == first.rounding && $0.suspicion >= AuditReport.threshold / 2
            })
        else { return suspects }
        return [suspects[wider]] + suspects[..<wider] + suspects[(wider + 1)...]
    }

    /// Of an aim whose places were not looked for, as it did not stand out.
    private static let unpainted = -0.2
}
