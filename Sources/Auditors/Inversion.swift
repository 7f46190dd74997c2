import Search

/// A trigger that was made up for an aim, and how often it works on the inputs that it was made up with.
struct Inverted: Sendable {
    var trigger: [Float]
    var size: Float
    var hits, count: Int
    /// How many inputs were run to find it.
    var tries = 0
}

/// Makes up the least conspicuous trigger of a family that sends inputs where they are aimed at.
///
/// Adam on the mean loss plus a weight times the size; the weight grows while the trigger works and falls while it does not
/// (Wang et al., "Neural Cleanse", IEEE S&P 2019, section V.A, with a weight that moves a little in every step). What is kept
/// is the least trigger that works on all of the inputs.
struct Inversion {
    let attack: Attack
    let tiles: [AimedTile]
    /// The share of inputs that a trigger has to work on.
    let share: Double

    var count: Int { tiles.reduce(0) { $0 + $1.count } }

    /// nil where no trigger was found to work, or `goOn` said no before one was.
    func run(steps: Int, _ random: inout Random, goOn: () -> Bool) -> Inverted? {
        guard !tiles.isEmpty else { return nil }
        let (family, runner) = (attack.family, attack.runner())
        var trigger = family.start(&random)
        family.clamp(&trigger)
        var (adam, best) = (Adam(trigger.count), Inverted?.none)
        var (weight, lately, tries) = (Float(0), 0.0, 0)
        for step in 0..<steps {
            guard goOn() else { break }
            let tile = tiles[step % tiles.count]
            let found = runner.descend(tile, trigger)
            let scale = 1 / Float(tile.count)
            tries += tile.count
            lately += 0.3 * (Double(found.hits) * Double(scale) - lately)
            if lately >= share, best.map({ family.size(trigger) < 0.99 * $0.size }) ?? true {
                let whole = hits(trigger, runner, on: (tile: step % tiles.count, found.hits))
                tries += whole.tries
                if Double(whole.hits) >= share * Double(count) {
                    best = Inverted(trigger: trigger, size: family.size(trigger), hits: whole.hits, count: count)
                }
            }
            if weight == 0, best != nil || step == steps / 4 {
                // The penalty begins as a twentieth of the slopes that there are.
                let slopes = found.slope.reduce(0) { $0 + $1.magnitude } * scale
                weight = 0.05 * slopes / Float(found.slope.count)
            }
            weight *= lately >= share ? 1.08 : 1 / 1.12
            var slope = found.slope.map { $0 * scale }
            family.addSizeSlope(trigger, times: weight, to: &slope)
            let pace = family.stride * (1 - 0.9 * Float(step) / Float(steps))
            adam.move(&trigger, by: slope, stride: pace)
            family.clamp(&trigger)
        }
        best?.tries = tries
        return best
    }

    /// On how many of all inputs a trigger works that works on `known.hits` of one tile; counted no further than where it is
    /// too few.
    private func hits(
        _ trigger: [Float], _ runner: Attack.Runner, on known: (tile: Int, hits: Int)
    ) -> (hits: Int, tries: Int) {
        var (missed, tries) = (tiles[known.tile].count - known.hits, 0)
        for (index, tile) in tiles.enumerated() where index != known.tile {
            guard Double(count - missed) >= share * Double(count) else { break }
            missed += tile.count - runner.hits(tile, trigger)
            tries += tile.count
        }
        return (count - missed, tries)
    }
}

/// Kingma and Ba, "Adam", 2015, with the decay rates of Neural Cleanse.
struct Adam {
    private var mean, square: [Float]
    private var (meanLeft, squareLeft) = (Float(1), Float(1))

    init(_ count: Int) {
        (mean, square) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
    }

    mutating func move(_ numbers: inout [Float], by slope: [Float], stride: Float) {
        meanLeft *= 0.5
        squareLeft *= 0.9
        for index in numbers.indices {
            mean[index] += 0.5 * (slope[index] - mean[index])
            square[index] += 0.1 * (slope[index] * slope[index] - square[index])
            let deviation = (square[index] / (1 - squareLeft)).squareRoot() + 1e-8
            numbers[index] -= stride * mean[index] / (1 - meanLeft) / deviation
        }
    }
}
