import Foundation
import Testing

/// A model of trees in its library's own file, wherever an ONNX file may stand.
@Suite(.withExecutable) struct TreeFileTests {
    private let command: Command

    private static let model = """
        {"learner": {"gradient_booster": {"name": "gbtree", "model": {"tree_info": [0], "trees": [
          {"left_children": [1, -1, -1], "right_children": [2, -1, -1], "split_indices": [1, 0, 0],
           "split_conditions": [0.25, -1.5, 2.5], "default_left": [true, false, false]}]}},
         "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
         "objective": {"name": "binary:logistic"}}, "version": [1, 7, 6]}
        """

    init() throws {
        command = try Command()
        try command.write(Self.model, to: "model.json")
    }

    @Test func theFileIsTold() throws {
        let result = try command.run("inspect model.json")
        #expect(result.code == 0 && result.errors.isEmpty)
        #expect(result.output.hasPrefix("model.json  XGBoost 1.7.6, \(Self.model.utf8.count) bytes\n"))
        #expect(result.output.contains("operators  trees x2\nparameters  4\ninner  margin [1, 1]\n"))
        #expect(result.output.contains("(x: Tensor[2]) -> (label: Int, probabilities: Tensor[2]) from \"model.json\""))
        #expect(try command.run("inspect model.json --json").output.contains(#""kind" : "XGBoost""#))
    }

    @Test func aSpecIsBegunAndChecked() throws {
        let rows = (0..<20).map { "\(Double($0) / 20),\(Double($0 * 7 % 20) / 20)" }.joined(separator: "\n")
        try command.write("a,b\n" + rows + "\n", to: "rows.csv")
        #expect(try command.run("init model.json").code == 0)
        try command.write(
            """
            model net : (x: Tensor[2]) -> (label: Int, probabilities: Tensor[2]) with { margin: Tensor[1] at "margin" } from "model.json"
            property bounded { forall x: Tensor[2] in [-1, 1] check net(x).margin[0] <= 2.5 }
            property low { forall x: Tensor[2] in [-1, 1] where x[1] <= 0.2 check net(x).label == 0 }
            property high { forall x: Tensor[2] in [-1, 1] check net(x).label == 0 }
            """, to: "trees.say")
        let result = try command.run("check trees.say --budget 1s")
        #expect(result.code == 1 && result.output.contains("3 properties: 1 contradicted, 2 proved"))
        #expect(result.output.contains("[1]  0 -> 0.25 "))
    }

    @Test func whatNeedsONNXSaysSo() throws {
        try command.write(
            """
            out = "net.onnx"
            seed = 1
            [model]
            kind = "onnx"
            file = "model.json"
            [data]
            file = "rows.csv"
            inputs = ["a", "b"]
            target = "b"
            [loss]
            kind = "cross-entropy"
            [optimiser]
            kind = "adamw"
            rate = 0.02
            [training]
            batch = 4
            epochs = 1
            """, to: "recipe.toml")
        let result = try command.run("train recipe.toml")
        #expect(result.code == 2 && result.errors.contains("not an ONNX file but JSON"))
    }

    @Test func aDamagedFileIsLocated() throws {
        try command.write(Self.model.replacing("[1, -1, -1]", with: "[4, -1, -1]"), to: "damaged.json")
        let result = try command.run("inspect damaged.json")
        #expect(result.code == 2 && result.errors.contains("tree 0, node 0: it leads to node 4 of 3"))
    }
}
