import FoundationEssentials
import Statistics

extension AuditReport {
    /// The report as README.md says.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    private var document: Document {
        Document(
            format: 1, model: file, verdict: verdict, score: result.score, standsOut: standsOut,
            findings: result.suspects.prefix(5).flatMap { suspect in
                suspect.findings.map { finding($0, suspect.suspicion) }
            },
            classes: result.norms.targets, away: result.norms.away, pairs: result.norms.pairs,
            twins: result.twins.map { .init(classes: $0.targets, away: $0.away, pairs: $0.pairs) },
            distance: result.distance, reach: result.reach,
            spectra: result.spectra.map { .init(layer: $0.layer, values: $0.spectrum.values, edge: $0.spectrum.edge) },
            rounded: result.rounded.map { .init(to: $0.rounding.rawValue, agree: $0.agree, classes: $0.sizes) },
            reference: result.comparison.map { comparison in
                .init(
                    agree: comparison.agree, gap: comparison.gap, input: comparison.input,
                    layers: comparison.layers.map {
                        .init(name: $0.name, difference: $0.difference, inOneDirection: $0.first)
                    })
            },
            weights: .init(result.weights), rows: .init(used: result.used, unused: result.unused, accuracy: accuracy),
            tries: result.tries,
            isWhole: result.isWhole, seconds: seconds)
    }

    private func finding(_ finding: TriggerFinding, _ suspicion: Double) -> Document.Finding {
        let shape = model.layout.ownShape
        let trigger: Document.Trigger =
            switch finding.trigger {
            case .paint(let mask, let paint): .init(shape: shape, mask: mask, pattern: paint, change: nil)
            case .change(let change), .shift(let change): .init(shape: shape, mask: nil, pattern: nil, change: change)
            case .tokens(let places, let tokens):
                .init(
                    shape: shape, mask: spread(places, places.map { _ in 1 }),
                    pattern: spread(places, tokens.map(Float.init)),
                    change: nil)
            }
        return .init(
            family: finding.kind.rawValue, score: suspicion, target: finding.aim.target, source: finding.aim.source,
            size: finding.size, typical: finding.typical, rate: finding.unused, seen: finding.used,
            random: finding.random, rounding: finding.rounding?.rawValue, trigger: trigger, tries: finding.tries)
    }
}

extension AuditReport {
    /// As many numbers as an input has, 0 where nothing is said.
    private func spread(_ places: [Int], _ numbers: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: model.layout.count)
        for (place, number) in zip(places, numbers) { result[place] = number }
        return result
    }
}

extension Aim {
    package var target: Int? {
        switch self {
        case .target(let target), .pair(_, let target): target
        case .from, .away, .mapping: nil
        }
    }

    package var source: Int? {
        switch self {
        case .pair(let source, _), .from(let source): source
        case .target, .away, .mapping: nil
        }
    }
}

private struct Document: Encodable {
    struct Trigger: Encodable {
        let shape: [Int]
        let mask, pattern, change: [Float]?
    }

    struct Finding: Encodable {
        let family: String
        let score: Double
        let target, source: Int?
        let size: Double
        let typical: Double?
        let rate, seen: Rate
        let random: Rate?
        let rounding: String?
        let trigger: Trigger
        let tries: Int
    }

    struct Spectrum: Encodable {
        let layer: String
        let values: [Double]
        let edge: Double
    }

    struct Twin: Encodable {
        let classes: [Double?]
        let away: Double?
        let pairs: [[Double?]]?
    }

    struct Rounded: Encodable {
        let to: String
        let agree: Rate
        let classes: [Double?]
    }

    struct Reference: Encodable {
        struct Layer: Encodable {
            let name: String
            let difference, inOneDirection: Double?
        }

        let agree: Rate
        let gap: Double
        let input: [Float]
        let layers: [Layer]
    }

    struct Rows: Encodable {
        let used, unused: Int
        let accuracy: Double?
    }

    let format: Int
    let model, verdict: String
    let score: Double
    let standsOut: Bool
    let findings: [Finding]
    let classes: [Double?]
    let away: Double?
    let pairs: [[Double?]]?
    let twins: [Twin]
    let distance: Double?
    let reach: [Double]
    let spectra: [Spectrum]
    let rounded: [Rounded]
    let reference: Reference?
    let weights: WeightDocument?
    let rows: Rows
    let tries: Int
    let isWhole: Bool
    let seconds: Double
}
