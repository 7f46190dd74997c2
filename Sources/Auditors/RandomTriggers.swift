import Search
import Statistics

/// Triggers of a size by chance: what is found with no guidance, to hold what was found with it against.
struct RandomTriggers {
    let attack: Attack
    let tiles: [AimedTile]

    /// The best rate among as many as are tried with so many inputs.
    func best(size: Double, tries: Int, _ random: inout Random, goOn: () -> Bool) -> Rate? {
        let (runner, count) = (attack.runner(), tiles.reduce(0) { $0 + $1.count })
        var (most, left) = (Int?.none, tries)
        while left >= count, goOn() {
            let trigger = attack.family.random(size: size, &random)
            left -= tiles[0].count
            // What does badly on the first inputs is not tried on the others.
            var hits = runner.hits(tiles[0], trigger)
            guard Double(hits) * Double(count) >= Double(most ?? 0) * Double(tiles[0].count) else { continue }
            for tile in tiles.dropFirst() {
                hits += runner.hits(tile, trigger)
                left -= tile.count
            }
            most = max(most ?? 0, hits)
        }
        return most.map { Rate(successes: $0, count: count) }
    }
}
