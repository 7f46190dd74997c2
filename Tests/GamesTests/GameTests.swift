import Attackers
import Diagnostics
import Foundation
import Testing

@testable import Games

@Suite("Games") struct GameTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []
    private static let separator = "\n--------\n"

    /// The source above, and what is reported of it below.
    @Test("are refused as recorded", arguments: names) func golden(name: String) throws {
        let url = Self.folder.appending(path: name)
        let recorded = try String(contentsOf: url, encoding: .utf8)
        let text = recorded.components(separatedBy: Self.separator)[0]
        let source = SourceFile(path: "game.toml", text: text)
        let error = try #require(throws: Diagnostic.self) { try Game.read(source) }
        #expect(name.hasPrefix(error.code))
        let actual = text + Self.separator + render([error], from: [source])
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == recorded, "\(actual)")
        }
    }

    static let whole = """
        budget = 5 # seconds
        rows = 100
        [families.fixed]
        kind = "patch"
        side = 8
        count = 3
        clean = 4
        [families.one-to-one]
        kind = "blend"
        count = 1
        clean = 1
        source = 2
        target = 7
        share = 0.5
        [families.marks]
        kind = "natural"
        count = 2
        [auditors.mine]
        command = ["mine", "--data={data}", "{model}", "{budget}", "{seed}", "{here}/{not_this}", "{}"]
        """

    @Test("say everything") func reading() throws {
        let game = try Game.read(SourceFile(path: "g.toml", text: Self.whole))
        #expect(game.budget == 5 && game.rows == 100 && game.replays == 500 && game.patience == 20)
        #expect(game.modelCount == 11 && game.families.map(\.name) == ["fixed", "one-to-one", "marks"])
        #expect(game.families[0].side == 8 && game.families[1].side == 24 && game.families[0].mapping == nil)
        #expect(game.families[1].mapping == .labelSpecific(source: 2, target: 7) && game.families[1].share == 0.5)
        let command = AuditorCommand(
            game.auditors[0], of: .patch, budget: 5, seed: 9, here: "/games", gainsay: "/bin/gainsay")
        #expect(
            command.words
                == ["mine", "--data=data.npz", "model.onnx", "5", "9", "/games/{not_this}", "{}"])
    }

    @Test("say what is drawn, and how") func drawn() throws {
        let game = try Game.read(
            SourceFile(
                path: "g.toml",
                text: """
                    budget = 5
                    [families.waves]
                    kind = "fourier"
                    dimension = 6
                    features = 400
                    support = 3
                    gamma = 5
                    beta = 0.1
                    count = 1
                    clean = 1
                    [families.spikes]
                    kind = "spike"
                    theta = 2
                    shift = 0.5
                    count = 1
                    clean = 1
                    [auditors.mine]
                    command = ["mine"]
                    """))
        guard case .fourier(let waves) = game.families[0].features, case .spike(let spikes) = game.families[1].features
        else { return #expect(Bool(false)) }
        #expect(waves.dimension == 6 && waves.features == 400 && waves.support == 3)
        #expect(waves.gamma == 5 && waves.beta == 0.1)
        #expect(spikes.theta == 2 && spikes.shift == 0.5 && spikes.dimension == 1000 && spikes.support == nil)
    }

    @Test("of any bytes are read or refused") func anyBytes() {
        let bytes = Array(Self.whole.utf8)
        for length in 0..<bytes.count {
            _ = try? Game.read(SourceFile(path: "", bytes: Array(bytes.prefix(length))))
            for byte in [UInt8(ascii: "["), UInt8(ascii: "."), UInt8(ascii: "\""), 0, 255, UInt8(ascii: "9"), 10] {
                var changed = bytes
                changed[length] = byte
                _ = try? Game.read(SourceFile(path: "", bytes: changed))
            }
        }
    }

    @Test("have seeds that their secret alone tells") func secrets() throws {
        let game = try Game.read(SourceFile(path: "g.toml", text: Self.whole))
        let other = try Game.read(SourceFile(path: "g.toml", text: Self.whole + "\n"))
        let words = "words that nobody guesses"
        let secret = try Secret(words, for: game)
        #expect(throws: GameError.self) { try Secret("fifteen letters", for: game) }
        let seeds = try [
            secret, try Secret(words, for: other), try Secret(words + "!", for: game),
        ].flatMap { secret in
            [Secret.Purpose.planting, .order, .data, .replay, .auditing].flatMap { purpose in
                (0..<20).map { secret.seed(purpose, $0) }
            }
        }
        #expect(Set(seeds).count == 300 && seeds.allSatisfy { $0 < 1 << 52 })
        #expect(try Secret(words, for: game).seed(.planting, 3) == secret.seed(.planting, 3))
        let members = Population(game, secret).members
        #expect(members.map(\.name).prefix(2) == ["model-0001", "model-0002"] && members.count == 11)
        #expect(Set(members.map(\.planting.seed)).count == 11)
        #expect(members.count { $0.family == 0 && $0.version == .planted } == 3)
        #expect(members.map(\.family) != members.map(\.family).sorted())
    }
}
