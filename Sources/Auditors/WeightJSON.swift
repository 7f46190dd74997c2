import Statistics

/// What `--json` says of the first layer's weights.
struct WeightDocument: Encodable {
    struct Attempt: Encodable {
        let method: String
        let passes: Int
        let seen, unseen, surprise: Double
    }

    struct Waves: Encodable {
        let rows, columns, allowed: Int
        let attempts: [Attempt]
        let direction: Direction?
    }

    struct Direction: Encodable {
        let method: String
        let shift: [Float]
        let norm, beta, surprise, kurtosis: Double
        let means: [Double]
    }

    struct Spike: Encodable {
        let rows, columns: Int
        let top, second, edge, kurtosis: Double
        let standsOut: Bool
        /// Absent where the rest is not noise.
        let axes: Int?
        let variance, excess, chance: Double?
        let direction: [Double]?
    }

    struct Replayed: Encodable {
        let family: String
        let moved, random: Rate
    }

    let waves: Waves?
    let spike: Spike?
    let replayed: [Replayed]

    /// nil where nothing was looked at.
    init?(_ weights: WeightAudit) {
        guard weights.pancakes != nil || weights.spike != nil else { return nil }
        waves = weights.pancakes.map { pancakes in
            Waves(
                rows: pancakes.rows, columns: pancakes.columns, allowed: pancakes.allowed,
                attempts: pancakes.attempts.map {
                    Attempt(
                        method: $0.method.rawValue, passes: $0.passes, seen: $0.seen, unseen: $0.unseen,
                        surprise: $0.surprise)
                },
                direction: pancakes.direction.map {
                    Direction(
                        method: $0.method.rawValue, shift: $0.shift, norm: $0.norm, beta: $0.beta,
                        surprise: $0.surprise, kurtosis: $0.kurtosis, means: $0.means)
                })
        }
        spike = weights.spike.map { spike in
            let component = spike.component
            return Spike(
                rows: spike.rows, columns: spike.columns, top: spike.top, second: spike.second, edge: spike.edge,
                kurtosis: spike.kurtosis, standsOut: spike.standsOut, axes: component?.axes,
                variance: component?.variance, excess: component?.excess,
                chance: component == nil ? nil : spike.chance, direction: component?.direction)
        }
        replayed = weights.replayed.map { Replayed(family: $0.kind.rawValue, moved: $0.moved, random: $0.random) }
    }
}
