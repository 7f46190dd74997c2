import Attackers
import Statistics

/// What came of a game. All that depends on how long things took stands below `times`: the rest is the same whenever the same
/// auditors play the same game with the same secret.
package struct GameReport: Encodable, Sendable {
    package struct Family: Encodable, Sendable {
        package let name, kind: String
        package let planted, clean: Int
    }

    package struct Auditor: Encodable, Sendable {
        package let name: String
        package let overall: AuditorScore
        /// Of each family alone, by its name.
        package let families: [String: AuditorScore]
    }

    package struct Model: Encodable, Sendable {
        package let file, family: String
        package let isPlanted: Bool
        /// Test rows told rightly, and triggered ones that take the class that the trigger is for.
        package let clean, attack: Rate
        /// By the auditors' names.
        package let verdicts: [String: ScoredModel.Verdict]
    }

    package struct Times: Encodable, Sendable {
        /// By the auditors' names.
        package let auditors: [String: AuditTimes]
        package let models: [String: [String: Double]]
    }

    package let format = 1
    /// The SHA-256 of the game's file.
    package let game: String
    package let budget: Double
    package let rows, replays: Int
    package let families: [Family]
    package let auditors: [Auditor]
    package let models: [Model]
    package let times: Times

    let scored: [ScoredModel]

    private enum CodingKeys: String, CodingKey {
        case format, game, budget, rows, replays, families, auditors, models, times
    }

    init(_ game: Game, _ scored: [ScoredModel]) {
        (self.game, budget, rows, replays) = (game.digest, game.budget, game.rows, game.replays)
        self.scored = scored
        let names = game.auditors.map(\.name)
        func named<Value>(_ values: [Value]) -> [String: Value] { Dictionary(uniqueKeysWithValues: zip(names, values)) }
        families = game.families.indices.map { index in
            let own = scored.filter { $0.family == index }
            let planted = own.count { $0.key.isPlanted }
            let family = game.families[index]
            return Family(
                name: family.name, kind: family.kind.rawValue, planted: planted, clean: own.count - planted)
        }
        auditors = names.indices.map { auditor in
            let families = game.families.indices.map { index in
                (game.families[index].name, AuditorScore(scored.filter { $0.family == index }, of: auditor))
            }
            return Auditor(
                name: names[auditor], overall: AuditorScore(scored, of: auditor),
                families: Dictionary(uniqueKeysWithValues: families))
        }
        models = scored.map { model in
            Model(
                file: model.file, family: game.families[model.family].name, isPlanted: model.key.isPlanted,
                clean: model.key.clean, attack: model.key.attack, verdicts: named(model.verdicts))
        }
        times = Times(
            auditors: named(names.indices.map { auditor in AuditTimes(scored.map { $0.seconds[auditor] }) }),
            models: Dictionary(uniqueKeysWithValues: scored.map { ($0.file, named($0.seconds)) }))
    }

    struct Keys: Encodable {
        struct Entry: Encodable {
            let file: String
            let key: PlantedKey
        }
        let format = 1
        let models: [Entry]
    }

    /// As `gainsay plant` writes them.
    var keys: Keys { Keys(models: scored.map { .init(file: $0.file, key: $0.key) }) }
}
