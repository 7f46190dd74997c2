import Datasets
import Diagnostics
import Foundation
import Models
import Tensors
import Testing
import Training

@testable import Recipes

@Suite("Recipes") struct RecipeTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? []
    private static let separator = "\n--------\n"

    /// The source above, and what is reported of it below.
    @Test("are refused as recorded", arguments: names) func golden(name: String) throws {
        let url = Self.folder.appending(path: name)
        let recorded = try String(contentsOf: url, encoding: .utf8)
        let text = recorded.components(separatedBy: Self.separator)[0]
        let source = SourceFile(path: "recipe.toml", text: text)
        let error = try #require(throws: Diagnostic.self) { try Recipe.read(source) }
        #expect(name.hasPrefix(error.code))
        let actual = text + Self.separator + render([error], from: [source])
        if ProcessInfo.processInfo.environment["GAINSAY_RECORD"] == "1" {
            try actual.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(actual == recorded, "\(actual)")
        }
    }

    private static let whole = """
        # a recipe
        out = "m.onnx"
        seed = 1_000
        [model]
        kind = "cnn"
        input = [1, 8, 8]
        channels = [
            4,  # first
            6,
        ]
        outputs = 3
        activation = 'tanh'
        [data]
        file = "d.npz"
        inputs = [["a", "b"], "c"]
        target = "y"
        held_out = 0.25
        [loss]
        kind = "cross-entropy"
        [optimiser]
        kind = "sgd"
        rate = 1e-2
        momentum = 0.9
        nesterov = true
        [training]
        epochs = 4
        schedule = "steps"
        at = [0.5]
        [adversary]
        radius = 0.1
        range = [0, 1]
        """

    @Test("say everything") func reading() throws {
        let recipe = try Recipe.read(SourceFile(path: "r.toml", text: Self.whole))
        #expect(recipe.out == "m.onnx" && recipe.seed == 1000 && recipe.length == .epochs(4))
        #expect(recipe.data.inputs == [["a", "b"], ["c"]] && recipe.data.heldOut == .share(0.25))
        #expect(recipe.options.optimiser == .sgd(momentum: 0.9, nesterov: true, decay: 0))
        #expect(recipe.options.schedule == Schedule(.steps(at: [0.5], factor: 0.1)))
        #expect(recipe.options.adversary == Adversary(radius: 0.1, steps: 10, stride: 0.025, range: 0...1))
        guard case .new(let architecture) = recipe.start else { throw TrainingError("no architecture") }
        #expect(
            architecture
                == .cnn(input: [1, 8, 8], channels: [4, 6], kernel: 3, hidden: [], outputs: 3, activation: .tanh))
    }

    /// Every prefix, and every byte changed, is read or refused.
    @Test("of any bytes are read or refused") func anyBytes() {
        let bytes = Array(Self.whole.utf8)
        for length in 0..<bytes.count {
            _ = try? Recipe.read(SourceFile(path: "", bytes: Array(bytes.prefix(length))))
            for byte in [UInt8(ascii: "["), UInt8(ascii: "\""), 0, 255, UInt8(ascii: "9"), 10] {
                var changed = bytes
                changed[length] = byte
                _ = try? Recipe.read(SourceFile(path: "", bytes: changed))
            }
        }
        let deep = Array(("out = " + String(repeating: "[", count: 100_000)).utf8)
        #expect(throws: Diagnostic.self) { try Recipe.read(SourceFile(path: "", bytes: deep)) }
    }

    @Test("make the same file of a seed", arguments: [0, 1]) func architectures(which: Int) throws {
        let net: Architecture =
            which == 0
            ? .cnn(input: [2, 9, 7], channels: [3], kernel: 4, hidden: [5], outputs: 2, activation: .relu)
            : .transformer(.init(.tokens(5), length: 3, width: 6, heads: 3, layers: 2, hidden: 4, outputs: 5))
        let bytes = try net.onnx(seed: 3)
        #expect(try net.onnx(seed: 3) == bytes)
        #expect(try net.onnx(seed: 4) != bytes)
        let model = try Model(onnx: bytes)
        #expect(model.signature.outputs[0].type.shape.dimensions == [1, net.outputs])
    }

    @Test("take columns side by side") func columns() throws {
        func column(_ name: String, _ shape: [Int], _ numbers: [Double]) throws -> Dataset.Column {
            .init(name, try Tensor(Shape(shape), numbers))
        }
        let data = try Dataset([
            column("a", [2], [1, 2]), column("b", [2, 2], [3, 4, 5, 6]), column("y", [2], [0, 2]),
            column("bad", [2], [0, 7]),
        ])
        func made(_ inputs: [[String]], _ target: [String], _ loss: Loss = .crossEntropy) throws -> Examples {
            try TabledExamples.make(
                data, inputs: inputs, target: target, types: [TensorType(.float32, try Shape([1, 3]))], outputs: 3,
                loss: loss)
        }
        #expect(try made([["a", "b"]], ["y"]).inputs[0].floats == [1, 3, 4, 2, 5, 6])
        guard case .numbers(let numbers, 3) = try made([["b", "a"]], ["a", "b"], .squaredError).target else {
            throw TrainingError("no numbers")
        }
        #expect(numbers == [1, 3, 4, 2, 5, 6])
        #expect(throws: TrainingError.self) { try made([["a", "b"]], ["bad"]) }
        #expect(throws: TrainingError.self) { try made([["a"]], ["y"]) }
        #expect(throws: TrainingError.self) { try made([["a", "nothing"]], ["y"]) }
    }

    @Test("give accuracy with its interval") func scores() {
        let score = Score(rows: 100, loss: 0.5, correct: 97)
        let interval = score.interval ?? 0...0
        // R: binom.test(97, 100)$conf.int
        #expect(abs(interval.lowerBound - 0.9148238) < 1e-6 && abs(interval.upperBound - 0.9937701) < 1e-6)
        #expect(Score(rows: 3, loss: 1, correct: nil).accuracy == nil)
    }
}
