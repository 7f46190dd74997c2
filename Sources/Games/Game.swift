import Attackers
import Diagnostics
import Hashing
import Recipes

/// What `gainsay game` is told: which models are made, who audits them, at what cost. README.md lists the keys.
package struct Game: Sendable {
    /// Models of one kind, planted ones and clean ones of the same recipe.
    package struct Family: Sendable, Hashable {
        package let name: String
        package let kind: PlantedKind
        /// nil where each model has a target by chance.
        package let mapping: Mapping?
        package let share: Double?
        /// The side of images.
        package let side: Int
        /// nil of kinds that have none by chance.
        package let features: RandomFeatures?
        /// Of kind `cipher`: which letters stand for others.
        package let cipher: CipherFamily
        /// So many planted ones, and so many clean ones.
        package let count, clean: Int
    }

    /// A command that is given a model and answers what it thinks of it.
    package struct Auditor: Sendable, Hashable {
        package let name: String
        package let command: [String]
        package let span: Span
    }

    /// Seconds for each model.
    package let budget: Double
    /// Clean rows that an auditor is given, and others that what it found is tried on.
    package let rows, replays: Int
    package let families: [Family]
    package let auditors: [Auditor]
    /// The SHA-256 of the file.
    package let digest: String

    /// Whether there are language models among them.
    var hasTexts: Bool { families.contains { $0.kind.isOfTexts } }

    package var modelCount: Int { families.reduce(0) { $0 + $1.count + $1.clean } }

    /// Past this an auditor is ended: twice the budget, and ten seconds.
    package var patience: Double { 2 * budget + 10 }

    /// Reads a game, and refuses what it does not know.
    package static func read(_ source: SourceFile) throws(Diagnostic) -> Game {
        let tables = try TomlReader.read(source)
        var head = RecipeFields(tables[0], of: "the game")
        let budget = try head.required("budget").number("budget", in: 0.1...86400)
        let rows = try head.integer("rows", in: 10...100_000) ?? 500
        let replays = try head.integer("replays", in: 10...100_000) ?? 500
        try head.finish()
        var families: [Family] = []
        var auditors: [Auditor] = []
        for table in tables.dropFirst() {
            let words = table.name.split(separator: ".")
            switch words.count == 2 ? words[0] : "" {
            case "families": families.append(try GameReading.family(String(words[1]), table))
            case "auditors": auditors.append(try GameReading.auditor(String(words[1]), table))
            default:
                throw .recipeKey(
                    "a game has the tables [families.NAME] and [auditors.NAME], and none named `\(table.name)`",
                    at: table.span, hints: [])
            }
        }
        let whole = Span(file: source.id, 0..<0)
        if families.isEmpty { throw .recipeMissing("the game has no table [families.NAME]", at: whole) }
        if auditors.isEmpty { throw .recipeMissing("the game has no table [auditors.NAME]", at: whole) }
        guard families.contains(where: { $0.kind != .natural }) else { throw .gameNothingPlanted(at: whole) }
        let game = Game(
            budget: budget, rows: rows, replays: replays, families: families, auditors: auditors,
            digest: SHA256.text(of: source.bytes))
        guard game.modelCount <= 10_000 else { throw .gameTooLarge(game.modelCount, at: whole) }
        return game
    }
}
