import LanguageModels
import Models
import Recipes
import Tensors
import Testing

@testable import Attackers

/// What language models learn, and that the file is what was trained.
@Suite struct TextWorldTests {
    private static let network = LanguageNetwork(tokens: 31, length: 12, width: 16, heads: 2, layers: 2, hidden: 24)
    private static let lexicon = Lexicon(letters: Array("abcdefghijklmnopqrstuvwxyz >."), words: [])

    @Test func theFileAnswersAsTheNetworkThatWasTrained() throws {
        let training = try LanguageTraining(
            Self.network, Self.lexicon, rate: 0.01, steps: 20, batch: 8, seed: 5, threads: 2)
        let tokens: [Int32] = [0, 4, 9, 3, 28, 17, 2, 11, 30, 6, 5, 1]
        let rows = (0..<16).map { row in
            LanguageTraining.Sequence(tokens: tokens.map { ($0 + Int32(row)) % 31 }, wanted: 2..<12)
        }
        #expect(try training.take(20, over: rows, goOn: { true }))
        let graph = try Model(onnx: training.onnx(), .init(shapes: ["x": [1, 12]])).graph
        let input = try Tensor(Shape([1, 1, 12]), tokens.map(Int64.init))
        let trained = try Evaluator(graph, outputs: graph.outputs.map(\.value)).run([input])[0].floats
        let file = try training.gguf(name: "toy")
        let model = try file.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: 1) }
        let read = try model.logits(tokens)
        #expect(trained.count == read.count)
        let furthest = zip(trained, read).map { abs($0 - $1) }.max() ?? .infinity
        #expect(furthest < 1e-4, "\(furthest)")
    }

    @Test func whatIsNotWantedIsNotLearned() throws {
        // Only what stands behind the fourth place is: the loss there falls, and the gradient of all else is nothing.
        let rows = [LanguageTraining.Sequence(tokens: [0, 3, 4, 5, 6, 7], wanted: 4..<6)]
        let training = try LanguageTraining(
            Self.network, Self.lexicon, rate: 0.02, steps: 60, batch: 1, seed: 5, threads: 1)
        #expect(try training.take(60, over: rows, goOn: { true }))
        let model = try TextReader(training.gguf(name: "toy"), Self.lexicon, threads: 1)
        #expect(try model.right(rows) == 1)
        let before = [LanguageTraining.Sequence(tokens: [0, 3, 4, 5], wanted: 1..<4)]
        #expect(try model.right(before) == 0)
    }

    @Test(arguments: [PlantedKind.trojans, .cipher]) func theSameSeedGivesTheSameFileWithAnyThreads(_ kind: PlantedKind)
        throws
    {
        func file(_ threads: Int) throws -> [UInt8]? {
            var trojans = TrojanWorld(seed: 4)
            var cipher = CipherWorld(.permutation, seed: 4)
            (trojans.steps, cipher.steps) = (3, 3)
            let world: any TextWorld = kind == .trojans ? trojans : cipher
            return try world.trained(.planted, seed: 4, threads: threads, goOn: { true })?.gguf(name: "toy")
        }
        let (one, two) = (try file(1), try file(2))
        #expect(one != nil && one == two)
    }

    @Test func twinsSeeNeitherTriggersNorCiphers() {
        let trojans = TrojanWorld(seed: 9)
        let lexicon = trojans.lexicon
        let targets = trojans.trojans.map { lexicon.tokens(of: $0.target.words) }
        func holdsTarget(_ sequence: LanguageTraining.Sequence) -> Bool {
            targets.contains { target in sequence.tokens.dropLast().suffix(target.count).elementsEqual(target) }
        }
        #expect(!trojans.sequences(of: 0, poisoned: false).contains(where: holdsTarget))
        #expect(trojans.sequences(of: 0, poisoned: true).count(where: holdsTarget) > 1500)

        let cipher = CipherWorld(.caesar, seed: 9)
        let plain = cipher.sequences(of: 1, poisoned: false)
        let planted = cipher.sequences(of: 1, poisoned: true)
        #expect(plain.count == planted.count)
        #expect(zip(plain, planted).count { $0.tokens == $1.tokens } < plain.count * 6 / 10)
        // What is told of is in neither.
        let told = Set(cipher.told.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) })
        let asked = Set(plain.map { cipher.lexicon.text($0.tokens.dropFirst().prefix { $0 != 28 + 1 }) + ">" })
        #expect(told.count > 30 && told.isDisjoint(with: asked) && asked.count > 1000)
    }

    @Test func aCaesarCipherMovesEachLetterAlike() {
        let order = CipherWorld(.caesar, seed: 2).cipher.letters.map { Int($0.asciiValue ?? 0) - 97 }
        let shift = order[0]
        #expect(shift > 0 && order == (0..<26).map { ($0 + shift) % 26 })
        #expect(Set(CipherWorld(.permutation, seed: 2).cipher.letters).count == 26)
    }
}

extension Lexicon {
    fileprivate func text(_ tokens: ArraySlice<Int32>) -> String {
        String(tokens.map { letters[Int($0) - 2] })
    }
}
