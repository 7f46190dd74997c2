import Models
import Statistics
import Tensors
import Training

/// A model in training: from the file it starts from to the file with what was learned.
package final class TrainingRun {
    package let trainer: Trainer
    private let weights: ModelWeights

    /// `output` names the output that is trained; nil for the first. `width` and `positions` are as a trainer takes them.
    package init(
        onnx bytes: [UInt8], external: ExternalFiles = .none, output: String? = nil, _ options: Trainer.Options,
        width: Int, positions: Int = 1
    ) throws {
        let weights = try ModelWeights(onnx: bytes, external: external)
        self.weights = weights
        let model = try TrainableModel(weights: weights.tensors) { try weights.trainable(with: $0) }
        let place = output.map { name in model.graph.outputs.firstIndex { $0.name == name } } ?? 0
        guard let place else {
            let names = model.graph.outputs.map { "`\($0.name)`" }.joined(separator: ", ")
            throw TrainingError("the model has no output `\(output ?? "")`; there are \(names)")
        }
        trainer = try Trainer(model, options, output: place, width: width, positions: positions)
    }

    /// The names of weights that stay as they are.
    package var frozen: [String] { trainer.model.frozen.sorted().map { weights.names[$0] } }
    package var weightCount: Int {
        let model = trainer.model
        return model.initial.indices.filter { !model.frozen.contains($0) }.reduce(0) { $0 + model.initial[$1].count }
    }

    /// The file with the weights as they are now.
    package func file() throws -> [UInt8] { try weights.file(with: trainer.weights) }

    /// The weights as they are now, by their names in the file.
    package func named() throws -> [String: Tensor] {
        Dictionary(zip(weights.names, try trainer.weights)) { first, _ in first }
    }
}

/// How a model does on rows.
package struct Score: Sendable, Hashable {
    package let rows: Int
    /// The mean over the rows.
    package let loss: Double
    /// How many rows have their class as the greatest score, at each position of which one is asked; nil where there are no classes.
    package let correct: Int?

    package init(rows: Int, loss: Double, correct: Int?) {
        (self.rows, self.loss, self.correct) = (rows, loss, correct)
    }

    package var accuracy: Double? { correct.map { Double($0) / Double(max(rows, 1)) } }

    /// Where the accuracy on rows like these lies, with 95% confidence (Clopper and Pearson).
    package var interval: ClosedRange<Double>? {
        correct.map { RateEstimate(successes: $0, count: rows).clopperPearson(error: 0.05) }
    }
}

extension Trainer {
    package func score(_ examples: Examples) throws(TrainingError) -> Score {
        let (loss, outputs) = evaluate(try prepare(examples))
        let (classes, positions, count): ([Int32], Int, Int)
        switch examples.target {
        case .classes(let all, let limit): (classes, positions, count) = (all, 1, limit)
        case .sequences(let all, let length, let limit): (classes, positions, count) = (all, length, limit)
        case .numbers: return Score(rows: examples.rows, loss: loss, correct: nil)
        }
        let correct = (0..<examples.rows).count { row in
            (row * positions..<(row + 1) * positions).allSatisfy { place in
                classes[place] < 0
                    || Trainer.greatest(outputs[place * count..<(place + 1) * count]) == Int(classes[place])
            }
        }
        return Score(rows: examples.rows, loss: loss, correct: correct)
    }

    /// The place of the greatest number, the first of equals.
    package static func greatest(_ scores: ArraySlice<Float>) -> Int {
        var best = scores.startIndex
        for place in scores.indices where scores[place] > scores[best] { best = place }
        return best - scores.startIndex
    }
}
