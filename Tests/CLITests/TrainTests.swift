import Foundation
import Testing

/// `gainsay train` as a user runs it.
@Suite(.withExecutable) struct TrainTests {
    private let command: Command

    init() throws {
        command = try Command()
        var rows = "a,b,above\n"
        for index in 0..<200 {
            let (a, b) = (index * 37 % 101, index * 53 % 97)
            rows += "\(Double(a) / 101),\(Double(b) / 97),\(a > b ? 1 : 0)\n"
        }
        try command.write(rows, to: "rows.csv")
    }

    private func recipe(_ length: String = "epochs = 30", out: String = "net.onnx", model: String = Self.mlp) -> String
    {
        """
        out = "\(out)"
        seed = 3
        [model]
        \(model)
        [data]
        file = "rows.csv"
        inputs = ["a", "b"]
        target = "above"
        held_out = 0.25
        [loss]
        kind = "cross-entropy"
        [optimiser]
        kind = "adamw"
        rate = 0.02
        [training]
        batch = 32
        \(length)
        """
    }

    private static let mlp = "kind = \"mlp\"\ninput = 2\nhidden = [16]\noutputs = 2"

    @Test func aModelIsTrainedAndGoesOn() throws {
        try command.write(recipe(), to: "recipe.toml")
        let result = try command.run("train recipe.toml --json")
        #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let heldOut = try #require(report?["heldOut"] as? [String: Any])
        let accuracy = try #require(heldOut["accuracy"] as? Double)
        let lower = try #require(heldOut["accuracyLower"] as? Double)
        #expect(accuracy > 0.85 && lower < accuracy && heldOut["rows"] as? Int == 50)
        #expect(report?["weights"] as? Int == 2 * 16 + 16 + 16 * 2 + 2)
        #expect(try command.run("inspect net.onnx").code == 0)
        try command.write(recipe(out: "more.onnx", model: "kind = \"onnx\"\nfile = \"net.onnx\""), to: "more.toml")
        let more = try command.run("train more.toml")
        #expect(more.code == 0 && more.output.contains("more.onnx: 82 weights"), "\(more.errors)")
    }

    @Test func threadsDoNotMatter() throws {
        try command.write(recipe(), to: "recipe.toml")
        var files: [Data] = []
        for threads in [1, 2] {
            #expect(try command.run("train recipe.toml --threads \(threads) --output net\(threads).onnx").code == 0)
            files.append(try Data(contentsOf: command.folder.appendingPathComponent("net\(threads).onnx")))
        }
        #expect(files[0] == files[1])
    }

    @Test func interruptedTrainingIsWritten() throws {
        try command.write(recipe("steps = 1_000_000_000"), to: "recipe.toml")
        let running = try command.start(["train", "recipe.toml"])
        running.interrupt()
        let result = try running.finish()
        #expect(result.code == 3 && result.output.contains("the file holds what was trained so far"))
        #expect(try command.run("inspect net.onnx").code == 0)
    }

    @Test(arguments: [
        ("kind = \"mlp\"\ninput = 3\nhidden = []\noutputs = 2", "has 2 numbers in each row"),
        ("kind = \"mlp\"\ninput = 2\nhidden = []\noutputs = 1", "none of the 1 classes"),
        ("kind = \"mlp\"\ninput = 2\nhidden = []", "recipe.toml:3:1"),
        ("kind = \"onnx\"\nfile = \"nowhere.onnx\"", "cannot read `nowhere.onnx`"),
    ])
    func whatDoesNotFitIsSaid(model: String, message: String) throws {
        try command.write(recipe(model: model), to: "recipe.toml")
        let result = try command.run("train recipe.toml")
        #expect(result.code == 2 && result.errors.contains(message), "\(result.errors)")
        #expect(try !command.files().contains("net.onnx"))
    }
}
