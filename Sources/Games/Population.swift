import Attackers
import Search

/// The models of a game in the order of their files, which says nothing about them.
struct Population: Sendable {
    struct Member: Sendable {
        let number: Int
        let family: Int
        let version: Planting.Version
        let planting: Planting

        var name: String { Self.name(number) }
        /// The model's, without its folder.
        var file: String { name + planting.kind.fileEnding }

        private static func name(_ number: Int) -> String {
            let digits = String(number + 1)
            return "model-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }

    let members: [Member]

    /// Clean models have seeds of their own, as planted ones have.
    init(_ game: Game, _ secret: Secret) {
        var made: [(family: Int, version: Planting.Version)] = []
        for (index, family) in game.families.enumerated() {
            made += Array(repeating: (index, .planted), count: family.count)
            made += Array(repeating: (index, .twin), count: family.clean)
        }
        var places = Array(made.indices)
        var random = Random(seed: secret.seed(.order, 0))
        random.shuffle(&places)
        members = places.enumerated().map { number, place in
            let family = game.families[made[place].family]
            return Member(
                number: number, family: made[place].family, version: made[place].version,
                planting: Planting(
                    family.kind, mapping: family.mapping, share: family.share, side: family.side,
                    features: family.features, cipher: family.cipher, seed: secret.seed(.planting, place)))
        }
    }
}
